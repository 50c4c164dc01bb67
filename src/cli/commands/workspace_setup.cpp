#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/output_file.hpp"
#include "cli/session.hpp"
#include "itsmc/client/workspaces.hpp"

namespace itsmc::cli {
namespace {

struct SetupWords {
  std::string name, rule_name, principal, bicep;
  bool dry_run = false, force = false;
};

std::vector<Column> setup_columns() {
  return {{"step", "what it is"},
          {"resource", "its name in Azure"},
          {"status", "created, updated, exists, would create or would update"}};
}

std::string_view word_of(client::SetupLine::Status status) {
  using Status = client::SetupLine::Status;
  switch (status) {
    case Status::created:
      return "created";
    case Status::updated:
      return "updated";
    case Status::would_create:
      return "would create";
    case Status::would_update:
      return "would update";
    case Status::exists:
      break;
  }
  return "exists";
}

OutputFile bicep_file(const SetupWords& chosen) {
  return {.path = chosen.bicep,
          .option = "--bicep",
          .noun = "Bicep file",
          .mark = "`itsmc workspace setup`",
          .replacing = chosen.force ? Replacing::anything : Replacing::former};
}

int write_bicep(const SetupWords& chosen, const client::SetupOptions& options, Session& session) {
  if (chosen.bicep != "-") check_output_file(bicep_file(chosen));
  const std::string text = client::workspace_bicep(session.platform, chosen.name, options);
  if (chosen.bicep == "-") {
    session.terminal.out.write(text);
    return 0;
  }
  write_output_file(bicep_file(chosen), text, Privacy::shared);
  session.talk.note(fmt::format("{} is written; nothing was sent to Azure", chosen.bicep));
  return 0;
}

int run_setup(const SetupWords& chosen, Session& session) {
  if (answers_fields_help(session, setup_columns())) return 0;
  const client::SetupOptions options{
      .rule_name = chosen.rule_name,
      .principal = chosen.principal,
      .mode = chosen.dry_run ? client::SetupMode::dry_run : client::SetupMode::apply,
      .on_wait = [&session](const std::string& why) { session.talk.moving(why); }};
  if (!chosen.bicep.empty()) return write_bicep(chosen, options, session);
  const std::vector<client::SetupLine> lines =
      client::setup_workspace(session.platform, chosen.name, options);
  session.talk.end_moving();
  Listing listing(session, setup_columns(), Shape::list,
                  chosen.dry_run ? Purpose::answer : Purpose::report);
  for (const client::SetupLine& line : lines) {
    listing.row(std::vector<Cell>{text_cell(line.step), text_cell(line.resource),
                                  text_cell(word_of(line.status))});
  }
  listing.finish();
  session.talk.note(chosen.dry_run
                        ? std::string("dry run: nothing was changed")
                        : fmt::format("workspace \"{0}\" is ready; next: itsmc connection edit "
                                      "CONNECTION --workspace {0}",
                                      chosen.name));
  return 0;
}

}  // namespace

Action build_workspace_setup(OptionSet& options) {
  auto chosen = std::make_shared<SetupWords>();
  options.add(Operand{"NAME", "The workspace", Arity::one, into(chosen->name)});
  options.add({.name = "dry-run",
               .value = {},
               .help = "Say what would be made, change nothing",
               .set = into(chosen->dry_run)});
  options.add({.name = "bicep",
               .value = "FILE",
               .help = "Write the same as a Bicep file (- for stdout), change nothing",
               .set = into(chosen->bicep),
               .sources = Sources::command_line_and_environment});
  add_force_option(options, chosen->force);
  options.add({.name = "rule-name",
               .value = "NAME",
               .help = "Name of the data collection rule (default: itsmc-WORKSPACE)",
               .set = into(chosen->rule_name)});
  options.add({.name = "principal",
               .value = "ID",
               .help = "Object id of the identity that sends (default: the one that signs in)",
               .set = into(chosen->principal)});
  return [chosen](Session& session) { return run_setup(*chosen, session); };
}

}  // namespace itsmc::cli
