#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/parser.hpp"

namespace itsmc::cli {

/// Variables of connection fields that hold what no command could take, a sentence each: the
/// command with these options does not read them, and would pass over the slip in silence. Pure.
[[nodiscard]] std::vector<std::string> unread_variables(const OptionSet& options,
                                                        const Environment& environment);

}  // namespace itsmc::cli
