#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/connection.hpp"

namespace itsmc {

/// A Log Analytics workspace that receives what the store holds: what stands in
/// workspaces/NAME.toml. No secrets.
struct Workspace {
  std::string name;
  std::string resource_id;     // "/subscriptions/.../workspaces/w"; empty: known by endpoint only
  std::string endpoint;        // of the rule; empty: not set up yet
  std::string rule_id;         // the rule's immutable id
  std::string stream;          // "Custom-ServiceDesk"
  std::string log_stream;      // empty: the connector's log is not sent
  std::string workspace_guid;  // what queries call it
  std::string cloud = "public";
  std::string authority, arm_endpoint, query_endpoint;  // filled in from the cloud
  std::string auth = "auto";
  std::string tenant, client_id, certificate;
  std::string ca_file, proxy;
  std::chrono::seconds timeout{120};
  std::string client_secret_command;
  SecretStore secret_store = SecretStore::file;
};

/// One row of the workspace field table: flags, TOML keys, help and checks read it.
struct WorkspaceField {
  std::string_view name;        // "rule-id"
  std::string_view prompt;      // "Rule id"
  std::string_view value;       // "ID" in help
  std::string_view help;        // one line
  std::string_view fallback{};  // the default as text; empty: none
};
[[nodiscard]] std::span<const WorkspaceField> workspace_fields() noexcept;
[[nodiscard]] const WorkspaceField* find_workspace_field(std::string_view name) noexcept;

/// A checked workspace, or every problem at once (then `workspace` is not to be used).
struct CheckedWorkspace {
  Workspace workspace;
  std::vector<FieldProblem> problems;
};
/// Pure. What the cloud says is filled in where no field overrides it.
[[nodiscard]] CheckedWorkspace check_workspace(std::string_view name,
                                               std::span<const FieldText> fields);

/// The workspace's non-default fields as words: what workspaces/NAME.toml holds.
[[nodiscard]] std::vector<FieldText> to_fields(const Workspace& workspace);

/// True when rows can be sent: endpoint, rule and stream are known.
[[nodiscard]] bool can_send(const Workspace& workspace) noexcept;

}  // namespace itsmc
