#pragma once

#include <string>
#include <vector>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::client {

/// A profile that is a file by its whole path, so that it is found from any directory; any other
/// word as it is.
[[nodiscard]] std::string whole_profile(const std::string& word);

/// A warning for each type that the connection syncs and its profile does not map. Throws
/// Error(config|not_found) when the profile cannot be read.
[[nodiscard]] std::vector<Check> check_profile(const Connection& connection);

}  // namespace itsmc::client
