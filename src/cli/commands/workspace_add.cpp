#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/prompt.hpp"
#include "itsmc/client/workspaces.hpp"

namespace itsmc::cli {
namespace {

struct AddOptions {
  std::string name;
  std::vector<FieldText> fields;
  SecretOptions secrets;
  bool no_verify = false;
};

std::string help_of(const WorkspaceField& field) {
  std::string help(field.help);
  if (!field.fallback.empty()) help += fmt::format(" (default {})", field.fallback);
  return help;
}

void add_workspace_field_options(OptionSet& options, std::vector<FieldText>& fields) {
  for (const WorkspaceField& field : workspace_fields()) {
    options.add({.name = std::string(field.name),
                 .value = std::string(field.value),
                 .help = help_of(field),
                 .set = [&fields, &field](const std::string& text) {
                   std::erase_if(fields, [&field](const FieldText& earlier) {
                     return earlier.name == field.name;
                   });
                   fields.push_back({std::string(field.name), text});
                 }});
  }
}

/// With --auth secret it is kept, wherever it comes from; with auto only what an option gave.
std::optional<Secret> find_secret(Session& session, const AddOptions& options,
                                  const Workspace& workspace) {
  std::optional<Secret> given = take_secrets(session, options.secrets).client_secret;
  if (given || workspace.auth != "secret" || !workspace.client_secret_command.empty()) return given;
  const std::optional<std::string> variable = session.platform.getenv("ITSMC_CLIENT_SECRET");
  if (variable && !variable->empty()) return Secret(*variable);
  if (can_ask(session.terminal)) return ask_secret(session.terminal, "Client secret");
  return std::nullopt;
}

Workspace checked_workspace(const AddOptions& options) {
  CheckedWorkspace checked = check_workspace(options.name, options.fields);
  if (checked.problems.empty()) return std::move(checked.workspace);
  throw problems_error(fmt::format("workspace \"{}\" cannot be added", options.name),
                       checked.problems, "workspace add");
}

int run_add(const AddOptions& options, Session& session) {
  const Workspace workspace = checked_workspace(options);
  const std::optional<Secret> secret = find_secret(session, options, workspace);
  const bool needed = workspace.auth == "secret" && workspace.client_secret_command.empty();
  if (needed && !secret) {
    throw problems_error(fmt::format("workspace \"{}\" cannot be added", options.name),
                         {{"client-secret",
                           "is required by --auth secret: use --client-secret-stdin, "
                           "--client-secret-file FILE, --client-secret-command COMMAND or "
                           "ITSMC_CLIENT_SECRET"}},
                         "workspace add");
  }
  const Workspace saved =
      client::add_workspace(session.platform, workspace, secret,
                            options.no_verify ? client::Verify::no : client::Verify::yes);
  session.talk.note(fmt::format("workspace \"{}\" is saved; next: {}", saved.name,
                                can_send(saved)
                                    ? "itsmc connection edit CONNECTION --workspace " + saved.name
                                    : "itsmc workspace setup " + saved.name));
  return 0;
}

}  // namespace

Action build_workspace_add(OptionSet& options) {
  auto chosen = std::make_shared<AddOptions>();
  options.add(
      Operand{"NAME", "What to call it: letters, digits, _ and -", Arity::one, into(chosen->name)});
  add_workspace_field_options(options, chosen->fields);
  add_client_secret_options(options, chosen->secrets, Sources::all);
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without contacting Azure",
                     .set = into(chosen->no_verify)});
  return [chosen](Session& session) { return run_add(*chosen, session); };
}

}  // namespace itsmc::cli
