#pragma once

#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/client/settings.hpp"

namespace itsmc::client {

/// A value and the layer it comes from (product.md section 8).
struct Explained {
  std::string value;
  std::string source;        // "flag", "environment", "connection file", "config.toml" or "default"
  std::string place;         // "--output", "ITSMC_OUTPUT", "FILE:LINE:COLUMN"; empty: a default
  std::string problem = {};  // why it cannot be used; empty: it can
};

/// A field of a connection: from its own variable, that of all connections, or its file. Absent:
/// none of them gives it. Throws Error: not_found (no such connection), config (its file is not
/// TOML).
[[nodiscard]] std::optional<Explained> explain_field(const Platform& platform,
                                                     const std::string& connection,
                                                     const std::string& field);
/// What config.toml says of an option, whatever is wrong with its other keys; absent: nothing.
/// Throws Error(config) when the file is not TOML.
[[nodiscard]] std::optional<Explained> explain_setting(const Platform& platform,
                                                       const std::string& option,
                                                       const KnownSettings& known);
/// Why a value cannot be the field's, as far as the value by itself tells; empty: it can.
[[nodiscard]] std::string problem_of_field(const std::string& field, const std::string& value);

}  // namespace itsmc::client
