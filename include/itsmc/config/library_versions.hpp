#pragma once

#include <vector>

#include "itsmc/core/library_version.hpp"

namespace itsmc::config {

/// toml++ and libsecret. Opens the latter.
[[nodiscard]] std::vector<LibraryVersion> library_versions();

}  // namespace itsmc::config
