#include "http/token_claims.hpp"

#include <nlohmann/json.hpp>

#include "http/base64url.hpp"

namespace itsmc::http {
namespace {

using nlohmann::json;

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
  // "idtyp" is said by choice; an app has no name to sign in with.
  const bool user = text_at(claims, "idtyp") == "user" || !text_at(claims, "upn").empty();
  if (user) read.whose = TokenClaims::Whose::user;
  if (read.client_id.empty()) read.client_id = text_at(claims, "azp");
  return read;
}

}  // namespace itsmc::http
