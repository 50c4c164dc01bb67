#include "itsmc/client/connections.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "client/bad_fields.hpp"
#include "client/credential.hpp"
#include "client/door.hpp"
#include "client/environment_connections.hpp"
#include "client/origins.hpp"
#include "client/profiles.hpp"
#include "client/secret_move.hpp"
#include "client/store_check.hpp"
#include "client/wiring.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {
namespace {

config::ConnectionFiles files_of(const Platform& platform) {
  return config::ConnectionFiles(platform.config_dir);
}

config::KeptSecrets secrets_of(const Platform& platform, const Connection& connection) {
  return {platform.state_dir, platform.clock, connection.secret_store};
}

bool any_failed(const std::vector<Check>& checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [](const Check& check) { return check.status == CheckStatus::failed; });
}

/// Gives back what a session holds before it is forgotten, as far as the instance can be reached:
/// where a product counts licences, a forgotten session keeps one until it ends by itself.
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

/// A directory that cannot be written is no fault of the connection.
std::vector<Check> test_before_saving(const Platform& platform, const Connection& connection,
                                      const GivenSecrets& secrets) {
  std::vector<Check> checks = test_connection(platform, connection, secrets);
  for (Check& check : checks) {
    const bool local = check.check == k_store_check && check.status == CheckStatus::failed;
    if (local) check.status = CheckStatus::warning;
  }
  return checks;
}

/// What a new connection must answer before it is saved. A token that the probe brought
/// stays only if the connection does.
std::vector<Check> probe(const Platform& platform, const Connection& connection,
                         const GivenSecrets& secrets) {
  std::vector<Check> checks = test_before_saving(platform, connection, secrets);
  if (any_failed(checks)) {
    end_session(platform, connection);
    secrets_of(platform, connection).forget(connection.name);
  }
  return checks;
}

enum class SignIn { kept, anew };

/// When it fails the connection stays as it was, its sign-in too.
std::vector<Check> probe_changed(const Platform& platform, const Connection& connection,
                                 const GivenSecrets& secrets, SignIn sign_in) {
  config::KeptSecrets kept = secrets_of(platform, connection);
  const std::optional<http::Token> token = kept.load(connection.name);
  if (sign_in == SignIn::anew) kept.forget(connection.name);
  std::vector<Check> checks = test_before_saving(platform, connection, secrets);
  if (!any_failed(checks)) return checks;
  kept.forget(connection.name);
  if (token) {
    kept.renew(
        connection.name, std::nullopt, [&](const auto&) { return *token; }, platform.stop);
  }
  return checks;
}

/// A client secret that a command gives is asked for each time; any other is kept.
void keep_client_secret(const Platform& platform, const Connection& connection,
                        const GivenSecrets& given) {
  config::KeptSecrets secrets = secrets_of(platform, connection);
  if (given.client_secret) {
    secrets.keep_client_secret(connection.name, *given.client_secret);
    return;
  }
  const std::optional<Secret> from_environment =
      secret_of_environment(platform, connection.name, "client-secret");
  const bool needed = connection.client_secret_command.empty() &&
                      !secrets.client_secret(connection.name) && from_environment;
  if (needed) secrets.keep_client_secret(connection.name, *from_environment);
}

std::vector<FieldText> with_whole_profile(std::vector<FieldText> fields) {
  for (FieldText& field : fields) {
    if (field.name == "profile") field.value = whole_profile(field.value);
  }
  return fields;
}

/// A connection of variables alone has no file that could be changed.
void refuse_without_file(const Platform& platform, const std::string& name) {
  const std::vector<std::string> names = files_of(platform).names();
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  throw Error(ErrorKind::usage, name + ": is defined by variables of the environment, in no file",
              fmt::format("change or unset {}", environment_variable(name, "...")));
}

bool signs_in_differently(const Connection& before, const Connection& after) {
  return before.url != after.url || before.username != after.username ||
         before.client_id != after.client_id || before.grant != after.grant ||
         before.tenant != after.tenant || before.authority != after.authority ||
         before.audience != after.audience;
}

}  // namespace

Added add_connection(const Platform& platform, const Connection& given, const GivenSecrets& secrets,
                     const Saving& saving) {
  Connection connection = given;
  connection.profile = whole_profile(given.profile);
  const config::ConnectionFiles files = files_of(platform);
  if (files.load(connection.name)) {
    throw Error(ErrorKind::invalid,
                fmt::format("a connection is already called \"{}\"", connection.name),
                "itsmc connection edit " + connection.name);
  }
  refuse_other_rows(platform, connection, saving);
  Added added;
  added.checks = check_profile(connection);
  // What a removed connection of the same name may have left must not sign this one in.
  secrets_of(platform, connection).forget(connection.name);
  if (saving.verify == Verify::yes) added.checks = probe(platform, connection, secrets);
  if (any_failed(added.checks)) return added;
  keep_client_secret(platform, connection, secrets);
  files.create(connection);
  added.saved = true;
  added.purged = settle_rows(platform, connection, saving);
  return added;
}

Connection changed_connection(const Platform& platform, const std::string& name,
                              const std::vector<FieldText>& given) {
  std::vector<FieldText> fields = to_fields(load_connection(platform, name));
  for (const FieldText& change : with_whole_profile(given)) {
    std::erase_if(fields, [&](const FieldText& field) { return field.name == change.name; });
    if (!change.value.empty()) fields.push_back(change);
  }
  CheckedConnection checked =
      check_connection(name, fields, SecretsGiven::both, SecretRule::ignore);
  if (!checked.problems.empty()) {
    throw Error(ErrorKind::invalid, name + ": " + bad_fields(checked.problems),
                "itsmc connection edit --help");
  }
  return std::move(checked.connection);
}

