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

}  // namespace

sinks::QueryAnswer query_workspace(const Platform& platform, const std::string& name,
                                   const std::string& kql, QueryOver over) {
  return ask(platform, name, over == QueryOver::latest ? sinks::over_latest(kql) : kql);
}

}  // namespace itsmc::client
