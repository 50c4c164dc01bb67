#pragma once

#include <vector>

#include "itsmc/core/library_version.hpp"

namespace itsmc::partners {

/// simdjson, by which pages are read.
[[nodiscard]] std::vector<LibraryVersion> library_versions();

}  // namespace itsmc::partners
