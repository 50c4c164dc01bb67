#include "http/token_claims.hpp"

#include <cstdint>

#include <nlohmann/json.hpp>

namespace itsmc::http {
namespace {

using nlohmann::json;

/// The six bits of a base64url character; absent for any other.
std::optional<std::uint32_t> six_bits(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0' + 52);
  if (c == '-') return 62;
  if (c == '_') return 63;
  return std::nullopt;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto six = six_bits(c);
    if (!six) return std::nullopt;
    held = ((held << 6U) | *six) & 0xFFFFFFU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((held >> static_cast<unsigned>(bits)) & 0xFFU);
  }
  return bytes;
}

std::string text_at(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

/// Reads HEADER.CLAIMS.SIGNATURE, each base64url; the claims
///   {"aud":"https://monitor.azure.com","oid":"11c2..","appid":"0a1b..","iss":..}
/// (v2 tokens say azp for appid).
std::optional<TokenClaims> claims_of(std::string_view authorization) {
  const std::size_t first = authorization.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = authorization.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto text = from_base64url(authorization.substr(first + 1, second - first - 1));
  const json claims = text ? json::parse(*text, nullptr, false) : json();
  if (!claims.is_object()) return std::nullopt;
  TokenClaims read{.audience = text_at(claims, "aud"),
                   .object_id = text_at(claims, "oid"),
                   .client_id = text_at(claims, "appid")};
  if (read.client_id.empty()) read.client_id = text_at(claims, "azp");
  return read;
}

}  // namespace itsmc::http
