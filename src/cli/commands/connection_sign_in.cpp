#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/prompt.hpp"
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
  session.terminal.out.flush();
  for (const Error& unreadable : found.unreadable) session.talk.error(unreadable, {});
  if (found.ready.empty() && found.unreadable.empty()) {
    session.talk.note("no connections yet; make one: itsmc connection add");
  }
  const int code = client::exit_code(checks);
  return code == 0 && !found.unreadable.empty() ? exit_code(found.unreadable.front().kind()) : code;
}

struct LoginOptions {
  std::string name;
  SecretOptions secrets;
  std::vector<FieldText> commands;  // password-command, client-secret-command
  std::string store;                // empty: as it is
};

/// A secret that the sign-in needs and nobody has.
struct Wanted {
  bool password = false, client_secret = false;
};

Wanted wanted(const Session& session, const Connection& connection,
              const client::GivenSecrets& secrets) {
  const auto have = static_cast<unsigned>(secrets_at_hand(session, secrets, connection.partner));
  const auto needs = [&connection](std::string_view field) {
    return find_connection_field(field)->need(connection.partner) == Need::required;
  };
  const client::SignInState kept = client::sign_in_state(session.platform, connection);
  Wanted wanted;
  wanted.password = needs("password") && connection.grant == Grant::password &&
                    (have & static_cast<unsigned>(SecretsGiven::password)) == 0 &&
                    kept.password_place.empty();
  wanted.client_secret = needs("client-secret") && kept.client_secret_place.empty() &&
                         (have & static_cast<unsigned>(SecretsGiven::client_secret)) == 0 &&
                         connection.client_secret_command.empty();
  return wanted;
}

void ask_or_refuse(Session& session, Wanted wanted, client::GivenSecrets& secrets) {
  if (can_ask(session.terminal)) {
    if (wanted.password) secrets.password = ask_secret(session.terminal, "Password");
    if (wanted.client_secret) secrets.client_secret = ask_secret(session.terminal, "Client secret");
    return;
  }
  std::vector<FieldProblem> problems;
  const auto miss = [&problems](const std::string& name) {
    problems.push_back(
        {name, fmt::format("is required: use --{0}-stdin, --{0}-file FILE, --{0}-command COMMAND "
                           "or {1}",
                           name, environment_name(name))});
  };
  if (wanted.password) miss("password");
  if (wanted.client_secret) miss("client-secret");
  if (!problems.empty()) throw problems_error("cannot sign in", problems, "connection login");
}

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
  ask_or_refuse(session, wanted(session, connection, secrets), secrets);
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

int run_remove(const RemoveOptions& options, Session& session) {
  const std::string what = options.purge ? "its secrets and its synced rows" : "its secrets";
  const std::string name = excerpt(options.name, 64);
  if (!options.yes && !has_yes(session, fmt::format("Remove \"{}\" and {}?", name, what),
                               fmt::format("removing \"{}\" and {}", name, what),
                               fmt::format("itsmc connection remove {}{} --yes", name,
                                           options.purge ? " --purge" : ""))) {
    session.talk.note("nothing was removed");
    return exit_code(ErrorKind::usage);
  }
  const std::int64_t rows = client::remove_connection(
      session.platform, options.name, options.purge ? client::Rows::purge : client::Rows::keep);
  std::string said = fmt::format("connection \"{}\" is removed", options.name);
  said += options.purge ? fmt::format(", {} rows with it", rows)
                        : std::string("; its synced rows stay (--purge takes them with it)");
  session.talk.note(said);
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
  options.add(Option{.name = "purge",
                     .value = {},
                     .help = "Its rows in the store too",
                     .set = into(chosen->purge)});
  options.add(Option{.name = "yes", .value = {}, .help = "Do not ask", .set = into(chosen->yes)});
  return [chosen](Session& session) { return run_remove(*chosen, session); };
}

}  // namespace itsmc::cli
