#include "itsmc/http/transport.hpp"

#include "itsmc/core/text.hpp"

namespace itsmc::http {

std::optional<std::string_view> Response::header(std::string_view name) const noexcept {
  for (const Header& candidate : headers) {
    if (iequals(candidate.first, name)) return candidate.second;
  }
  return std::nullopt;
}

}  // namespace itsmc::http
