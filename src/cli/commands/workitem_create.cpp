#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/creation_output.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

using client::CreationInput;
using client::CreationReport;

constexpr std::size_t k_largest_file = 256U << 20U;

struct CreateOptions {
  ItemDraft draft;
  std::string connection, type = "incident", from;
  std::vector<std::string> cis;
  bool dry_run = false;
};

std::string bytes_of(Session& session, const std::string& file, std::string_view option) {
  if (file == "-") return session.terminal.in.read_all();
  std::optional<std::string> bytes = read_file(file, k_largest_file);
  if (bytes) return std::move(*bytes);
  throw Error(ErrorKind::usage, fmt::format("--{}: there is no file \"{}\"", option, file),
              "- reads the standard input");
}

/// What the command line says: the only item, or what each line of a batch starts from.
CreationInput given_input(const CreateOptions& options, Session& session) {
  CreationInput input;
  input.request.draft = options.draft;
  input.request.draft.type = *parse_work_item_type(options.type);
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

int run_create(const CreateOptions& options, Session& session) {
  if (answers_fields_help(session, creation_columns())) return 0;
  const bool batch = !options.from.empty();
  std::vector<CreationInput> inputs =
      batch ? batch_inputs(options, session) : std::vector{given_input(options, session)};
  name_connections(inputs, options, session);
  const std::vector<CreationReport> reports = make_items(
      session, inputs, options.dry_run ? client::Sending::dry_run : client::Sending::real,
      batch ? Shape::list : Shape::one);
  return client::exit_code(reports);
}

void add_draft_options(OptionSet& options, CreateOptions& chosen) {
  constexpr Sources k_here = Sources::command_line_and_environment;
  const auto add = [&](std::string name, std::string value, std::string help, Setter set) {
    options.add({.name = std::move(name),
                 .value = std::move(value),
                 .help = std::move(help),
                 .set = std::move(set),
                 .sources = k_here});
  };
  add("title", "TEXT", "What is wrong, in one line", into(chosen.draft.title));
  add("description", "TEXT", "More of it; - reads the standard input",
      into(chosen.draft.description));
  add("urgency", "LABEL", "A label or code of the product", into(chosen.draft.urgency));
  add("impact", "LABEL", "A label or code of the product", into(chosen.draft.impact));
  add("category", "LABEL", "A label or code of the product", into(chosen.draft.category));
  add("severity", "LABEL", "Of an event or alert", into(chosen.draft.severity));
  add("ci", "NAME", "An affected configuration item; may be repeated", append_to(chosen.cis));
  add("set", "FIELD=VALUE", "A field by the product's own name; may be repeated",
      assignments_into(chosen.draft.set));
  add("template", "NAME", "A template of the product: itsmc template list",
      into(chosen.draft.template_name));
  add("key", "TEXT", "The same key again is the same work item", into(chosen.draft.correlation_id));
}

}  // namespace

Action build_workitem_create(OptionSet& options) {
  auto chosen = std::make_shared<CreateOptions>();
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Where it is made; default: the only connection",
               .set = into(chosen->connection)});
  options.add({.name = "type",
               .value = "TYPE",
               .help = "incident (default), change-request, event or alert",
               .set = choice_into(chosen->type, {"incident", "change-request", "event", "alert"}),
               .sources = Sources::command_line_and_environment});
  add_draft_options(options, *chosen);
  options.add({.name = "from",
               .value = "FILE",
               .help = "One JSON object a line, keys as the options; - reads the standard input",
               .set = into(chosen->from),
               .sources = Sources::command_line_and_environment});
  options.add({.name = "dry-run",
               .value = {},
               .help = "Print the exact request and send nothing",
               .set = into(chosen->dry_run),
               .sources = Sources::command_line_and_environment});
  return [chosen](Session& session) { return run_create(*chosen, session); };
}

}  // namespace itsmc::cli
