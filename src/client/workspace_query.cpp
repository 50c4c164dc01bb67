#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/workspace_access.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "sinks/azure_arm.hpp"

namespace itsmc::client {
namespace {

std::string guid_of(const Platform& platform, WorkspaceAccess& access) {
  const Workspace& workspace = access.workspace();
  if (!workspace.workspace_guid.empty()) return workspace.workspace_guid;
  if (workspace.resource_id.empty()) {
    throw Error(ErrorKind::invalid,
                fmt::format("workspace \"{}\" cannot be asked: neither its id nor its resource id "
                            "is known",
                            workspace.name),
                fmt::format("put workspace-guid = \"...\" into workspaces/{}.toml (Overview page, "
                            "Workspace ID)",
                            workspace.name));
  }
  sinks::AzureArm arm(workspace.name, workspace.arm_endpoint,
                      access.authorizer(Audience::management), access.wire(Audience::management));
  return sinks::read_workspace(arm, workspace.resource_id, platform.stop).guid;
}

sinks::QueryAnswer ask(const Platform& platform, const std::string& name, std::string_view kql) {
  WorkspaceAccess access(platform, load_workspace(platform, name));
  const Workspace& workspace = access.workspace();
  try {
    sinks::AzureQuery query({.workspace = name,
                             .endpoint = workspace.query_endpoint,
                             .guid = guid_of(platform, access),
                             .timeout = workspace.timeout},
                            access.authorizer(Audience::query), access.wire(Audience::query));
    return query.ask(kql, platform.stop);
  } catch (Error& error) {
    throw Error(error.while_doing(name + ": asking the workspace"));
  }
}

std::string_view column_word(WorkItemType type) {
  return type == WorkItemType::incident ? "Incident" : "ChangeRequest";
}

/// Of the answer ServiceDeskConnectionName_s, ServiceDeskWorkItemType_s, n.
std::int64_t counted(const sinks::QueryAnswer& answer, const PushReport& report) {
  for (const auto& row : answer.rows) {
    if (row.size() != 3 || row[0].text != report.connection) continue;
    if (row[1].text == column_word(report.type)) return row[2].integer;
  }
  return 0;
}

void note_missing(PushReport& report) {
  const std::int64_t missing = *report.in_store - *report.in_workspace;
  if (missing <= 0) return;
  report.error =
      Error(ErrorKind::partly,
            fmt::format("{}: {} of {} {}s of {} are not in the workspace", report.workspace,
                        missing, *report.in_store, to_string(report.type), report.connection),
            fmt::format(
                "new rows are visible after some minutes; then: itsmc workspace push {} --verify; "
                "if they stay away: itsmc workspace push {} --from-zero",
                report.workspace, report.workspace));
}

}  // namespace

sinks::QueryAnswer query_workspace(const Platform& platform, const std::string& name,
                                   const std::string& kql, QueryOver over) {
  return ask(platform, name, over == QueryOver::latest ? sinks::over_latest(kql) : kql);
}

void verify_push(const Platform& platform, const std::string& name,
                 std::vector<PushReport>& reports) {
  if (reports.empty()) return;
  const sinks::QueryAnswer answer = ask(
      platform, name,
      sinks::over_latest("| summarize n = count() by ServiceDeskConnectionName_s, "
                         "ServiceDeskWorkItemType_s\n"
                         "| project ServiceDeskConnectionName_s, ServiceDeskWorkItemType_s, n"));
  if (answer.partial) throw Error(*answer.partial);
  const auto streams =
      store::Store(platform.data_dir / "itsmc.db", store::OpenMode::read_only).status();
  for (PushReport& report : reports) {
    if (report.error) continue;
    const store::StreamKey key{report.connection, report.type};
    const auto found =
        std::find_if(streams.begin(), streams.end(),
                     [&key](const store::StreamStatus& status) { return status.stream == key; });
    report.in_store = found == streams.end() ? 0 : found->rows;
    report.in_workspace = counted(answer, report);
    note_missing(report);
  }
}

}  // namespace itsmc::client
