#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/commands/sign_in_secrets.hpp"
#include "cli/commands/unreadable.hpp"
#include "cli/display_text.hpp"
#include "cli/prompt.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

struct TestOptions {
  std::vector<std::string> names;
  SecretOptions secrets;
};

int run_test(const TestOptions& options, Session& session) {
  if (answers_checks_help(session, "connection")) return 0;
  const client::EveryConnection found = client::load_connections(session.platform, options.names);
  const client::GivenSecrets secrets = take_secrets(session, options.secrets);
  std::vector<CheckedOne> all;
  std::vector<Check> checks;
  for (const Connection& connection : found.ready) {
    session.talk.moving(fmt::format("testing {}", connection.name));
    all.push_back(
        {connection.name, client::test_connection(session.platform, connection, secrets)});
    checks.insert(checks.end(), all.back().checks.begin(), all.back().checks.end());
  }
  session.talk.end_moving();
  if (session.platform.stop.stop_requested()) throw Error(ErrorKind::cancelled, "interrupted");
  print_checks(session, all);
  const int of_files = tell_unreadable(session, found.unreadable, found.ready.size());
  if (found.ready.empty() && found.unreadable.empty()) {
    session.talk.note("no connections yet; make one: itsmc connection add");
  }
  const int code = client::exit_code(checks);
  return code == 0 ? of_files : code;
}

struct LoginOptions {
  std::string name;
  SecretOptions secrets;
  std::vector<FieldText> commands;  // password-command, client-secret-command
  std::string store;                // empty: as it is
};

void take_command(Connection& connection, const FieldText& field) {
  (field.name == "password-command" ? connection.password_command
                                    : connection.client_secret_command) = field.value;
}

int run_login(const LoginOptions& options, Session& session) {
  Connection connection = client::load_connection(session.platform, options.name);
  session.connection = connection.name;
  refuse_foreign_secrets(session, connection, options.secrets, "connection login");
  if (!options.store.empty() && options.store != to_string(connection.secret_store)) {
    // First: the new sign-in must never lie in the old place.
    client::edit_connection(session.platform, connection.name,
                            {{{"secret-store", options.store}}, {}},
                            {.verify = client::Verify::no});
    connection = client::load_connection(session.platform, options.name);
  }
  for (const FieldText& field : options.commands) take_command(connection, field);
  client::GivenSecrets secrets = take_secrets(session, options.secrets);
  const Wanted wanted = wanted_secrets(session, connection, secrets);
  if (can_ask(session.terminal)) {
    ask_for_secrets(session, wanted, secrets);
  } else if (wanted.any()) {
    const std::vector<FieldProblem> problems = problems_of(wanted);
    Error error = problems_error("cannot sign in", problems, "connection login");
    throw Error(error.with_hint(line_with_files(
        typed_command("connection login " + connection.name, session.given, {}), problems)));
  }
  client::login(session.platform, connection, secrets);
  if (!options.commands.empty()) {  // kept only once they have worked
    client::edit_connection(session.platform, connection.name, {options.commands, {}},
                            {.verify = client::Verify::no});
  }
  session.talk.note(fmt::format("signed in to \"{}\"", connection.name));
  return 0;
}

int run_logout(const std::string& name, Session& session) {
  const Connection connection = client::load_connection(session.platform, name);
  session.connection = connection.name;
  const client::LoggedOut out = client::logout(session.platform, connection);
  session.talk.note(!out.was_signed_in
                        ? fmt::format("\"{}\" was not signed in", name)
                        : fmt::format("the sign-in of \"{}\" is forgotten{}{}", name,
                                      out.given_back.empty() ? "" : ", ", out.given_back));
  if (!out.signs_in_by.empty()) {
    session.talk.note(fmt::format(
        "{} stays, and the next sync signs in with it; itsmc connection remove {} forgets it",
        out.signs_in_by, name));
  }
  return 0;
}

struct RemoveOptions {
  std::string name;
  bool purge = false, yes = false;
};

/// What goes, as the question says it.
std::string what_goes(const RemoveOptions& options, const client::Removable& found) {
  const std::string name = excerpt(options.name, 64);
  if (!found.has_file) {
    return fmt::format("what connection \"{}\" left in the store ({})", name,
                       words_of(found.stored));
  }
  if (!options.purge) return fmt::format("\"{}\" and its secrets", name);
  return fmt::format("\"{}\", its secrets and what the store holds of it ({})", name,
                     words_of(found.stored));
}

