#pragma once

#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"

namespace itsmc::client {

/// A value and the layer it comes from (product.md section 8).
struct Explained {
  std::string value;
  std::string source;  // "flag", "environment", "connection file", "config.toml" or "default"
  std::string place;   // "--output", "ITSMC_OUTPUT", "FILE:LINE:COLUMN"; empty: a default
};

/// A field of a connection. Absent: neither a variable nor the connection's file gives it. Throws
/// Error: not_found (no such connection), config (its file is not TOML).
[[nodiscard]] std::optional<Explained> explain_field(const Platform& platform,
                                                     const std::string& connection,
                                                     const std::string& field);
/// What config.toml says of an option; absent: nothing. `known` as for option_defaults. Throws
/// Error(config).
[[nodiscard]] std::optional<Explained> explain_setting(const Platform& platform,
                                                       const std::string& option,
                                                       const std::vector<std::string>& known);

}  // namespace itsmc::client
