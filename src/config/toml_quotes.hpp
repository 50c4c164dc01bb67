#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace itsmc::config {

/// Where the first string of a TOML text begins that is never closed: at its opening quote. A
/// string of one line must end on it (TOML 1.0, "String"). Absent: every string is closed. Pure.
[[nodiscard]] std::optional<std::size_t> unclosed_quote(std::string_view text);

}  // namespace itsmc::config
