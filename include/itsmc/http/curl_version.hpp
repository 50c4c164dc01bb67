#pragma once

#include <string>

namespace itsmc::http {

/// "libcurl/7.88.1 OpenSSL/3.0.17 ...": libcurl and what it works with. Opens it. Throws
/// Error(unforeseen) when it is missing or too old.
[[nodiscard]] std::string curl_version_line();

}  // namespace itsmc::http
