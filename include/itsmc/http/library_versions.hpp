#pragma once

#include <vector>

#include "itsmc/core/library_version.hpp"

namespace itsmc::http {

/// libcurl with what it works with ("libcurl/7.88.1 OpenSSL/3.0.17 ..."), libcrypto and libdeflate.
/// Opens the first two.
[[nodiscard]] std::vector<LibraryVersion> library_versions();

}  // namespace itsmc::http
