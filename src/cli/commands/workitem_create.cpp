#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/creation_output.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

using client::CreationInput;
using client::CreationReport;

constexpr std::size_t k_largest_file = 256U << 20U;

struct CreateOptions {
  ItemDraft draft;
  std::string connection, type, from;
  std::vector<std::string> cis;
  bool dry_run = false;
  // Of alerts and log records.
  std::string from_alert, from_log, from_query, workspace, action, per, on_resolve;
};

std::string bytes_of(Session& session, const std::string& file, std::string_view option) {
  if (file == "-") return session.terminal.in.read_all();
  std::optional<std::string> bytes = read_file(file, k_largest_file);
  if (bytes) return std::move(*bytes);
  throw Error(ErrorKind::usage, fmt::format("--{}: there is no file \"{}\"", option, file),
              "- reads the standard input");
}

WorkItemType type_of(const CreateOptions& options) {
  return parse_work_item_type(options.type).value_or(WorkItemType::incident);
}

/// What the command line says: the only item, or what each line of a batch starts from.
CreationInput given_input(const CreateOptions& options, Session& session) {
  CreationInput input;
  input.request.draft = options.draft;
  input.request.draft.type = type_of(options);
  if (input.request.draft.description == "-") {
    input.request.draft.description = session.terminal.in.read_all();
  }
  for (const std::string& name : options.cis) input.request.cis.push_back({.name = name});
  return input;
}

void name_connections(std::vector<CreationInput>& inputs, const CreateOptions& options,
                      Session& session) {
  std::optional<std::string> chosen;
  for (CreationInput& input : inputs) {
    if (!input.connection.empty() || input.error) continue;
    if (!chosen) chosen = choose_connection(session, options.connection).name;
    input.connection = *chosen;
  }
}