std::string what_went(const RemoveOptions& options, const client::Removable& found,
                      const store::Purged& purged) {
  if (!found.has_file) {
    return fmt::format("removed from the store, of \"{}\": {}", options.name, words_of(purged));
  }
  std::string said = fmt::format("connection \"{}\" is removed", options.name);
  if (options.purge) return fmt::format("{}, and from the store {}", said, words_of(purged));
  if (found.stored.rows == 0) return said;
  return fmt::format("{}; in the store stay {}, until: itsmc connection remove {} --purge", said,
                     words_of(found.stored), options.name);
}

/// `alert forward` stands still at the first alert of an action that leads nowhere.
void warn_of_bound_actions(Session& session, const std::string& connection) {
  const std::vector<std::string> left = client::connection_names(session.platform);
  if (std::find(left.begin(), left.end(), connection) != left.end()) return;  // of variables
  for (const std::string& name : client::action_names(session.platform)) {
    try {
      if (client::load_action(session.platform, name).connection != connection) continue;
    } catch (const Error&) {
      continue;  // a file that cannot be read is told where it is used
    }
    session.talk.warning(fmt::format(
        "action \"{0}\" still makes its work items there, and itsmc alert forward fails until: "
        "itsmc action edit {0} --connection CONNECTION, or itsmc action remove {0}",
        name));
  }
}

int run_remove(const RemoveOptions& options, Session& session) {
  const client::Removable found = client::find_removable(session.platform, options.name);
  const bool something = found.has_file || options.purge;
  if (something && !options.yes &&
      !may_remove(
          session, what_goes(options, found),
          fmt::format("itsmc connection remove {}{} --yes", shell_word(excerpt(options.name, 64)),
                      options.purge ? " --purge" : ""))) {
    return exit_code(ErrorKind::usage);
  }
  const store::Purged purged = client::remove_connection(
      session.platform, options.name, options.purge ? client::Rows::purge : client::Rows::keep);
  session.talk.note(what_went(options, found, purged));
  warn_of_bound_actions(session, options.name);
  return 0;
}

}  // namespace

Action build_connection_test(OptionSet& options) {
  auto chosen = std::make_shared<TestOptions>();
  options.add(Operand{"NAME", "Connections; default: all", Arity::many, append_to(chosen->names)});
  add_secret_options(options, chosen->secrets, Sources::command_line_and_environment);
  return [chosen](Session& session) { return run_test(*chosen, session); };
}

Action build_connection_login(OptionSet& options) {
  auto chosen = std::make_shared<LoginOptions>();
  options.add(Operand{"NAME", "The connection", Arity::one, into(chosen->name)});
  add_secret_options(options, chosen->secrets, Sources::all);
  for (const std::string_view name : {"password-command", "client-secret-command"}) {
    options.add(
        Option{.name = std::string(name),
               .value = "COMMAND",
               .help = std::string(find_connection_field(name)->help) + "; kept in the connection",
               .set =
                   [chosen = chosen.get(), name](const std::string& text) {
                     chosen->commands.push_back({std::string(name), text});
                   },
               .sources = Sources::command_line_and_environment});
  }
  options.add(
      Option{.name = "secret-store",
             .value = "STORE",
             .help = "file or keyring: keep the secrets there from now on",
             .set = choice_into(chosen->store, {k_secret_stores.begin(), k_secret_stores.end()}),
             .sources = Sources::command_line_and_environment});
  return [chosen](Session& session) { return run_login(*chosen, session); };
}

Action build_connection_logout(OptionSet& options) {
  auto name = std::make_shared<std::string>();
  options.add(Operand{"NAME", "The connection", Arity::one, into(*name)});
  return [name](Session& session) { return run_logout(*name, session); };
}

Action build_connection_remove(OptionSet& options) {
  auto chosen = std::make_shared<RemoveOptions>();
  options.add(Operand{"NAME", "The connection", Arity::one, into(chosen->name)});
  options.add(
      Option{.name = "purge",
             .value = {},
             .help = "What the store holds of it too: rows, positions, run history, notes of work "
                     "items made there; also when only that is left",
             .set = into(chosen->purge)});
  options.add(Option{.name = "yes", .value = {}, .help = "Do not ask", .set = into(chosen->yes)});
  return [chosen](Session& session) { return run_remove(*chosen, session); };
}

}  // namespace itsmc::cli
