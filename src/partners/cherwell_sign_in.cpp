#include <fmt/format.h>

#include "itsmc/partners/cherwell.hpp"

namespace itsmc::partners::cherwell {
namespace {

/// `Internal` is the default; a Windows or LDAP user is written DOMAIN\user, and `Auto` finds out
/// which (cherwell reference 2). It has to be a mode that is enabled for the CSM Browser Client.
/// Never two modes one after the other: a wrong password would count twice.
std::string_view auth_mode(const std::string& username) {
  return username.find('\\') == std::string::npos ? "Internal" : "Auto";
}

}  // namespace

http::OAuthOptions sign_in(const Connection& connection, const Credentials& credentials) {
  http::OAuthOptions options;
  options.connection = connection.name;
  options.partner = "Cherwell";
  // A query parameter in the contract, not a form field (reference 2).
  options.token_url = fmt::format("{}/CherwellAPI/token?auth_mode={}", connection.url,
                                  auth_mode(connection.username));
  options.fixed_fields = {{"client_id", connection.client_id}};
  options.username = connection.username;
  options.password = credentials.password;
  options.refused_hint = fmt::format(
      "\"invalid_client_id\": the client key is wrong (CSM Administrator > Security > Edit REST "
      "API client settings); \"invalid_grant\": user name or password wrong, the account locked, "
      "or its authentication not enabled for the CSM Browser Client; a Windows or LDAP user is "
      "given as DOMAIN\\user. Then: itsmc connection login {}",
      connection.name);
  // Each refresh gives a new pair and ends the old one (reference 2).
  options.refresh_extends_refresh_token = true;
  options.grant_when = http::OAuthOptions::AfterRefresh::answered;
  return options;
}

}  // namespace itsmc::partners::cherwell
