#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/command_end.hpp"

namespace itsmc::config {

/// Runs a program by its name, without a shell, in "/": a program that stands where the command was
/// typed is never taken for it. `search_path` is what PATH holds; relative places in it are left
/// out. Throws Error(unforeseen) when it is there and cannot be started.
[[nodiscard]] CommandEnd run_program(const std::vector<std::string>& words,
                                     std::string_view search_path, std::chrono::milliseconds limit);

}  // namespace itsmc::config
