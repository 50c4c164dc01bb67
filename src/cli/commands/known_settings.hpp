#pragma once

#include "itsmc/client/settings.hpp"

namespace itsmc::cli {

/// The options of all commands as what config.toml may hold.
[[nodiscard]] client::KnownSettings known_settings();

}  // namespace itsmc::cli
