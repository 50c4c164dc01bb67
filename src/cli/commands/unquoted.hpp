#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/error.hpp"

namespace itsmc::cli {

/// What an error says of a configuration file without what stands in the file, for people who are
/// not to see that: each line's quoted words become "(given)", and a key that is none of `known`
/// "(a key)". File, line and column stay. Pure.
[[nodiscard]] std::string unquoted(std::string_view text, const std::vector<std::string>& known);

/// The words that may stand before a reason: fields of connections and workspaces, and options.
[[nodiscard]] std::vector<std::string> known_keys();

}  // namespace itsmc::cli
