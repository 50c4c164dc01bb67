#pragma once

#include <memory>
#include <string>

#include "itsmc/client/platform.hpp"
#include "itsmc/sinks/sink.hpp"

namespace itsmc::client {

/// A workspace by its name, ready to take rows. Throws Error: not_found when none is called so.
[[nodiscard]] std::unique_ptr<sinks::Sink> open_workspace(const Platform& platform,
                                                          const std::string& name);

}  // namespace itsmc::client
