#pragma once

#include <string>
#include <string_view>

#include <toml++/toml.h>

namespace itsmc::config {

/// Throws Error(config) "FILE:LINE:COLUMN: reason" when the text is not TOML.
[[nodiscard]] toml::table parse_toml(std::string_view text, const std::string& file);

}  // namespace itsmc::config
