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

/// One command mends the whole directory.
[[noreturn]] void throw_for_state(const Platform& platform, Error& error) {
  config::hint_at_closed_state(error, platform.state_dir);
  throw Error(error);
}

/// What cannot be read is told under "sign-in".
SignInState sign_in_as_read(const Platform& platform, const Connection& connection) try {
  return sign_in_state(platform, connection);
} catch (const Error&) {
  return {};
}

std::string until_then(const SignInState& state, Timestamp now) {
  if (!works_now(state, now)) return "no sync can run";
  return "syncs run until " + format_rfc3339(floor<std::chrono::seconds>(*state.access_expires)) +
         ", when the access token ends";
}

}  // namespace

config::KeptSecrets secrets_of(const Platform& platform, const Connection& connection) {
  return {platform.state_dir, platform.clock, connection.secret_store};
}

void refuse_unwritable_state(const Platform& platform, const Connection& connection) {
  try {
    if (connection.secret_store == SecretStore::file) {
      refuse_unwritable(platform.state_dir / "secrets", k_state_option);
    }
    refuse_unwritable(platform.state_dir / "locks", k_state_option);
    refuse_unwritable_file(config::token_lock(platform.state_dir, connection.name));
  } catch (Error& error) {
    throw_for_state(platform, error);
  }
}

std::optional<Check> check_state(const Platform& platform, const Connection& connection) try {
  refuse_unwritable_state(platform, connection);
  return std::nullopt;
} catch (const Error& error) {
  const SignInState state = sign_in_as_read(platform, connection);
  const Timestamp now = platform.clock.now();
  Check check = bad_line(std::string(k_state_check), error.text(),
                         {.cause = "a new sign-in cannot be kept there; " + until_then(state, now),
                          .hint = error.hint(),
                          .kind = error.kind()});
  if (works_now(state, now)) check.status = CheckStatus::warning;
  return check;
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
  refuse_unwritable_state(platform, connection);
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
  if (lacks_client_secret(connection, state)) return {};  // the password alone is refused
  const std::string& place = of_user ? state.password_place : state.client_secret_place;
  if (place.empty()) return {};
  return fmt::format("the {} ({})", of_user ? "password" : "client secret", place);
}

bool lacks_client_secret(const Connection& connection, const SignInState& state) {
  return find_connection_field("client-secret")->need(connection.partner) == Need::required &&
         state.client_secret_place.empty();
}

bool works_now(const SignInState& state, Timestamp now) {
  return state.access_expires && *state.access_expires > now;
}

std::optional<Error> ends_unrenewed(const Platform& platform, const Connection& connection) {
  const SignInState state = sign_in_as_read(platform, connection);
  if (!lacks_client_secret(connection, state)) return std::nullopt;
  if (!works_now(state, platform.clock.now())) return std::nullopt;
  return Error(ErrorKind::auth,
               fmt::format("no client secret is kept: the sign-in ends at {} and cannot be renewed "
                           "without it",
                           format_rfc3339(floor<std::chrono::seconds>(*state.access_expires))),
               client_secret_hint(platform, connection));
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
      // A refresh token is worth nothing to whoever lacks the client secret.
      if (lacks_client_secret(connection, state)) state.refresh_expires = state.access_expires;
    }
    // What was refused does not hold until its usual end.
    const bool ended = state.refusal && (token->expires_at <= platform.clock.now() ||
                                         !state.refusal->refresh.empty());
    if (ended) state.access_expires = state.refresh_expires = std::nullopt;
  }
  return state;
}

}  // namespace itsmc::client
