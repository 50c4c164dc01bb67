#include <functional>
#include <utility>

#include <fmt/format.h>

#include "itsmc/http/entra.hpp"
#include "itsmc/partners/provance.hpp"

namespace itsmc::partners::provance {
namespace {

using Hint = std::function<std::string(std::string_view)>;

/// A user name without a domain names no tenant: "organizations" stands in, and Entra's words are
/// then about that (provance reference 2.3).
Hint naming_the_tenant(const Connection& connection, Hint hint) {
  if (connection.tenant != "organizations") return hint;
  return [name = connection.name, hint = std::move(hint)](std::string_view words) {
    return fmt::format(
        "the user name has no @domain to tell the tenant by: itsmc connection edit {} --tenant "
        "DOMAIN; else {}",
        name, hint(words));
  };
}

}  // namespace

// A public client: no secret is allowed. A scope of `user_impersonation` names the organisation;
// only with offline_access there is a refresh token (provance reference 2.1).
http::OAuthOptions sign_in(const Connection& connection, const Credentials& credentials) {
  http::OAuthOptions options;
  options.connection = connection.name;
  options.partner = "Microsoft Entra";
  options.address_option = "authority";
  options.token_url =
      http::entra::token_url(connection.authority, connection.tenant, http::entra::Endpoint::v2);
  options.fixed_fields = {{"client_id", connection.client_id},
                          {"scope", connection.url + "/user_impersonation offline_access"}};
  options.username = connection.username;
  options.password = credentials.password;
  options.refused_hint = naming_the_tenant(
      connection, http::entra::refused_hint({.client_id = connection.client_id,
                                             .tenant = connection.tenant,
                                             .authority = connection.authority,
                                             .resource = connection.url,
                                             .then = "itsmc connection login " + connection.name}));
  options.refresh_extends_refresh_token = true;
  return options;
}

}  // namespace itsmc::partners::provance
