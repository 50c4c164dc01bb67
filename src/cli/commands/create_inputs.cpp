#include "cli/commands/create_inputs.hpp"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "cli/commands/connection_options.hpp"
#include "cli/commands/creation_output.hpp"
#include "cli/commands/questions.hpp"
#include "cli/prompt.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

using client::CreationInput;

constexpr std::size_t k_largest_file = 256U << 20U;

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

/// True for the one work item that the flags describe.
bool is_of_flags(const CreateOptions& options) {
  return options.from.empty() && options.from_alert.empty() && options.from_log.empty() &&
         options.from_query.empty();
}

/// A template, or a field by the product's own name, may bring the title: the partner says then.
bool lacks_title(const CreateOptions& options) {
  const ItemDraft& draft = options.draft;
  const WorkItemType type = type_of(options);
  const bool is_event = type == WorkItemType::event || type == WorkItemType::alert;
  const bool described = is_event && !draft.description.empty();
  return is_of_flags(options) && draft.title.empty() && draft.template_name.empty() &&
         draft.set.empty() && !described;
}

std::vector<FieldProblem> problems_of(const CreateOptions& options, const Session& session,
                                      const Asked& asked) {
  std::vector<FieldProblem> problems;
  const bool by_default = options.connection.empty() && connections_to_choose(session).size() == 1;
  const bool unsettled = options.connection.empty() || asked.contains("connection");
  if (unsettled && !by_default) add_unknown_connection(problems, session, options.connection);
  if (lacks_title(options)) problems.push_back({"title", "is required, or --template"});
  return problems;
}

/// Asks for what is missing, or names all of it. Only the title and the connection can be missing.
void complete(CreateOptions& options, Session& session) {
  const Asked asked = ask_for_missing(
      session,
      {.problems = [&](const Asked& so_far) { return problems_of(options, session, so_far); },
       .is_missing = [](const std::string&) { return true; },
       .ask =
           [&](const FieldProblem& problem, const Asked&) {
             if (problem.field == "title") {
               options.draft.title = ask(session.terminal, "Title");
             } else {
               options.connection = ask_for_connection(session);
             }
           }});
  const std::vector<FieldProblem> problems = problems_of(options, session, asked);
  // A Cherwell form need not have a title: where the instance is known, it says what is required.
  const bool instance_says = problems.size() == 1 && problems.front().field == "title" &&
                             !options.draft.description.empty();
  if (problems.empty() || instance_says) return;
  throw problems_error("the work item cannot be made", problems, "workitem create");
}

/// A connection that an action or a line names needs no other.
void name_connections(std::vector<CreationInput>& inputs, CreateOptions& options,
                      Session& session) {
  std::optional<std::string> chosen;
  for (CreationInput& input : inputs) {
    if (!input.connection.empty() || input.error) continue;
    if (!chosen) {
      complete(options, session);
      chosen = choose_connection(session, options.connection).name;
    }
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

std::optional<itsmc::Action> action_of(const CreateOptions& options, const Session& session) {
  if (options.action.empty()) return std::nullopt;
  return client::load_action(session.platform, options.action);
}

/// An action, and over it what the command line says.
client::Recipe recipe_of(const CreateOptions& options, const std::optional<itsmc::Action>& action,
                         Session& session) {
  client::Recipe recipe;
  if (action) recipe = client::recipe_of(*action);
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

/// An action that is named here is applied whatever its match says: told, since it is also how
/// people try an action before alerts come.
std::vector<CreationInput> alert_inputs(const CreateOptions& options, Session& session) {
  const std::string bytes = bytes_of(session, options.from_alert, "from-alert");
  const std::optional<itsmc::Action> action = action_of(options, session);
  client::AlertInputs read = client::inputs_of_alerts(
      bytes, place_of(options.from_alert), recipe_of(options, action, session),
      action ? action->match : std::vector<MatchTerm>());
  for (const std::string& misfit : read.misfits) {
    session.talk.note(fmt::format(
        "the match of action \"{}\" does not fit {}; applied all the same, alert forward would "
        "pass it by",
        options.action, misfit));
  }
  return std::move(read.inputs);
}

std::vector<CreationInput> inputs_of(const CreateOptions& options, Session& session) {
  if (!options.from.empty()) return batch_inputs(options, session);
  if (!options.from_alert.empty()) return alert_inputs(options, session);
  if (is_of_flags(options)) return {given_input(options, session)};
  const client::Recipe recipe = recipe_of(options, action_of(options, session), session);
  if (!options.from_log.empty()) {
    return client::inputs_of_rows(bytes_of(session, options.from_log, "from-log"),
                                  place_of(options.from_log), recipe);
  }
  return client::inputs_of_query(session.platform, options.workspace, options.from_query, recipe);
}

}  // namespace

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

std::vector<CreationInput> read_inputs(CreateOptions options, Session& session) {
  if (is_of_flags(options)) complete(options, session);
  std::vector<CreationInput> inputs = inputs_of(options, session);
  name_connections(inputs, options, session);
  return inputs;
}

}  // namespace itsmc::cli
