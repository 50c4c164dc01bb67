#include "client/open_workspace.hpp"

#include <fmt/format.h>

#include "itsmc/core/error.hpp"

namespace itsmc::client {

std::unique_ptr<sinks::Sink> open_workspace(const Platform&, const std::string& name) {
  throw Error(ErrorKind::not_found, fmt::format("no workspace is called \"{}\"", name),
              "itsmc workspace add " + name);
}

}  // namespace itsmc::client
