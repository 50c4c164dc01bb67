#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/commands/known_settings.hpp"
#include "cli/session.hpp"
#include "core/connection_values.hpp"
#include "itsmc/client/doctor.hpp"
#include "itsmc/client/explain.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

using client::Explained;

struct ExplainOptions {
  std::string key, connection;
};

Column of_problem() {
  Column column{"problem", "why the value cannot be used; empty: it can"};
  column.shown = Shown::not_in_tables;  // there it is a warning
  return column;
}

std::vector<Column> explain_columns() {
  return {{"key", "the option or the connection's field"},
          {"value", "what holds; empty: nothing is set"},
          {"source", "flag, environment, connection file, config.toml or default"},
          {"place", "the flag, the variable, or file:line:column"},
          of_problem()};
}

Error unknown_key(const std::string& key, std::vector<std::string> known) {
  for (const ConnectionField& field : connection_fields()) known.emplace_back(field.name);
  const std::string near = nearest(key, known);
  return {ErrorKind::not_found,
          fmt::format("\"{}\" is no key{}", excerpt(key, 60),
                      near.empty() ? "" : fmt::format(": did you mean \"{}\"?", near)),
          "keys are the long options of any command, without their dashes"};
}

void refuse_secret_key(const std::string& key) {
  const ConnectionField* const field = find_connection_field(key);
  if (field == nullptr || !field->secret) return;
  throw Error(ErrorKind::usage, fmt::format("\"{}\" is a secret, and is never shown", key),
              "itsmc connection show NAME says where it is kept");
}

/// What shapes this very answer: who asks for JSON of "output" would be told of their own question.
bool shapes_answer(const std::string& name) {
  return name == "output" || name == "fields" || name == "no-headers" || name == "csv-safe";
}

std::optional<Explained> given_now(const Session& session, const Option& option) {
  if (const auto given = session.given.options.find(option.name);
      given != session.given.options.end() && !shapes_answer(option.name)) {
    return Explained{join(given->second, ","), "flag", "--" + option.name, {}};
  }
  if (const auto value = from_environment(option.name, session.platform.getenv)) {
    return Explained{
        *value, "environment", environment_name(option.name),
        client::problem_of_value(known_settings(), {.name = option.name, .value = *value})};
  }
  return std::nullopt;
}

/// Of what holds without a word from anybody; empty: nothing does.
std::string default_of(const Option& option, const client::Platform& platform) {
  if (option.name == "config-dir") return platform.config_dir.string();
  if (option.name == "data-dir") return platform.data_dir.string();
  if (option.name == "state-dir") return platform.state_dir.string();
  return option.value.empty() ? "false" : option.fallback;
}

