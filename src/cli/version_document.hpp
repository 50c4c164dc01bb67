#pragma once

#include <string>

namespace itsmc::cli {

/// {"version":"0.1.0","libraries":{"curl":"libcurl/7.88.1 ...","libjq":null, ...}}: the program and
/// the libraries that it runs with; null: it cannot be opened here. Opens libraries.
[[nodiscard]] std::string version_json();

/// The JSON schema of that. Opens libraries: their names are asked of the same list.
[[nodiscard]] std::string version_schema();

}  // namespace itsmc::cli
