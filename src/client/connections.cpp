#include "itsmc/client/connections.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "client/bad_fields.hpp"
#include "client/connection_parts.hpp"
#include "client/door.hpp"
#include "client/environment_connections.hpp"
#include "client/origins.hpp"
#include "client/profiles.hpp"
#include "client/run_lock.hpp"
#include "client/secret_move.hpp"
#include "client/store_check.hpp"
#include "client/wiring.hpp"
#include "core/check_line.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {
namespace {

void lead_to_config(const Platform& platform, Error& error) {
  const bool of_file = error.text().find(platform.config_dir.string()) != std::string::npos;
  if (error.kind() != ErrorKind::storage || !of_file) return;
  error.with_hint(hint_of_unwritable(platform.config_dir, "config-dir"));
}

/// A slip would be found by the next sync only, which would then send to nobody.
void refuse_unknown_workspace(const Platform& platform, const std::string& name) {
  const std::vector<std::string> names = workspace_names(platform);
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  try {
    static_cast<void>(load_workspace(platform, name));
  } catch (Error& error) {
    throw Error(error.while_doing("--workspace"));
  }
}

/// `rows`: what the hint of a closed door says of them.
std::vector<Check> examine_whole(const Platform& platform, const Connection& connection,
                                 const GivenSecrets& secrets, StoredRows rows) {
  GivenSecrets tried = secrets;
  tried.refused = http::RefusedSecret::tried;
  OpenConnection open = open_connection(platform, connection, tried, {.retry = {.max_tries = 1}});
  const http::Wire wire = make_wire(platform, connection, *open.secrets);
  const http::Inspection seen = wire.new_transport()->inspect(connection.url, platform.stop);
  std::vector<Check> checks = judge_door(connection, seen, platform.clock.now(), rows);
  if (is_shut(checks)) {
    for (const char* name : {"sign-in", "version", "roles", "read-incident", "read-change-request",
                             "write", "ci", "time-zone", "rate-limit"}) {
      checks.push_back(skipped_line(name, "not reached"));
    }
  } else {
    std::vector<Check> inside = open.partner->examine(platform.stop);
    std::move(inside.begin(), inside.end(), std::back_inserter(checks));
    if (!secrets.client_secret) doubt_sign_in(platform, connection, checks);
  }
  checks.push_back(check_store(platform));
  if (auto refused = check_state(platform, connection)) checks.push_back(std::move(*refused));
  return checks;
}

bool any_failed(const std::vector<Check>& checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [](const Check& check) { return check.status == CheckStatus::failed; });
}

