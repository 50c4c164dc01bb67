#pragma once

#include <chrono>
#include <string>

#include "itsmc/core/secret.hpp"

namespace itsmc::config {

/// run_secret_command with its limit said.
[[nodiscard]] Secret run_secret_command(const std::string& command,
                                        std::chrono::milliseconds limit);

}  // namespace itsmc::config
