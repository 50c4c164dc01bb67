#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "itsmc/client/platform.hpp"

namespace itsmc::cli {

/// Variables whose name is nearly one that is read, and that would be passed over in silence, a
/// sentence each. `options` are the command's: most names are found there.
[[nodiscard]] std::vector<std::string> unread_variables(const OptionSet& options,
                                                        const client::Platform& platform);

}  // namespace itsmc::cli