Added edit_connection(const Platform& platform, const std::string& name, const Changes& changes,
                      const Saving& saving) {
  const Connection before = load_connection(platform, name);
  refuse_without_file(platform, name);
  const Connection after = changed_connection(platform, name, changes.fields);
  ensure_origin(platform, before);
  refuse_other_rows(platform, after, saving);
  const GivenSecrets& secrets = changes.secrets;
  SecretMove move(platform, name, {before.secret_store, after.secret_store});
  const bool new_sign_in =
      signs_in_differently(before, after) || secrets.client_secret || secrets.password;
  Added added;
  added.checks = check_profile(after);
  if (saving.verify == Verify::yes) {
    added.checks =
        probe_changed(platform, after, secrets, new_sign_in ? SignIn::anew : SignIn::kept);
    if (any_failed(added.checks)) return added;
  } else if (new_sign_in) {
    secrets_of(platform, after).forget(name);
  }
  keep_client_secret(platform, after, secrets);
  files_of(platform).change(name, with_whole_profile(changes.fields));
  move.finish();
  added.saved = true;
  added.purged = settle_rows(platform, after, saving);
  return added;
}

std::int64_t remove_connection(const Platform& platform, const std::string& name, Rows rows) {
  const config::ConnectionFiles files = files_of(platform);
  // A file that cannot be read can still be removed; one that is not there cannot.
  const std::vector<std::string> names = files.names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    static_cast<void>(load_connection(platform, name));
    refuse_without_file(platform, name);
  }
  std::int64_t purged = 0;
  const std::filesystem::path store_file = platform.data_dir / "itsmc.db";
  if (rows == Rows::purge && std::filesystem::exists(store_file)) {
    purged = store::Store(store_file, store::OpenMode::read_write).purge(name);
  }
  SecretStore store = SecretStore::file;
  try {
    const Connection connection = load_connection(platform, name);
    store = connection.secret_store;
    end_session(platform, connection);
  } catch (const Error&) {
    // A file that cannot be read names no instance, and no keyring.
  }
  forget_secrets(platform, name, store);
  files.remove(name);
  return purged;
}

std::vector<Check> test_connection(const Platform& platform, const Connection& connection,
                                   const GivenSecrets& secrets) {
  OpenConnection open = open_connection(platform, connection, secrets, {.retry = {.max_tries = 1}});
  const http::Wire wire = make_wire(platform, connection, *open.secrets);
  const http::Inspection seen = wire.new_transport()->inspect(connection.url, platform.stop);
  std::vector<Check> checks = judge_door(connection, seen, platform.clock.now());
  if (is_shut(checks)) {
    for (const char* name : {"sign-in", "version", "roles", "read-incident", "read-change-request",
                             "write", "ci", "time-zone", "rate-limit"}) {
      checks.push_back({.check = name, .status = CheckStatus::skipped, .message = "not reached"});
    }
  } else {
    std::vector<Check> inside = open.partner->examine(platform.stop);
    std::move(inside.begin(), inside.end(), std::back_inserter(checks));
  }
  checks.push_back(check_store(platform));
  return checks;
}

int exit_code(const std::vector<Check>& checks) noexcept {
  int code = 0;
  for (const Check& check : checks) {
    if (check.status != CheckStatus::failed) continue;
    const bool sign_in = check.kind == ErrorKind::auth || check.kind == ErrorKind::denied;
    if (sign_in) return 4;
    code = 5;
  }
  return code;
}

void login(const Platform& platform, const Connection& connection, const GivenSecrets& secrets) {
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

namespace {

/// In the order in which find_credentials looks: the connection's own variable wins over all.
std::string client_secret_place(const Platform& platform, const Connection& connection,
                                const config::KeptSecrets& kept) {
  const std::string& name = connection.name;
  if (environment_field(platform, name, "client-secret")) return "environment";
  if (const auto credential = find_credential(platform, name, "client-secret")) {
    return credential->place;
  }
  if (kept.client_secret(name)) return kept.where(name, config::SecretKind::client_secret);
  if (!connection.client_secret_command.empty()) return "command";
  return secret_of_environment(platform, name, "client-secret") ? "environment" : "";
}

std::string password_place(const Platform& platform, const Connection& connection) {
  if (environment_field(platform, connection.name, "password")) return "environment";
  if (const auto credential = find_credential(platform, connection.name, "password")) {
    return credential->place;
  }
  if (!connection.password_command.empty()) return "command";
  return secret_of_environment(platform, connection.name, "password") ? "environment" : "";
}

}  // namespace

SignInState sign_in_state(const Platform& platform, const Connection& connection) {
  const config::KeptSecrets kept = secrets_of(platform, connection);
  SignInState state;
  state.client_secret_place = client_secret_place(platform, connection, kept);
  state.password_place = password_place(platform, connection);
  if (const std::optional<http::Token> token = kept.load(connection.name)) {
    state.token_place = kept.where(connection.name, config::SecretKind::token);
    state.access_expires = token->expires_at;
    state.signed_in_at = token->refresh_issued_at;
    if (token->refresh_issued_at && !token->refresh.empty()) {
      state.refresh_expires =
          *token->refresh_issued_at + partner_entry(connection).refresh_lifetime;
    }
  }
  return state;
}

}  // namespace itsmc::client
