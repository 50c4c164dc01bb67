#pragma once

#include <span>
#include <string>

#include "cli/terminal.hpp"
#include "itsmc/client/platform.hpp"

namespace itsmc::cli {

/// The whole command line: what main and every test call. Returns the exit code of product.md
/// section 4; throws nothing. `platform.process` says who runs ("pid 4711"); the command's words
/// are put before it.
[[nodiscard]] int run(std::span<const std::string> arguments, Terminal& terminal,
                      const client::Platform& platform);

}  // namespace itsmc::cli
