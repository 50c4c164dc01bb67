#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace itsmc {

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::string to_lower(std::string_view ascii);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view between);

/// RFC 3986: everything but letters, digits and -._~ becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// "a=1&b=x%20y", every key and value encoded.
[[nodiscard]] std::string form_encode(std::span<const std::pair<std::string, std::string>> fields);

/// Damerau-Levenshtein distance, case ignored.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate a mistyped word most likely meant; empty when none is near.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// Valid UTF-8 of at most `max_bytes`, cut between characters; control characters become spaces.
/// For quoting a server's words in a message.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t max_bytes);

}  // namespace itsmc
