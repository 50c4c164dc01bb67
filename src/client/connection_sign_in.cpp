#include <fmt/format.h>

#include "client/connection_parts.hpp"
#include "client/secret_source.hpp"
#include "client/store_check.hpp"
#include "client/wiring.hpp"
#include "core/check_line.hpp"
#include "core/url.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

std::string place_of(const std::optional<SecretSource>& source) {
  return source ? source->place : std::string();
}

}  // namespace

config::KeptSecrets secrets_of(const Platform& platform, const Connection& connection) {
  return {platform.state_dir, platform.clock, connection.secret_store};
}

void refuse_unwritable_state(const Platform& platform) {
  for (const char* part : {"secrets", "locks"}) {
    refuse_unwritable(platform.state_dir / part, "state-dir");
  }
}

std::optional<Check> check_state(const Platform& platform) try {
  refuse_unwritable_state(platform);
  return std::nullopt;
} catch (const Error& error) {
  return bad_line(std::string(k_state_check), error.text(),
                  {.cause = "a new sign-in cannot be kept, and no sync can run",
                   .hint = error.hint(),
                   .kind = error.kind()});
}

void end_session(const Platform& platform, const Connection& connection) {
  if (!secrets_of(platform, connection).load(connection.name)) return;
  try {
    // A kept token ends its own session: no secret command has to run for that.
    const GivenSecrets nothing{.password = {}, .client_secret = Secret()};
    open_connection(platform, connection, nothing, {.retry = {.max_tries = 1}})
        .partner->sign_out(platform.stop);
  } catch (const Error& error) {
    platform.log(LogLevel::info, connection.name + ": the session is not ended: " + error.text());
  }
}

bool is_another_port(const Connection& before, const Connection& after) {
  // Entra's tokens name what they are for, its port included.
  const bool by_entra = find_connection_field("tenant")->need(after.partner) != Need::refused;
  if (by_entra || before.partner != after.partner || before.url == after.url) return false;
  const Url one = parse_url(before.url, PlainHttp::loopback_only);
  const Url other = parse_url(after.url, PlainHttp::loopback_only);
  return one.problem.empty() && other.problem.empty() && one.scheme == other.scheme &&
         one.host == other.host;
}

bool signs_in_differently(const Connection& before, const Connection& after) {
  return (before.url != after.url && !is_another_port(before, after)) ||
         before.username != after.username || before.client_id != after.client_id ||
         before.grant != after.grant || before.tenant != after.tenant ||
         before.authority != after.authority || before.audience != after.audience;
}

void login(const Platform& platform, const Connection& connection, const GivenSecrets& secrets) {
  refuse_unwritable_state(platform);
  const partners::PartnerEntry& entry = partner_entry(connection);
  config::KeptSecrets kept = secrets_of(platform, connection);
  const partners::Credentials credentials = find_credentials(platform, connection, secrets, kept);
  const http::Wire wire = make_wire(platform, connection, kept);
  http::sign_in(entry.sign_in(connection, credentials), wire, platform.stop);
  if (secrets.client_secret) kept.keep_client_secret(connection.name, *secrets.client_secret);
}

LoggedOut logout(const Platform& platform, const Connection& connection) {
  config::KeptSecrets kept = secrets_of(platform, connection);
  LoggedOut out;
  out.signs_in_by = signs_in_by(connection, sign_in_state(platform, connection));
  if (!kept.load(connection.name)) return out;
  open_connection(platform, connection, {}, {}).partner->sign_out(platform.stop);
  out.was_signed_in = kept.forget(connection.name);
  out.given_back = partner_entry(connection).given_back;
  return out;
}

std::string signs_in_by(const Connection& connection, const SignInState& state) {
  const bool of_user =
      find_connection_field("password")->need(connection.partner) == Need::required &&
      connection.grant == Grant::password;
  const std::string& place = of_user ? state.password_place : state.client_secret_place;
  if (place.empty()) return {};
  return fmt::format("the {} ({})", of_user ? "password" : "client secret", place);
}

SignInState sign_in_state(const Platform& platform, const Connection& connection) {
  const config::KeptSecrets kept = secrets_of(platform, connection);
  SignInState state;
  state.client_secret_place =
      place_of(find_secret_source(platform, connection, "client-secret", &kept));
  state.password_place = place_of(find_secret_source(platform, connection, "password", nullptr));
  state.refusal = kept.refusal(connection.name);
  if (const std::optional<http::Token> token = kept.load(connection.name)) {
    state.token_place = kept.where(connection.name, config::SecretKind::token);
    state.access_expires = token->expires_at;
    state.signed_in_at = token->refresh_issued_at;
    if (token->refresh_issued_at && !token->refresh.empty()) {
      state.refresh_expires =
          *token->refresh_issued_at + partner_entry(connection).refresh_lifetime;
    }
    // What was refused does not hold until its usual end.
    const bool ended = state.refusal && (token->expires_at <= platform.clock.now() ||
                                         !state.refusal->refresh.empty());
    if (ended) state.access_expires = state.refresh_expires = std::nullopt;
  }
  return state;
}

}  // namespace itsmc::client
