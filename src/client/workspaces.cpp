#include "itsmc/client/workspaces.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/bad_fields.hpp"
#include "client/open_workspace.hpp"
#include "client/secret_move.hpp"
#include "client/workspace_access.hpp"
#include "core/shell_words.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/config/workspace_files.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "sinks/azure_arm.hpp"

namespace itsmc::client {
namespace {

config::WorkspaceFiles files_of(const Platform& platform) {
  return config::WorkspaceFiles(platform.config_dir);
}

/// Asks for the resource's own id, and writes nothing at all to the rule.
void try_workspace(const Platform& platform, Workspace& workspace,
                   const std::optional<Secret>& secret) {
  auto access = std::make_unique<WorkspaceAccess>(platform, workspace, secret);
  if (!workspace.resource_id.empty()) {
    sinks::AzureArm arm(workspace.name, workspace.arm_endpoint,
                        access->authorizer(Audience::management),
                        access->wire(Audience::management));
    workspace.workspace_guid =
        sinks::read_workspace(arm, workspace.resource_id, platform.stop).guid;
  }
  if (!can_send(workspace)) return;
  // An empty array is checked like any other and stores nothing (azure reference 2.1).
  const sinks::Verdict verdict =
      open_workspace(std::move(access))->send(sinks::Table::service_desk, "[]", platform.stop);
  if (verdict.kind == sinks::Verdict::Kind::accepted) return;
  throw Error(ErrorKind::invalid, "the rule does not take an empty write: " + verdict.reason,
              "check --stream: it is a key of the rule's streamDeclarations");
}

/// The command that goes on, once more and corrected.
struct Repeat {
  std::string_view otherwise;  // "not saved"
  std::string_view verb;       // "add"
};

/// "itsmc workspace test law" in a hint, said of a workspace that was not saved, leads nowhere.
std::string leading_on(std::string hint, const std::string& name, std::string_view verb) {
  const std::string instead = fmt::format("itsmc workspace {} {}", verb, name);
  for (const std::string_view dead_verb : {"test", "edit", "show"}) {
    const std::string dead = fmt::format("itsmc workspace {} {}", dead_verb, name);
    for (std::size_t at = hint.find(dead); at != std::string::npos; at = hint.find(dead, at)) {
      hint.replace(at, dead.size(), instead);
      at += instead.size();
    }
  }
  return hint;
}

void try_before(const Platform& platform, Workspace& workspace, const std::optional<Secret>& secret,
                Repeat repeat) {
  try {
    try_workspace(platform, workspace, secret);
  } catch (Error& error) {
    error.with_hint(leading_on(error.hint(), workspace.name, repeat.verb));
    throw Error(error.while_doing(fmt::format("{}: {}", workspace.name, repeat.otherwise)));
  }
}

void keep_secret(const Platform& platform, const Workspace& workspace,
                 const std::optional<Secret>& client_secret) {
  if (!client_secret) return;
  const config::KeptSecrets secrets = secrets_of(platform, workspace);
  secrets.keep_client_secret(secret_key(workspace.name), *client_secret);
}

/// A file that cannot be read names no keyring.
SecretStore store_of(const config::WorkspaceFiles& files, const std::string& name) {
  try {
    const std::optional<Workspace> workspace = files.load(name);
    return workspace ? workspace->secret_store : SecretStore::file;
  } catch (const Error&) {
    return SecretStore::file;
  }
}

/// All of it or nothing: a secret without its workspace is one that nobody looks after.
void save_new(const Platform& platform, const Workspace& workspace,
              const std::optional<Secret>& client_secret) {
  try {
    keep_secret(platform, workspace, client_secret);
    files_of(platform).create(workspace);
  } catch (Error& error) {
    forget_secrets(platform, secret_key(workspace.name), workspace.secret_store);
    error.with_hint(leading_on(error.hint(), workspace.name, "add"));
    throw Error(error.while_doing(workspace.name + ": not saved"));
  }
}

std::vector<std::string> bound_to(const Platform& platform, const std::string& name) {
  std::vector<std::string> bound;
  for (const Connection& connection : load_every_connection(platform).ready) {
    if (connection.workspace == name) bound.push_back(connection.name);
  }
  return bound;
}

}  // namespace

std::vector<std::string> workspace_names(const Platform& platform) {
  return files_of(platform).names();
}

Workspace load_workspace(const Platform& platform, const std::string& name) {
  const config::WorkspaceFiles files = files_of(platform);
  if (std::optional<Workspace> workspace = files.load(name)) return *workspace;
  const std::vector<std::string> names = files.names();
  const std::string near = nearest(name, names);
  throw Error(ErrorKind::not_found, fmt::format("no workspace is called \"{}\"", excerpt(name, 64)),
              !near.empty()   ? fmt::format("did you mean \"{}\"? see: itsmc workspace list", near)
              : names.empty() ? fmt::format("there is none yet: itsmc workspace add {}",
                                            shell_quoted(excerpt(name, 64)))
                              : std::string("itsmc workspace list"));
}

Workspace add_workspace(const Platform& platform, const Workspace& given,
                        const std::optional<Secret>& client_secret, Verify verify) {
  const config::WorkspaceFiles files = files_of(platform);
  if (files.load(given.name)) {
    throw Error(ErrorKind::invalid, fmt::format("a workspace is already called \"{}\"", given.name),
                fmt::format("itsmc workspace remove {}", given.name));
  }
  Workspace workspace = given;
  if (verify == Verify::yes) try_before(platform, workspace, client_secret, {"not saved", "add"});
  save_new(platform, workspace, client_secret);
  return workspace;
}

Workspace edit_workspace(const Platform& platform, const std::string& name, WorkspaceEdit edit) {
  const Workspace before = load_workspace(platform, name);
  std::vector<FieldText> fields = to_fields(before);
  for (const FieldText& change : edit.changed) {
    std::erase_if(fields, [&](const FieldText& field) { return field.name == change.name; });
    if (!change.value.empty()) fields.push_back(change);
  }
  CheckedWorkspace checked = check_workspace(name, fields);
  if (!checked.problems.empty()) {
    throw Error(ErrorKind::invalid,
                fmt::format("{}: not changed: {}", name, bad_fields(checked.problems)),
                "itsmc workspace edit --help");
  }
  Workspace& after = checked.workspace;
  SecretMove move(platform, secret_key(name), {before.secret_store, after.secret_store});
  if (edit.verify == Verify::yes) {
    try_before(platform, after, edit.client_secret, {"not changed", "edit"});
    const std::string& guid = after.workspace_guid;
    if (guid != before.workspace_guid) edit.changed.push_back({"workspace-guid", guid});
  }
  keep_secret(platform, after, edit.client_secret);
  files_of(platform).change(name, edit.changed);
  move.finish();
  return after;
}

void require_workspace(const Platform& platform, const std::string& name) {
  const std::vector<std::string> names = workspace_names(platform);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  static_cast<void>(load_workspace(platform, name));  // not found, the nearest
}

std::vector<std::string> remove_workspace(const Platform& platform, const std::string& name) {
  const config::WorkspaceFiles files = files_of(platform);
  require_workspace(platform, name);
  if (!absent_store(platform)) {
    store::Store(platform.data_dir / "itsmc.db", store::OpenMode::read_write)
        .forget_destination(name);
  }
  forget_secrets(platform, secret_key(name), store_of(files, name));
  files.remove(name);
  return bound_to(platform, name);
}

std::string workspace_secret_place(const Platform& platform, const Workspace& workspace) {
  return client_secret_place(platform, workspace);
}

}  // namespace itsmc::client
