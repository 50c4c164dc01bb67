#include <fmt/format.h>

#include "itsmc/partners/servicenow.hpp"
#include "partners/servicenow_client.hpp"

namespace itsmc::partners::servicenow {
namespace {

using std::chrono::days;

// servicenow reference 1.1: 8,640,000 s; the refresh grant does not extend it.
constexpr days k_warn_after{80};

// The instance answers one and the same 401 for all of these (servicenow reference 1.1).
std::string refused_hint(const Connection& connection) {
  if (connection.grant == Grant::client_credentials) {
    return fmt::format(
        "ServiceNow does not say which of these it is: client id or client secret wrong, or the "
        "client inactive (System OAuth > Application Registry); no OAuth Application User on the "
        "client; the property glide.oauth.inbound.client.credential.grant_type.enabled missing or "
        "false (sys_properties.list); the user locked out or inactive (User Administration > "
        "Users). Then: itsmc connection login {} --client-secret-file FILE",
        connection.name);
  }
  return fmt::format(
      "ServiceNow does not say which of these it is: user name or password wrong, user locked out, "
      "inactive or the password expired (User Administration > Users > {}); client id or client "
      "secret wrong, or the client inactive (System OAuth > Application Registry); the password "
      "grant not allowed for the client or by an API access policy (System Web Services > API "
      "Access Policies). Failed tries count towards a lock-out: check first, then: itsmc "
      "connection login {}; with another client secret: itsmc connection login {} "
      "--client-secret-file FILE",
      connection.username, connection.name, connection.name);
}

}  // namespace

http::OAuthOptions sign_in(const Connection& connection, const Credentials& credentials) {
  http::OAuthOptions options;
  options.connection = connection.name;
  options.partner = "ServiceNow";
  options.token_url = connection.url + "/oauth_token.do";
  options.fixed_fields = {{"client_id", connection.client_id}};
  options.grant = connection.grant == Grant::client_credentials ? "client_credentials" : "password";
  options.username = connection.username;
  options.client_secret = credentials.client_secret;
  options.needs_client_secret = true;
  options.client_secret_hint = credentials.client_secret_hint;
  options.password = credentials.password;
  options.refused_hint = [hint = refused_hint(connection)](std::string_view) { return hint; };
  options.refresh_extends_refresh_token = false;
  return options;
}

http::ClientOptions client_options(const Connection& connection, const PartnerOptions& options) {
  return {.connection = connection.name,
          .base_url = connection.url,
          .retry = options.retry,
          .judge = judge(connection.url)};
}

std::optional<std::string> refresh_token_warning(Timestamp issued, Timestamp now) {
  const auto age = std::chrono::floor<days>(now - issued);
  if (age < k_warn_after) return std::nullopt;
  const auto dies = std::chrono::floor<days>(issued + k_refresh_lifetime);
  const std::string day = format_rfc3339(dies).substr(0, 10);
  if (age >= k_refresh_lifetime) {
    return fmt::format("the sign-in is {} days old; refresh tokens usually live for {} days",
                       age.count(), k_refresh_lifetime.count());
  }
  return fmt::format("the sign-in is {} days old and usually ends on {}", age.count(), day);
}

}  // namespace itsmc::partners::servicenow
