#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/create_inputs.hpp"
#include "cli/commands/creation_output.hpp"

namespace itsmc::cli {
namespace {

/// One object where the command can only mean one work item; else a list, also of one.
Shape shape_of(const CreateOptions& options, std::size_t inputs) {
  const bool plain = options.from.empty() && options.from_log.empty() && options.from_query.empty();
  const bool alert_or_rule = options.per.empty() || options.per == "alert" || options.per == "rule";
  return plain && alert_or_rule && inputs == 1 ? Shape::one : Shape::list;
}

int run_create(const CreateOptions& options, Session& session) {
  if (answers_fields_help(session, creation_columns(), std::nullopt)) return 0;
  check_together(options);
  const std::vector<client::CreationInput> inputs = read_inputs(options, session);
  const std::vector<client::CreationReport> reports = make_items(
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
