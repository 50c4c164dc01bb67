#include <algorithm>
#include <array>
#include <functional>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/connection_options.hpp"
#include "cli/commands/connection_saving.hpp"
#include "cli/commands/questions.hpp"
#include "cli/commands/typed_command.hpp"
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

/// `blank`: of the fields without a default.
void add_workspace_field_options(OptionSet& options, std::vector<FieldText>& fields,
                                 Sources sources, Blank blank) {
  for (const WorkspaceField& field : workspace_fields()) {
    options.add({.name = std::string(field.name),
                 .value = std::string(field.value),
                 .help = help_of(field),
                 .set =
                     [&fields, &field](const std::string& text) {
                       std::erase_if(fields, [&field](const FieldText& earlier) {
                         return earlier.name == field.name;
                       });
                       fields.push_back({std::string(field.name), text});
                     },
                 .sources = sources,
                 .fallback = std::string(field.fallback),
                 .blank = field.fallback.empty() ? blank : Blank::refused});
  }
}

/// With `auto`, of an app that nothing on this machine has a proof for.
bool lacks_a_proof(const Session& session, const Workspace& workspace) {
  if (workspace.auth != "auto" || workspace.tenant.empty() || workspace.client_id.empty()) {
    return false;
  }
  constexpr std::array k_proofs{"ITSMC_CLIENT_SECRET", "AZURE_CLIENT_SECRET",
                                "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"};
  return workspace.certificate.empty() &&
         std::none_of(k_proofs.begin(), k_proofs.end(), [&session](const char* name) {
           return !session.platform.getenv(name).value_or(std::string()).empty();
         });
}

/// With --auth secret it is kept, wherever it comes from; with auto only what an option gave, or
/// somebody typed.
std::optional<Secret> find_secret(Session& session, const AddOptions& options,
                                  const Workspace& workspace) {
  std::optional<Secret> given = take_secrets(session, options.secrets).client_secret;
  if (given || !workspace.client_secret_command.empty()) return given;
  if (workspace.auth != "secret") {
    const bool asked = can_ask(session.terminal) && lacks_a_proof(session, workspace);
    return asked ? std::optional(ask_secret(session.terminal, "Client secret")) : std::nullopt;
  }
  const std::optional<std::string> variable = session.platform.getenv("ITSMC_CLIENT_SECRET");
  if (variable && !variable->empty()) return Secret(*variable);
  if (can_ask(session.terminal)) return ask_secret(session.terminal, "Client secret");
  return std::nullopt;
}

Error cannot_be_added(const std::string& name, const std::vector<FieldProblem>& problems) {
  return problems_error(subject_of("workspace", name) + " cannot be added", problems,
                        "workspace add");
}

/// A secret that would be kept and never be looked at.
bool is_idle(const std::optional<Secret>& secret, const std::string& auth) {
  return secret && auth != "secret" && auth != "auto";
}

/// Absent where another sign-in is chosen. Throws every problem that is about it.
std::optional<Secret> checked_secret(Session& session, const AddOptions& options,
                                     const Workspace& workspace) {
  std::optional<Secret> secret = find_secret(session, options, workspace);
  if (is_idle(secret, workspace.auth)) {
    throw cannot_be_added(options.name,
                          {{"client-secret", "is not used by --auth " + workspace.auth}});
  }
  const bool needed = workspace.auth == "secret" && workspace.client_secret_command.empty();
  if (!needed || secret) return secret;
  throw cannot_be_added(options.name, {{"client-secret",
                                        "is required by --auth secret: use --client-secret-stdin, "
                                        "--client-secret-file FILE, --client-secret-command "
                                        "COMMAND or ITSMC_CLIENT_SECRET"}});
}

void ask_for_field(Session& session, AddOptions& options, const std::string& field) {
  if (field == "name") {
    options.name = ask(session.terminal, "Name of the workspace");
    return;
  }
  const WorkspaceField& row = *find_workspace_field(field);
  keep_answer(options.fields, field, ask(session.terminal, row.prompt, row.fallback));
}

Asked complete(Session& session, AddOptions& options) {
  return ask_for_missing(
      session, {.problems =
                    [&](const Asked&) {
                      refuse_taken("workspace", client::workspace_names(session.platform),
                                   options.name, "itsmc workspace edit " + options.name);
                      return check_workspace(options.name, options.fields).problems;
                    },
                .is_missing =
                    [&options](const std::string& field) {
                      if (field == "name") return options.name.empty();
                      return find_workspace_field(field) != nullptr &&
                             find_field(options.fields, field) == nullptr;
                    },
                .ask = [&](const FieldProblem& problem,
                           const Asked&) { ask_for_field(session, options, problem.field); }});
}

