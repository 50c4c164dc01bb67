#pragma once

#include <string>
#include <string_view>

#include "itsmc/core/table_profile.hpp"

namespace itsmc::config {

/// The table map that a connection's `profile` names: a built-in one, or a file. An empty word is
/// the default. Throws Error(not_found) with the nearest name, Error(config) as parse_profile.
[[nodiscard]] TableProfile load_profile(const std::string& word);

/// What a profile file says. Pure. Throws Error(config) "FILE:LINE:COLUMN: KEY: reason" with every
/// problem of the file: bad TOML, unknown keys (nearest offered), values that break a rule.
[[nodiscard]] TableProfile parse_profile(std::string_view text, const std::string& file);

/// A file that parse_profile reads again as the draft's profile, each note a comment at its key.
/// `about` becomes the first lines, as comments.
[[nodiscard]] std::string write_profile(const ProfileDraft& draft, std::string_view about);

}  // namespace itsmc::config