/// A directory that cannot be written is no fault of the connection.
std::vector<Check> test_before_saving(const Platform& platform, const Connection& connection,
                                      const GivenSecrets& secrets) {
  // What becomes of the rows is said by the command that is under way, or asked by it.
  std::vector<Check> checks = examine_whole(platform, connection, secrets, StoredRows::none);
  for (Check& check : checks) {
    const bool local = check.check == k_store_check || check.check == k_state_check;
    if (local && check.status == CheckStatus::failed) check.status = CheckStatus::warning;
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

/// What is known of a connection's sign-in.
struct KeptSignIn {
  std::optional<http::Token> token;
  std::optional<http::SignInRefusal> refusal;
};

void put_back(const Platform& platform, const Connection& connection, const KeptSignIn& before) {
  config::KeptSecrets secrets = secrets_of(platform, connection);
  secrets.forget(connection.name);
  if (before.token) {
    secrets.renew(
        connection.name, std::nullopt, [&before](const auto&) { return *before.token; },
        platform.stop);
  }
  if (before.refusal) secrets.keep_refusal(connection.name, *before.refusal);
}

enum class SignIn { kept, anew };

/// What a removed connection of the same name may have left must not sign this one in.
void forget_leftovers(const Platform& platform, const Connection& connection) {
  try {
    secrets_of(platform, connection).forget(connection.name);
  } catch (Error& error) {
    // There is no connection yet that could be edited.
    const std::string edit = "itsmc connection edit " + connection.name + " --secret-store file";
    const std::size_t at = error.hint().find(edit);
    if (at != std::string::npos) {
      error.with_hint(error.hint().substr(0, at) + "the same command with --secret-store file");
    }
    throw Error(error.while_doing(connection.name + ": not saved"));
  }
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

/// All of it or nothing: a secret without its connection is one that nobody looks after.
void save_new(const Platform& platform, const Connection& connection, const GivenSecrets& secrets) {
  try {
    keep_client_secret(platform, connection, secrets);
    files_of(platform).create(connection);
  } catch (Error& error) {
    end_session(platform, connection);
    forget_secrets(platform, connection.name, connection.secret_store);
    lead_to_config(platform, error);
    throw Error(error.while_doing(connection.name + ": not saved"));
  }
}

void change_file(const Platform& platform, const std::string& name,
                 const std::vector<FieldText>& fields) {
  try {
    files_of(platform).change(name, with_whole_profile(fields));
  } catch (Error& error) {
    lead_to_config(platform, error);
    throw Error(error.while_doing(name + ": not changed"));
  }
}

/// The checks; where none failed the file is changed. Else, and where it cannot be, the connection
/// stays as it was, its sign-in too.
std::vector<Check> change_probed(const Platform& platform, const Connection& after,
                                 const Changes& changes, SignIn sign_in) {
  config::KeptSecrets kept = secrets_of(platform, after);
  const KeptSignIn before{kept.load(after.name), kept.refusal(after.name)};
  if (sign_in == SignIn::anew) kept.forget(after.name);
  std::vector<Check> checks = test_before_saving(platform, after, changes.secrets);
  if (any_failed(checks)) {
    put_back(platform, after, before);
    return checks;
  }
  try {
    change_file(platform, after.name, changes.fields);
  } catch (const Error&) {
    if (sign_in == SignIn::anew) put_back(platform, after, before);
    throw;
  }
  return checks;
}

/// A sign-in that is kept asks no command: a slip in one would be found when the sign-in ends.
void try_commands(const std::string& name, const std::vector<FieldText>& changed) {
  for (const FieldText& field : changed) {
    const bool is_command =
        field.name == "password-command" || field.name == "client-secret-command";
    if (!is_command || field.value.empty()) continue;
    try {
      static_cast<void>(config::run_secret_command(field.value));
    } catch (Error& error) {
      error.with_hint(error.hint() + "; to save it without trying: --no-verify");
      throw Error(error.while_doing(fmt::format("{}: not changed: --{}", name, field.name)));
    }
  }
}

std::optional<FileLock> hold_off_syncs(const Platform& platform, const Connection& connection,
                                       const Saving& saving) {
  if (saving.rows != Rows::purge) return std::nullopt;
  return hold_off_syncs(platform, connection.name + ": its rows are not removed");
}

}  // namespace

std::string instead_of_adding(const std::string& name) {
  return fmt::format(
      "itsmc connection edit {0} changes it, itsmc connection login {0} signs in anew", name);
}

Added add_connection(const Platform& platform, const Connection& given, const GivenSecrets& secrets,
                     const Saving& saving) {
  Connection connection = given;
  connection.profile = whole_profile(given.profile);
  const config::ConnectionFiles files = files_of(platform);
  if (files.load(connection.name)) {
    throw Error(ErrorKind::invalid,
                fmt::format("a connection is already called \"{}\"", connection.name),
                instead_of_adding(connection.name));
  }
  std::optional<store::Store> store =
      open_rows(platform, saving.rows ? store::OpenMode::read_write : store::OpenMode::read_only);
  if (store) refuse_other_rows(*store, connection, saving);
  refuse_unknown_workspace(platform, connection.workspace);
  refuse_unwritable(platform.config_dir / "connections", "config-dir");
  if (saving.verify == Verify::yes || secrets.client_secret) {
    refuse_unwritable_state(platform, connection);
  }
  const std::optional<FileLock> lock = hold_off_syncs(platform, connection, saving);
  Added added;
  added.checks = check_profile(connection);
  forget_leftovers(platform, connection);
  if (saving.verify == Verify::yes) added.checks = probe(platform, connection, secrets);
  if (any_failed(added.checks)) return added;
  save_new(platform, connection, secrets);
  added.saved = true;
  if (store) added.purged = settle_rows(*store, connection, saving);
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
  std::vector<FieldProblem> problems = problems_of_files(given);
  std::move(problems.begin(), problems.end(), std::back_inserter(checked.problems));
  if (!checked.problems.empty()) {
    problems = problems_of_workspace(platform, given);
    std::move(problems.begin(), problems.end(), std::back_inserter(checked.problems));
  }
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
  if (after.workspace != before.workspace) refuse_unknown_workspace(platform, after.workspace);
  std::optional<store::Store> store = open_rows(platform, store::OpenMode::read_write);
  if (store) {
    ensure_origin(*store, before);
    refuse_other_rows(*store, after, saving);
  }
  const std::optional<FileLock> lock = hold_off_syncs(platform, after, saving);
  const GivenSecrets& secrets = changes.secrets;
  SecretMove move(platform, name, {before.secret_store, after.secret_store});
  const bool new_sign_in =
      signs_in_differently(before, after) || secrets.client_secret || secrets.password;
  Added added;
  added.checks = check_profile(after);
  if (saving.verify == Verify::no) {
    change_file(platform, name, changes.fields);
    if (new_sign_in) secrets_of(platform, after).forget(name);
  } else {
    try_commands(name, changes.fields);
    added.checks =
        change_probed(platform, after, changes, new_sign_in ? SignIn::anew : SignIn::kept);
    if (any_failed(added.checks)) return added;
  }
  keep_client_secret(platform, after, secrets);
  move.finish();
  added.saved = true;
  if (store) added.purged = settle_rows(*store, after, saving);
  return added;
}

std::vector<Check> test_connection(const Platform& platform, const Connection& connection,
                                   const GivenSecrets& secrets) {
  return examine_whole(platform, connection, secrets, stored_rows(platform, connection.name));
}

int exit_code(const std::vector<Check>& checks) noexcept {
  int code = 0;
  for (const Check& check : checks) {
    if (check.status != CheckStatus::failed) continue;
    const bool sign_in = check.kind == ErrorKind::auth || check.kind == ErrorKind::denied;
    const bool local = check.kind == ErrorKind::storage || check.kind == ErrorKind::damaged;
    if (sign_in) return 4;
    code = std::max(code, local ? 3 : 5);
  }
  return code;
}

}  // namespace itsmc::client