std::vector<FieldText> answers_of(const AddOptions& options, const Asked& asked) {
  std::vector<FieldText> answers;
  for (const std::string& name : asked) {
    if (const FieldText* const field = find_field(options.fields, name)) answers.push_back(*field);
  }
  return answers;
}

/// A hint that names the command which failed names it as it is typed.
Workspace or_typed_again(const TypedCommand& typed, const std::function<Workspace()>& save) {
  try {
    return save();
  } catch (Error& error) {
    throw Error(error.with_hint(typed_out(typed, error.hint())));
  }
}

int run_add(AddOptions options, Session& session) {
  const Asked asked = complete(session, options);
  const CheckedWorkspace checked = check_workspace(options.name, options.fields);
  if (!checked.problems.empty()) throw cannot_be_added(options.name, checked.problems);
  const Workspace& workspace = checked.workspace;
  const std::optional<Secret> secret = checked_secret(session, options, workspace);
  const Workspace saved = or_typed_again(
      typed_command("workspace add " + options.name, session.given, answers_of(options, asked)),
      [&] {
        return client::add_workspace(session.platform, workspace, secret,
                                     verify_of(options.no_verify));
      });
  session.talk.note(fmt::format("workspace \"{}\" is saved; next: {}", saved.name,
                                can_send(saved)
                                    ? "itsmc connection edit CONNECTION --workspace " + saved.name
                                    : "itsmc workspace setup " + saved.name));
  return 0;
}

void warn_of_a_new_place(const std::vector<FieldText>& changed, const std::string& name,
                         Session& session) {
  const bool moved = std::any_of(changed.begin(), changed.end(), [](const FieldText& field) {
    return field.name == "endpoint" || field.name == "rule-id" || field.name == "stream";
  });
  if (!moved) return;
  session.talk.warning(fmt::format(
      "what \"{0}\" has acknowledged is not owed to the new place: itsmc workspace push {0} "
      "--from-zero sends all of it",
      name));
}

int run_edit(const AddOptions& options, Session& session) {
  const Workspace before = client::load_workspace(session.platform, options.name);
  std::optional<Secret> secret = take_secrets(session, options.secrets).client_secret;
  if (options.fields.empty() && !secret) {
    throw Error(ErrorKind::usage, "nothing to change: no field was given",
                "itsmc workspace edit --help");
  }
  warn_of_variables(session, options.fields);
  const FieldText* const auth = find_field(options.fields, "auth");
  const std::string chosen = auth == nullptr ? before.auth : auth->value;
  if (is_idle(secret, chosen)) {
    throw problems_error(fmt::format("workspace \"{}\" cannot be changed", options.name),
                         {{"client-secret", "is not used by --auth " + chosen}}, "workspace edit");
  }
  const Workspace saved =
      or_typed_again(typed_command("workspace edit " + options.name, session.given, {}), [&] {
        return client::edit_workspace(session.platform, options.name,
                                      {.changed = options.fields,
                                       .client_secret = std::move(secret),
                                       .verify = verify_of(options.no_verify)});
      });
  session.talk.note(
      fmt::format("workspace \"{0}\" is changed; next: itsmc workspace test {0}", saved.name));
  warn_of_a_new_place(options.fields, saved.name, session);
  return 0;
}

}  // namespace

Action build_workspace_add(OptionSet& options) {
  auto chosen = std::make_shared<AddOptions>();
  options.add(Operand{"NAME", "What to call it: letters, digits, _ and -", Arity::maybe,
                      into(chosen->name)});
  add_workspace_field_options(options, chosen->fields, Sources::all, Blank::refused);
  add_client_secret_options(options, chosen->secrets, Sources::all);
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without contacting Azure",
                     .set = into(chosen->no_verify)});
  return [chosen](Session& session) { return run_add(*chosen, session); };
}

Action build_workspace_edit(OptionSet& options) {
  auto chosen = std::make_shared<AddOptions>();
  options.add(Operand{"NAME", "The workspace", Arity::one, into(chosen->name)});
  add_workspace_field_options(options, chosen->fields, Sources::command_line_and_environment,
                              Blank::meant);
  add_client_secret_options(options, chosen->secrets, Sources::command_line_and_environment);
  options.add(Option{.name = "no-verify",
                     .value = {},
                     .help = "Save without contacting Azure",
                     .set = into(chosen->no_verify)});
  return [chosen](Session& session) { return run_edit(*chosen, session); };
}

}  // namespace itsmc::cli
