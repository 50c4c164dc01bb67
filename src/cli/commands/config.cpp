#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_checks.hpp"
#include "cli/commands/known_settings.hpp"
#include "cli/session.hpp"
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

std::vector<Column> explain_columns() {
  return {{"key", "the option or the connection's field"},
          {"value", "what holds; empty: nothing is set"},
          {"source", "flag, environment, connection file, config.toml or default"},
          {"place", "the flag, the variable, or file:line:column"}};
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
    return Explained{join(given->second, ","), "flag", "--" + option.name};
  }
  const std::string variable = environment_name(option.name);
  if (const auto value = session.platform.getenv(variable)) {
    return Explained{*value, "environment", variable};
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

/// A connection's fields outrank the options; without a connection a key is an option.
Explained explain(const ExplainOptions& chosen, const Session& session) {
  refuse_secret_key(chosen.key);
  const SettingsOptions settings = settings_options();
  const std::vector<std::string> known = names_of(settings);
  const auto option =
      std::find_if(settings.options.begin(), settings.options.end(),
                   [&](const Option& candidate) { return candidate.name == chosen.key; });
  const bool is_field = find_connection_field(chosen.key) != nullptr;
  if (option == settings.options.end() && !is_field) throw unknown_key(chosen.key, known);
  // An option that only makes new connections says nothing of those that are there.
  const bool is_setting = option != settings.options.end() && (!is_field || option->set_default);
  if (chosen.connection.empty() && !is_setting) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is a connection's: name one", chosen.key),
                fmt::format("itsmc config explain {} --connection NAME", chosen.key));
  }
  const bool of_connection = is_field && !chosen.connection.empty();
  std::optional<Explained> found;
  if (is_setting) found = given_now(session, *option);
  if (!found && of_connection) {
    found = client::explain_field(session.platform, chosen.connection, chosen.key);
  }
  if (!found && is_setting) {
    found = client::explain_setting(session.platform, chosen.key, known);
  }
  if (found) return *found;
  const ConnectionField* const field = find_connection_field(chosen.key);
  if (field != nullptr) return {std::string(field->fallback), "default", {}};
  return {default_of(*option, session.platform), "default", {}};
}

int run_explain(const ExplainOptions& chosen, Session& session) {
  if (answers_fields_help(session, explain_columns(), Shape::one)) return 0;
  const Explained found = explain(chosen, session);
  Listing listing(session, explain_columns(), Shape::one);
  const std::vector<Cell> cells{text_cell(chosen.key), text_cell(found.value),
                                text_cell(found.source), text_cell(found.place)};
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
