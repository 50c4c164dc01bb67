#pragma once

#include "cli/options.hpp"
#include "itsmc/client/settings.hpp"

namespace itsmc::cli {

/// The options of all commands as what config.toml may hold.
[[nodiscard]] client::KnownSettings known_settings();
/// The same for a command with these options: it reads theirs, and what all connections take from
/// there. `options` outlives the result.
[[nodiscard]] client::KnownSettings settings_read_by(const OptionSet& options);

}  // namespace itsmc::cli
