#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/connections.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/core/push_report.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/core/workspace.hpp"
#include "itsmc/sinks/azure_query.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// Names of all workspaces, sorted.
[[nodiscard]] std::vector<std::string> workspace_names(const Platform& platform);
/// Throws Error(not_found) with the nearest name, Error(config) naming file and line.
[[nodiscard]] Workspace load_workspace(const Platform& platform, const std::string& name);

/// Tries (Verify::yes: the sign-in, the workspace's resource, an empty write where an endpoint is
/// given) and saves the file and a secret that was given. Returns what was saved: with a resource
/// id and Verify::yes the workspace's own id is in it. Throws Error: invalid when the name is
/// taken, else whatever the try met; then nothing is saved.
Workspace add_workspace(const Platform& platform, const Workspace& workspace,
                        const std::optional<Secret>& client_secret, Verify verify);
struct WorkspaceEdit {
  std::vector<FieldText> changed;  // an empty value takes a field away
  std::optional<Secret> client_secret;
  Verify verify = Verify::yes;
};
/// Changes fields, and the secret that was given, after the same try. Returns what is saved. Throws
/// Error: not_found, invalid naming each bad field, else whatever the try met; then nothing is
/// changed.
Workspace edit_workspace(const Platform& platform, const std::string& name, WorkspaceEdit edit);
/// Throws Error(not_found), with the nearest, where there is no file of it; one that cannot be read
/// is one.
void require_workspace(const Platform& platform, const std::string& name);
/// Forgets the file, the secret and what the workspace has acknowledged. Returns the connections
/// that are still bound to it. Throws Error(not_found).
std::vector<std::string> remove_workspace(const Platform& platform, const std::string& name);
/// Where the client secret is found: a file's path, "command", "environment"; empty: nowhere.
[[nodiscard]] std::string workspace_secret_place(const Platform& platform,
                                                 const Workspace& workspace);

enum class SetupMode : std::uint8_t { apply, dry_run };
struct SetupOptions {
  std::string rule_name;  // empty: "itsmc-" and the workspace's name in Azure
  std::string principal;  // object id of the identity that sends; empty: the one that signs in
  SetupMode mode = SetupMode::apply;
  std::function<void(const std::string& why)> on_wait = {};  // told while it waits for Azure
};
/// What setup did about one resource.
struct SetupLine {
  std::string step, resource;
  enum class Status : std::uint8_t { exists, created, updated, would_create, would_update };
  Status status = Status::exists;
};
/// Makes or completes tables, rule, role and saved function, keeps where to send in the workspace's
/// file, and waits until an empty write is taken. Safe to run again. A dry run only reads. Throws
/// Error: invalid (no resource id, a rule without an endpoint), denied (the hint names the role),
/// and what the answers say.
[[nodiscard]] std::vector<SetupLine> setup_workspace(const Platform& platform,
                                                     const std::string& name,
                                                     const SetupOptions& options);
/// The same as a Bicep file; only reads. Throws as above.
[[nodiscard]] std::string workspace_bicep(const Platform& platform, const std::string& name,
                                          const SetupOptions& options);

/// The check list: dns, tcp, tls, clock, sign-in, audience, rule, streams, columns, role,
/// empty-write, query. Writes nothing. Never throws for what it finds; Error(not_found).
[[nodiscard]] std::vector<Check> test_workspace(const Platform& platform, const std::string& name);

/// What a push sends.
enum class PushWhat : std::uint8_t {
  owed,        // what the workspace has not acknowledged
  rejected,    // what it refused, once more
  everything,  // all rows again
};
struct PushRequest {
  PushWhat what = PushWhat::owed;
  int in_flight = 4;  // calls at once
};
using OnPush = std::function<void(const PushReport&)>;

/// Sends to a workspace: one report for each stream of the connections bound to it. Takes the lock
/// of `sync run`, which sends too: Error(locked). Throws Error when the workspace cannot be opened;
/// a stream's failure is in its report and in the ledger, and ends the sending: those behind it are
/// not reached.
[[nodiscard]] std::vector<PushReport> push(const Platform& platform, const std::string& name,
                                           const PushRequest& request, const OnPush& on_push);
/// 0; 6 when only some streams were sent; else the failure's code.
[[nodiscard]] int exit_code(const std::vector<PushReport>& reports) noexcept;
/// The rows that the workspace refused, with its reasons.
[[nodiscard]] std::vector<store::Rejected> rejected_rows(const Platform& platform,
                                                         const std::string& name);

/// Counts a pushed workspace back by a query: each report gets the work items that the store holds
/// and those that the workspace holds, and Error(partly) when their number or their newest version
/// differs. Reports that failed or were not reached are left as they are. Throws Error as
/// query_workspace.
void verify_push(const Platform& platform, const std::string& name,
                 std::vector<PushReport>& reports);

/// Which rows a query goes over.
enum class QueryOver : std::uint8_t {
  table,   // as they came: a work item may stand there several times
  latest,  // the last version of each work item that is not deleted
};
/// Asks a workspace in KQL. Looks its id up when the file does not name it. Throws Error: invalid
/// (the KQL, in the service's words), usage (a query that cannot go over the latest), auth, denied,
/// not_found, unavailable.
[[nodiscard]] sinks::QueryAnswer query_workspace(const Platform& platform, const std::string& name,
                                                 const std::string& kql, QueryOver over);

}  // namespace itsmc::client
