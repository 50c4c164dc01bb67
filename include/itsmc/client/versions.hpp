#pragma once

#include <vector>

#include "itsmc/core/library_version.hpp"

namespace itsmc::client {

/// Every library that the layers below the command line run with. Opens those that are opened only
/// when they are needed; one that cannot be opened has no version.
[[nodiscard]] std::vector<LibraryVersion> library_versions();

}  // namespace itsmc::client
