#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace itsmc::http {

/// What an access token of Microsoft Entra says of itself. For explanations and for our own object
/// id; nothing is decided by it that the server would not check.
struct TokenClaims {
  std::string audience;   // "https://monitor.azure.com"
  std::string object_id;  // of the service principal or user
  std::string client_id;
  enum class Whose : std::uint8_t { app, user } whose = Whose::app;
};

/// Out of "Bearer eyJ..." (a JSON Web Token). Absent when it is anything else. Pure.
[[nodiscard]] std::optional<TokenClaims> claims_of(std::string_view authorization);

}  // namespace itsmc::http
