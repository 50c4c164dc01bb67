#include <algorithm>

#include <fmt/format.h>

#include "client/certificate_file.hpp"
#include "client/connection_parts.hpp"
#include "client/doctor_parts.hpp"
#include "client/secret_source.hpp"
#include "core/check_line.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

std::string day(Timestamp time) {
  return format_rfc3339(time).substr(0, 10);
}

std::string or_nowhere(const std::string& place) {
  return place.empty() ? std::string("none") : place;
}

std::string login_command(const Connection& connection) {
  return "itsmc connection login " + connection.name;
}

/// What every renewal needs and is not there.
Trouble missing_client_secret(const Platform& platform, const Connection& connection) {
  return {.cause = "the sign-in cannot be renewed without it",
          .hint = client_secret_hint(platform, connection),
          .kind = ErrorKind::auth};
}

Check check_ca_file(const Connection& connection) {
  const std::size_t count = certificates_of(connection.ca_file);
  if (count > 0) return good_line("ca-file", fmt::format("{} certificates", count));
  return bad_line(
      "ca-file", connection.ca_file + " holds no certificate that can be read",
      {.cause = "https cannot trust the instance",
       .hint = fmt::format("itsmc connection edit {} --ca-file FILE", connection.name)});
}

Check judge_secrets(const Platform& platform, const Connection& connection,
                    const SignInState& state) {
  if (!lacks_client_secret(connection, state)) {
    return good_line("secrets", fmt::format("client secret: {}; password: {}; kept in: {}",
                                            or_nowhere(state.client_secret_place),
                                            or_nowhere(state.password_place),
                                            to_string(connection.secret_store)));
  }
  Check check =
      bad_line("secrets", "no client secret is kept", missing_client_secret(platform, connection));
  // As `connection test` judges it: syncs go on until the token ends.
  if (works_now(state, platform.clock.now())) check.status = CheckStatus::warning;
  return check;
}

/// Nobody is signed in, or the sign-in has run out.
Check without_sign_in(const Platform& platform, const Connection& connection,
                      const SignInState& state, const std::string& because) {
  const std::string by = signs_in_by(connection, state);
  if (!by.empty()) return good_line("sign-in", fmt::format("{}; signs in by {}", because, by));
  const bool lacks = lacks_client_secret(connection, state);
  return bad_line(
      "sign-in", because,
      {.cause = "no secret is kept that could sign in anew",
       .hint = lacks ? client_secret_hint(platform, connection) : login_command(connection),
       .kind = ErrorKind::auth});
}

/// A token that is good to its end outlives a refusal for so long.
Check judge_refusal(const Connection& connection, const SignInState& state, Timestamp now) {
  const http::SignInRefusal& refusal = *state.refusal;
  const bool signed_in = state.access_expires && *state.access_expires > now;
  Check check = bad_line(
      "sign-in", "refused at " + format_rfc3339(floor<std::chrono::seconds>(refusal.at)),
      {.cause = refusal.words, .hint = login_command(connection), .kind = ErrorKind::auth});
  if (!refusal.offered.empty()) check.cause += "; the same secret is not tried again by itself";
  if (signed_in) check.status = CheckStatus::warning;
  return check;
}

Check judge_sign_in(const Platform& platform, const Connection& connection,
                    const SignInState& state) {
  const Timestamp now = platform.clock.now();
  if (state.refusal) return judge_refusal(connection, state, now);
  if (state.token_place.empty()) {
    return without_sign_in(platform, connection, state, "not signed in");
  }
  const std::optional<Timestamp> end =
      state.refresh_expires ? state.refresh_expires : state.access_expires;
  if (end && *end <= now) {
    return without_sign_in(platform, connection, state, "the sign-in ran out on " + day(*end));
  }
  std::string message = "signed in";
  if (state.signed_in_at) message += " on " + day(*state.signed_in_at);
  if (end) message += ", holds until " + format_rfc3339(*end);
  const bool told = lacks_client_secret(connection, state);  // under "secrets"
  const bool soon = state.refresh_expires && *state.refresh_expires - now < std::chrono::days(7);
  if (told || !soon || !signs_in_by(connection, state).empty()) {
    return good_line("sign-in", message);
  }
  return doubtful_line("sign-in", message,
                       {.cause = "it ends in less than 7 days, and no secret can sign in anew",
                        .hint = login_command(connection),
                        .kind = ErrorKind::auth});
}

Check failed_run(const store::StreamStatus& stream, const std::string& next) {
  std::string message = fmt::format("the last sync of {}s failed", to_string(stream.stream.type));
  if (stream.last_success) {
    message += "; the last success was at " +
               format_rfc3339(floor<std::chrono::seconds>(*stream.last_success));
  }
  return doubtful_line("last-sync", std::move(message), {.cause = stream.last_error, .hint = next});
}

}  // namespace

std::string next_after_failure(const Platform& platform, const Connection& connection) {
  return next_after(check_sign_in(platform, connection), connection);
}

std::string next_after(const std::vector<Check>& sign_in, const Connection& connection) {
  for (const Check& check : sign_in) {
    if (check.status == CheckStatus::failed) return check.hint;
  }
  return "itsmc connection test " + connection.name;
}

void doubt_sign_in(const Platform& platform, const Connection& connection,
                   std::vector<Check>& checks) {
  const auto signed_in = std::find_if(checks.begin(), checks.end(), [](const Check& check) {
    return check.check == "sign-in" && check.status == CheckStatus::ok;
  });
  if (signed_in == checks.end()) return;
  if (!lacks_client_secret(connection, sign_in_state(platform, connection))) return;
  Trouble trouble = missing_client_secret(platform, connection);
  trouble.cause = "no client secret is kept: " + trouble.cause;
  *signed_in = doubtful_line("sign-in", signed_in->message, std::move(trouble));
}

std::vector<Check> check_sign_in(const Platform& platform, const Connection& connection) {
  std::vector<Check> checks;
  if (!connection.ca_file.empty()) checks.push_back(check_ca_file(connection));
  try {
    const SignInState state = sign_in_state(platform, connection);
    checks.push_back(judge_secrets(platform, connection, state));
    checks.push_back(judge_sign_in(platform, connection, state));
  } catch (const Error& error) {
    checks.push_back(bad_line("secrets", "cannot be read", trouble_of(error)));
  }
  return checks;
}

std::vector<store::StreamStatus> streams_in_store(const Platform& platform) try {
  return store::Store(platform.data_dir / "itsmc.db", store::OpenMode::read_only).status();
} catch (const Error&) {
  return {};
}

std::vector<Check> check_last_sync(const std::vector<store::StreamStatus>& streams,
                                   const Connection& connection, const std::string& next) {
  std::vector<Check> checks;
  for (const store::StreamStatus& stream : streams) {
    const bool its = stream.stream.connection == connection.name;
    if (its && stream.last_status == to_string(StreamState::failed)) {
      checks.push_back(failed_run(stream, next));
    }
  }
  return checks;
}

}  // namespace itsmc::client
