#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell.hpp"
#include "partners/cherwell_client.hpp"

namespace itsmc::partners::cherwell {
namespace {

/// `Internal` is the default; a Windows or LDAP user is written DOMAIN\user, and `Auto` finds out
/// which (cherwell reference 2). It has to be a mode that is enabled for the CSM Browser Client.
/// Never two modes one after the other: a wrong password would count twice.
std::string_view auth_mode(const std::string& username) {
  return username.find('\\') == std::string::npos ? "Internal" : "Auto";
}

std::string refused_hint(const Connection& connection, std::string_view words) {
  const std::string login = "itsmc connection login " + connection.name;
  const std::string lowered = to_lower(words);
  if (lowered.find("invalid_client") != std::string::npos) {
    return "the client id is not this server's client key: CSM Administrator > Security > Edit "
           "REST API client settings; then: itsmc connection edit " +
           connection.name + " --client-id KEY";
  }
  if (lowered.find("licen") != std::string::npos) {
    return "each sign-in takes a licence: give some back (CSM Administrator > Security > View "
           "logged-in users), then: " +
           login;
  }
  return "Cherwell does not say which of these it is: user name or password wrong; the account "
         "locked (CSM Administrator > Security > Edit users); its kind of sign-in not enabled for "
         "the CSM Browser Client (Security > Edit security settings). A Windows or LDAP user is "
         "given as DOMAIN\\user. Then: " +
         login;
}

}  // namespace

http::ClientOptions client_options(const Connection& connection, const PartnerOptions& options) {
  return {.connection = connection.name,
          .base_url = connection.url + "/CherwellAPI",
          .retry = options.retry,
          .judge = judge(connection.url)};
}

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
  options.refused_hint = [connection](std::string_view words) {
    return refused_hint(connection, words);
  };
  // Each refresh gives a new pair and ends the old one (reference 2).
  options.refresh_extends_refresh_token = true;
  options.grant_when = http::OAuthOptions::AfterRefresh::answered;
  return options;
}

}  // namespace itsmc::partners::cherwell
