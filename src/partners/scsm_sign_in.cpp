#include <fmt/format.h>

#include "itsmc/http/entra.hpp"
#include "itsmc/partners/scsm.hpp"

namespace itsmc::partners::scsm {

http::OAuthOptions sign_in(const Connection& connection, const Credentials& credentials) {
  http::OAuthOptions options;
  options.connection = connection.name;
  options.partner = "Microsoft Entra";
  options.address_option = "authority";
  options.token_url =
      http::entra::token_url(connection.authority, connection.tenant, http::entra::Endpoint::v1);
  options.fixed_fields = {{"client_id", connection.client_id}, {"resource", connection.audience}};
  options.grant = "client_credentials";
  options.client_secret = credentials.client_secret;
  options.needs_client_secret = true;
  options.client_secret_hint = credentials.client_secret_hint;
  options.refused_hint = http::entra::refused_hint(
      {.client_id = connection.client_id,
       .tenant = connection.tenant,
       .authority = connection.authority,
       .resource = connection.audience,
       .then = "itsmc connection login " + connection.name + " --client-secret-file FILE"});
  return options;
}

}  // namespace itsmc::partners::scsm
