#include "itsmc/core/action.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_rows.hpp"
#include "cli/commands/creation_output.hpp"
#include "cli/commands/questions.hpp"
#include "cli/commands/unreadable.hpp"
#include "cli/display_text.hpp"
#include "cli/prompt.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::string_view k_all_alerts = "all";

struct AddOptions {
  std::string name;
  std::vector<FieldText> fields;
  bool no_verify = false;
};

struct RemoveOptions {
  std::string name;
  bool yes = false;
};

client::Verify verify_of(const AddOptions& options) {
  return options.no_verify ? client::Verify::no : client::Verify::yes;
}

/// `unchecked`: why nobody asked the instance; empty: it was asked.
void say_unchecked(const std::string& unchecked, const std::string& name, Session& session) {
  if (unchecked.empty()) return;
  session.talk.warning(fmt::format(
      "the fields of \"{0}\" were not held against the instance: {1}; try it: itsmc workitem "
      "create --from-alert FILE --action {0} --dry-run",
      name, unchecked));
}

std::vector<Column> action_columns() {
  std::vector<Column> columns{{"name", "what it is called"}};
  for (const ActionField& field : action_fields()) {
    const bool in_tables = field.name == "connection" || field.name == "type" ||
                           field.name == "match" || field.name == "per" ||
                           field.name == "on-resolve";
    const bool lines = field.name == "set" || field.name == "resolve-set";
    columns.push_back(of_kind(lines ? Cell::Kind::lines : Cell::Kind::text,
                              {key_of(field.name), std::string(field.help),
                               in_tables ? Shown::always : Shown::not_in_tables}));
  }
  return columns;
}

void write_row(Listing& listing, const itsmc::Action& action) {
  const std::vector<FieldText> given = to_fields(action);
  std::vector<Cell> cells{text_cell(action.name)};
  for (const ActionField& field : action_fields()) {
    const FieldText* const value = find_field(given, field.name);
    const std::string_view word =
        value == nullptr ? field.fallback : std::string_view(value->value);
    const bool lines = field.name == "set" || field.name == "resolve-set";
    cells.push_back(lines ? lines_cell(word) : text_cell(word));
  }
  listing.row(cells);
}

bool is_given(const AddOptions& options, std::string_view field) {
  return field == "name" ? !options.name.empty() : find_field(options.fields, field) != nullptr;
}

std::vector<FieldProblem> problems_to_ask_for(const Session& session, const AddOptions& options,
                                              const Asked& asked) {
  refuse_taken("action", client::action_names(session.platform), options.name,
               "itsmc action edit " + options.name);
  std::vector<FieldProblem> problems = check_action(options.name, options.fields).problems;
  const FieldText* const connection = find_field(options.fields, "connection");
  if (connection == nullptr) static_cast<void>(connections_to_choose(session));
  if (connection != nullptr && asked.contains("connection")) {
    add_unknown_connection(problems, session, connection->value);
  }
  // Nobody who is asked for the rest means every alert by saying nothing.
  const bool asks_which = !asked.empty() && !asked.contains("match") && !is_given(options, "match");
  if (asks_which) problems.push_back({"match", "is required: which alerts, or all"});
  return problems;
}

void ask_for_field(Session& session, AddOptions& options, const std::string& field) {
  if (field == "name") {
    options.name = ask(session.terminal, "Name of the action");
  } else if (field == "connection") {
    keep_answer(options.fields, field, ask_for_connection(session));
  } else {
    const std::string answer =
        ask(session.terminal, "Which alerts (rule=CPU*,severity<=2, or all)", k_all_alerts);
    keep_answer(options.fields, field, answer == k_all_alerts ? std::string() : answer);
  }
}

void complete(Session& session, AddOptions& options) {
  ask_for_missing(
      session,
      {.problems = [&](const Asked& asked) { return problems_to_ask_for(session, options, asked); },
       .is_missing =
           [&options](const std::string& field) {
             const bool asked_for = field == "name" || field == "connection" || field == "match";
             return asked_for && !is_given(options, field);
           },
       .ask = [&](const FieldProblem& problem,
                  const Asked&) { ask_for_field(session, options, problem.field); }});
}

int run_add(AddOptions options, Session& session) {
  complete(session, options);
  const CheckedAction checked = check_action(options.name, options.fields);
  if (!checked.problems.empty()) {
    throw problems_error(subject_of("action", options.name) + " cannot be added", checked.problems,
                         "action add");
  }
  const std::string unchecked =
      client::add_action(session.platform, checked.action, verify_of(options));
  session.talk.note(fmt::format(
      "action \"{0}\" is saved; next: itsmc workitem create --from-alert FILE --action {0} "
      "--dry-run, or itsmc alert forward",
      options.name));
  say_unchecked(unchecked, options.name, session);
  return 0;
}