/// One option of any command by its name; `kept` keeps what its setters write into.
std::optional<Option> find_option(const std::string& name, OptionSet& all,
                                  std::vector<Action>& kept, GlobalOptions& globals) {
  add_globals(all, globals);
  add_sort(all, globals);
  for (const Command& command : commands()) kept.push_back(command.build(all));
  const Option* const found = all.find(name);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

/// --jq, --sort, --help: no key of config.toml.
Explained explain_unsettable(const ExplainOptions& chosen, const Session& session,
                             const std::vector<std::string>& known) {
  OptionSet all;
  GlobalOptions globals;
  std::vector<Action> kept;
  const std::optional<Option> option = find_option(chosen.key, all, kept, globals);
  if (!option) throw unknown_key(chosen.key, known);
  if (option->sources == Sources::command_line) {
    throw Error(
        ErrorKind::usage,
        fmt::format("\"{}\" stands on the command line alone: nothing sets it before", chosen.key),
        fmt::format("itsmc help, or --{} behind a command", chosen.key));
  }
  if (const auto found = given_now(session, *option)) return *found;
  return {option->value.empty() ? "false" : option->fallback, "default", {}, {}};
}

/// What a connection takes: a field that is not for all connections is never an option's.
std::optional<Explained> explain_field(const ExplainOptions& chosen, const Session& session,
                                       const Option* option) {
  std::optional<Explained> found;
  const bool for_all = is_for_all_connections(chosen.key);
  if (for_all && option != nullptr && option->set_default) found = given_now(session, *option);
  if (!found) found = client::explain_field(session.platform, chosen.connection, chosen.key);
  if (found || !for_all) return found;
  return client::explain_setting(session.platform, chosen.key, known_settings());
}

/// A connection's fields outrank the options; without a connection a key is an option.
Explained explain(const ExplainOptions& chosen, const Session& session) {
  refuse_secret_key(chosen.key);
  const SettingsOptions settings = settings_options();
  const auto at =
      std::find_if(settings.options.begin(), settings.options.end(),
                   [&](const Option& candidate) { return candidate.name == chosen.key; });
  const Option* const option = at == settings.options.end() ? nullptr : &*at;
  const ConnectionField* const field = find_connection_field(chosen.key);
  if (field != nullptr && !chosen.connection.empty()) {
    if (const auto found = explain_field(chosen, session, option)) return *found;
    return {std::string(field->fallback), "default", {}, {}};
  }
  if (option == nullptr && field == nullptr) {
    return explain_unsettable(chosen, session, names_of(settings));
  }
  // An option that only makes new connections says nothing of those that are there.
  if (field != nullptr && (option == nullptr || !option->set_default)) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is a connection's: name one", chosen.key),
                fmt::format("itsmc config explain {} --connection NAME", chosen.key));
  }
  if (const auto found = given_now(session, *option)) return *found;
  if (auto found = client::explain_setting(session.platform, chosen.key, known_settings())) {
    return *found;
  }
  return {default_of(*option, session.platform), "default", {}, {}};
}

/// A variable of a field that is not for all connections is no slip of the tool's, nor silent.
void warn_of_unread_field(const ExplainOptions& chosen, const Session& session) {
  const std::string variable = environment_name(chosen.key);
  const bool unread = find_connection_field(chosen.key) != nullptr &&
                      !is_for_all_connections(chosen.key) && !chosen.connection.empty();
  if (!unread || !from_environment(chosen.key, session.platform.getenv)) return;
  session.talk.warning(
      fmt::format("{} does not count for connections that are there: it would be "
                  "every connection's; for one there is ITSMC_CONNECTION_NAME_{}",
                  variable, variable.substr(std::string_view("ITSMC_").size())));
}

int run_explain(const ExplainOptions& chosen, Session& session) {
  if (answers_fields_help(session, explain_columns(), Shape::one)) return 0;
  const Explained found = explain(chosen, session);
  if (!found.problem.empty()) {
    session.talk.warning(fmt::format("{}: {}: {}", found.place, chosen.key, found.problem));
  }
  warn_of_unread_field(chosen, session);
  Listing listing(session, explain_columns(), Shape::one);
  const std::vector<Cell> cells{text_cell(chosen.key), text_cell(found.value),
                                text_cell(found.source), text_cell(found.place),
                                text_cell(found.problem)};
  listing.row(cells);
  listing.finish();
  return 0;
}

int run_validate(Session& session) {
  constexpr const char* k_noun = "part";
  if (answers_checks_help(session, k_noun)) return 0;
  const std::vector<Check> checks = client::check_configuration(session.platform, known_settings());
  print_checks(session, {{"configuration", checks, k_noun}});
  return worst(checks) == CheckStatus::failed ? exit_code(ErrorKind::config) : 0;
}

}  // namespace

Action build_config_explain(OptionSet& options) {
  auto chosen = std::make_shared<ExplainOptions>();
  options.add(Operand{"KEY", "An option or a connection's field, without dashes", Arity::one,
                      into(chosen->key)});
  options.add({.name = "connection",
               .value = "NAME",
               .help = "As it holds for this connection",
               .set = into(chosen->connection)});
  return [chosen](Session& session) { return run_explain(*chosen, session); };
}

Action build_config_validate(OptionSet& options) {
  static_cast<void>(options);
  return run_validate;
}

}  // namespace itsmc::cli