std::vector<CreationInput> batch_inputs(const CreateOptions& options, Session& session) {
  const std::string bytes = bytes_of(session, options.from, "from");
  const CreationInput defaults = given_input(options, session);
  std::vector<CreationInput> inputs;
  int number = 0;
  for (const std::string& line : split(bytes, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    inputs.push_back(client::read_creation_line(
        line, fmt::format("{}:{}", options.from == "-" ? "stdin" : options.from, number),
        defaults));
  }
  if (inputs.empty()) {
    throw Error(ErrorKind::usage, "--from: the input has no line",
                "one object a line: {\"title\":\"Disk full\",\"ci\":\"vm1\"}");
  }
  return inputs;
}

/// An action, and over it what the command line says.
client::Recipe recipe_of(const CreateOptions& options, Session& session) {
  client::Recipe recipe;
  if (!options.action.empty()) {
    recipe = client::recipe_of(client::load_action(session.platform, options.action));
  }
  const ItemDraft given = given_input(options, session).request.draft;
  if (!options.connection.empty()) recipe.connection = options.connection;
  if (!options.type.empty()) recipe.over.type = given.type;
  if (!options.per.empty()) recipe.per = options.per;
  if (const auto end = client::parse_on_resolve(options.on_resolve)) recipe.on_resolve = *end;
  for (std::string ItemDraft::*field :
       {&ItemDraft::title, &ItemDraft::description, &ItemDraft::urgency, &ItemDraft::impact,
        &ItemDraft::category, &ItemDraft::severity, &ItemDraft::template_name,
        &ItemDraft::correlation_id}) {
    if (!(given.*field).empty()) recipe.over.*field = given.*field;
  }
  for (const auto& assignment : given.set) recipe.over.set.push_back(assignment);
  return recipe;
}

std::string place_of(const std::string& file) {
  return file == "-" ? "stdin" : file;
}

void check_together(const CreateOptions& options) {
  std::vector<std::string> given;
  for (const auto& [name, value] :
       {std::pair("--from", &options.from), std::pair("--from-alert", &options.from_alert),
        std::pair("--from-log", &options.from_log),
        std::pair("--from-query", &options.from_query)}) {
    if (!value->empty()) given.emplace_back(name);
  }
  if (given.size() > 1) {
    throw Error(ErrorKind::usage, join(given, " and ") + " exclude each other", "give one of them");
  }
  if (options.from_query.empty() != options.workspace.empty() && !options.from_query.empty()) {
    throw Error(ErrorKind::usage, "--from-query needs --workspace", "itsmc workspace list");
  }
  const bool reads_twice =
      options.draft.description == "-" &&
      (options.from == "-" || options.from_alert == "-" || options.from_log == "-");
  if (reads_twice) {
    throw Error(ErrorKind::usage, "the standard input can be read once only",
                "give the description, or the input, by a file");
  }
  if (!options.per.empty() && options.per != "row" && options.per != "alert" &&
      options.from_alert.empty() && options.action.empty()) {
    throw Error(ErrorKind::usage, fmt::format("--per {} goes with --from-alert", options.per),
                "log records are one work item for all, or --per row");
  }
}

/// An action that is named here is applied whatever its match says: told, since it is also how
/// people try an action before alerts come.
std::vector<CreationInput> alert_inputs(const CreateOptions& options, Session& session) {
  const std::string bytes = bytes_of(session, options.from_alert, "from-alert");
  std::vector<CreationInput> inputs =
      client::inputs_of_alerts(bytes, place_of(options.from_alert), recipe_of(options, session));
  if (options.action.empty()) return inputs;
  const itsmc::Action action = client::load_action(session.platform, options.action);
  for (const std::string& misfit : client::misfits_of(bytes, action)) {
    session.talk.note(misfit + "; applied all the same, alert forward would pass it by");
  }
  return inputs;
}

std::vector<CreationInput> inputs_of(const CreateOptions& options, Session& session) {
  if (!options.from.empty()) return batch_inputs(options, session);
  if (!options.from_alert.empty()) return alert_inputs(options, session);
  if (!options.from_log.empty()) {
    return client::inputs_of_rows(bytes_of(session, options.from_log, "from-log"),
                                  place_of(options.from_log), recipe_of(options, session));
  }
  if (!options.from_query.empty()) {
    return client::inputs_of_query(session.platform, options.workspace, options.from_query,
                                   recipe_of(options, session));
  }
  return {given_input(options, session)};
}

/// One object where the command can only mean one work item; else a list, also of one.
Shape shape_of(const CreateOptions& options, std::size_t inputs) {
  const bool plain = options.from.empty() && options.from_log.empty() && options.from_query.empty();
  const bool alert_or_rule = options.per.empty() || options.per == "alert" || options.per == "rule";
  return plain && alert_or_rule && inputs == 1 ? Shape::one : Shape::list;
}

int run_create(const CreateOptions& options, Session& session) {
  if (answers_fields_help(session, creation_columns(), std::nullopt)) return 0;
  check_together(options);
  std::vector<CreationInput> inputs = inputs_of(options, session);
  name_connections(inputs, options, session);
  const std::vector<CreationReport> reports = make_items(
      session, inputs, options.dry_run ? client::Sending::dry_run : client::Sending::real,
      shape_of(options, inputs.size()));
  if (inputs.empty()) session.talk.note("no rows: nothing to make");
  return client::exit_code(reports);
}

/// Name, what its value is called, help.
struct Words {
  const char *name, *value, *help;
};

void add(OptionSet& options, const Words& words, Setter set) {
  add_for_one_call(
      options,
      {.name = words.name, .value = words.value, .help = words.help, .set = std::move(set)});
}

void add_draft_options(OptionSet& options, CreateOptions& chosen) {
  add(options, {"title", "TEXT", "What is wrong, in one line"}, into(chosen.draft.title));
  add(options, {"description", "TEXT", "More of it; - reads the standard input"},
      into(chosen.draft.description));
  add(options, {"urgency", "LABEL", "A label or code of the product"}, into(chosen.draft.urgency));
  add(options, {"impact", "LABEL", "A label or code of the product"}, into(chosen.draft.impact));
  add(options, {"category", "LABEL", "A label or code of the product"},
      into(chosen.draft.category));
  add(options, {"severity", "LABEL", "Of an event or alert"}, into(chosen.draft.severity));
  add(options, {"ci", "NAME", "An affected configuration item; may be repeated"},
      append_to(chosen.cis));
  add_set_option(options, chosen.draft.set);
  add(options, {"template", "NAME", "A template of the product: itsmc template list"},
      into(chosen.draft.template_name));
  add(options, {"key", "TEXT", "The same key again is the same work item"},
      into(chosen.draft.correlation_id));
}

void add_alert_options(OptionSet& options, CreateOptions& chosen) {
  add(options,
      {"from-alert", "FILE", "From an alert as Azure posts it; - reads the standard input"},
      into(chosen.from_alert));
  add(options, {"per", "WHAT", "One work item for each alert (default), rule, ci or row"},
      choice_into(chosen.per, {"alert", "rule", "ci", "row"}));
  add(options,
      {"on-resolve", "WHAT", "When the alert is over: resolve (default), comment or nothing"},
      choice_into(chosen.on_resolve, {"resolve", "comment", "nothing"}));
  add(options, {"action", "NAME", "Apply a saved recipe: itsmc action list"}, into(chosen.action));
  add(options,
      {"from-log", "FILE", "From log records: JSON rows, one a line, or a query's answer; - stdin"},
      into(chosen.from_log));
  add(options, {"from-query", "KQL", "From what a query gives now"}, into(chosen.from_query));
  add(options, {"workspace", "NAME", "Where --from-query asks"}, into(chosen.workspace));
}

}  // namespace

Action build_workitem_create(OptionSet& options) {
  auto chosen = std::make_shared<CreateOptions>();
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Where it is made; default: the only connection",
               .set = into(chosen->connection)});
  add_for_one_call(options, {.name = "type",
                             .value = "TYPE",
                             .help = "incident (default), change-request, event or alert",
                             .set = choice_into(chosen->type,
                                                {"incident", "change-request", "event", "alert"})});
  add_draft_options(options, *chosen);
  add_alert_options(options, *chosen);
  add_for_one_call(
      options, {.name = "from",
                .value = "FILE",
                .help = "One JSON object a line, keys as the options; - reads the standard input",
                .set = into(chosen->from)});
  add_dry_run_option(options, chosen->dry_run);
  return [chosen](Session& session) { return run_create(*chosen, session); };
}

}  // namespace itsmc::cli