int run_edit(const AddOptions& options, Session& session) {
  if (options.fields.empty()) {
    throw Error(ErrorKind::usage, "nothing to change: no field was given",
                "itsmc action edit --help");
  }
  warn_of_variables(session, options.fields);
  const std::string unchecked =
      client::edit_action(session.platform, options.name, options.fields, verify_of(options));
  session.talk.note(fmt::format(
      "action \"{0}\" is changed; alerts that were set aside because of it are tried again by: "
      "itsmc alert forward",
      options.name));
  say_unchecked(unchecked, options.name, session);
  return 0;
}

int run_remove(const RemoveOptions& options, Session& session) {
  client::require_action(session.platform, options.name);
  const std::string name = excerpt(options.name, 64);
  if (!options.yes && !may_remove(session, fmt::format("\"{}\"", name),
                                  fmt::format("itsmc action remove {} --yes", shell_word(name)))) {
    return exit_code(ErrorKind::usage);
  }
  client::remove_action(session.platform, options.name);
  session.talk.note(fmt::format("action \"{}\" is removed; what it made stays", options.name));
  return 0;
}

int run_list(Session& session) {
  if (answers_fields_help(session, action_columns())) return 0;
  Listing listing(session, action_columns());
  std::vector<Error> unreadable;
  const std::vector<std::string> names = client::action_names(session.platform);
  for (const std::string& name : names) {
    try {
      write_row(listing, client::load_action(session.platform, name));
    } catch (const Error& error) {
      unreadable.push_back(error);  // it does not hide the others
    }
  }
  listing.finish();
  const int code = tell_unreadable(session, unreadable, names.size() - unreadable.size());
  if (names.empty()) {
    session.talk.note("no actions yet; make one: itsmc action add NAME --connection NAME");
  }
  return code;
}

int run_show(const std::string& name, Session& session) {
  std::vector<Column> columns = action_columns();
  if (answers_fields_help(session, columns, Shape::one)) return 0;
  const itsmc::Action action = client::load_action(session.platform, name);
  for (Column& column : columns) column.shown = Shown::always;
  Listing listing(session, std::move(columns), Shape::one);
  write_row(listing, action);
  listing.finish();
  return 0;
}

/// --set may be repeated: the file has one a line.
Setter field_setter(std::vector<FieldText>& fields, const ActionField& field) {
  return [&fields, &field](const std::string& text) {
    const bool joined = field.name == "set" || field.name == "resolve-set" || field.name == "match";
    for (FieldText& earlier : fields) {
      if (earlier.name != field.name) continue;
      earlier.value = joined ? earlier.value + (field.name == "match" ? "," : "\n") + text : text;
      return;
    }
    fields.push_back({std::string(field.name), text});
  };
}

/// `blank`: of the fields that an action may do without.
void add_action_field_options(OptionSet& options, AddOptions& chosen, Blank blank) {
  for (const ActionField& field : action_fields()) {
    std::string help(field.help);
    if (!field.fallback.empty()) help += fmt::format(" (default {})", field.fallback);
    const bool needed = field.name == "connection" || !field.fallback.empty();
    options.add({.name = std::string(field.name),
                 .value = std::string(field.value),
                 .help = std::move(help),
                 .set = field_setter(chosen.fields, field),
                 .sources = Sources::command_line_and_environment,
                 .blank = needed ? Blank::refused : blank});
  }
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without asking the instance about the fields",
                     .set = into(chosen.no_verify)});
}

}  // namespace

Action build_action_add(OptionSet& options) {
  auto chosen = std::make_shared<AddOptions>();
  options.add(Operand{"NAME", "What to call it: letters, digits, _ and -", Arity::maybe,
                      into(chosen->name)});
  add_action_field_options(options, *chosen, Blank::refused);
  return [chosen](Session& session) { return run_add(*chosen, session); };
}

Action build_action_edit(OptionSet& options) {
  auto chosen = std::make_shared<AddOptions>();
  options.add(Operand{"NAME", "The action", Arity::one, into(chosen->name)});
  add_action_field_options(options, *chosen, Blank::meant);
  return [chosen](Session& session) { return run_edit(*chosen, session); };
}

Action build_action_list(OptionSet&) {
  return [](Session& session) { return run_list(session); };
}

Action build_action_show(OptionSet& options) {
  auto name = std::make_shared<std::string>();
  options.add(Operand{"NAME", "The action", Arity::one, into(*name)});
  return [name](Session& session) { return run_show(*name, session); };
}

Action build_action_remove(OptionSet& options) {
  auto chosen = std::make_shared<RemoveOptions>();
  options.add(Operand{"NAME", "The action", Arity::one, into(chosen->name)});
  options.add(Option{.name = "yes", .value = {}, .help = "Do not ask", .set = into(chosen->yes)});
  return [chosen](Session& session) { return run_remove(*chosen, session); };
}

}  // namespace itsmc::cli
