#pragma once

#include <string>

namespace itsmc::store {

/// "3.40.1": of the library that this program runs with.
[[nodiscard]] std::string sqlite_version();

}  // namespace itsmc::store
