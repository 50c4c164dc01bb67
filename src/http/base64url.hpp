#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace itsmc::http {

/// RFC 4648 section 5, without padding: what a JSON Web Token is written in. Pure.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Absent when a character is none of its own; reading ends at padding.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace itsmc::http
