#include <algorithm>
#include <array>

#include "itsmc/core/workspace.hpp"

namespace itsmc {
namespace {

// The order is that of help, of show and of the file.
constexpr std::array k_fields{
    WorkspaceField{"resource-id", "Resource id", "ID",
                   "The workspace's resource id, or SUBSCRIPTION/GROUP/NAME"},
    WorkspaceField{"endpoint", "Endpoint", "URL",
                   "Logs ingestion endpoint of an existing data collection rule"},
    WorkspaceField{"rule-id", "Rule id", "ID", "The rule's immutable id: dcr- and 32 hex digits"},
    WorkspaceField{"stream", "Stream", "STREAM", "The rule's stream for work items: Custom-..."},
    WorkspaceField{"log-stream", "Log stream", "STREAM",
                   "The rule's stream for the connector's log; without it the log is not sent"},
    WorkspaceField{"workspace-guid", "Workspace id", "GUID",
                   "The workspace's own id, for queries (with --resource-id it is looked up)"},
    WorkspaceField{"cloud", "Cloud", "CLOUD", "Which of Azure's clouds: public, usgov or china",
                   "public"},
    WorkspaceField{"authority", "Authority", "URL",
                   "Microsoft Entra sign-in host instead of the cloud's"},
    WorkspaceField{"arm-endpoint", "Resource Manager", "URL",
                   "Azure Resource Manager instead of the cloud's"},
    WorkspaceField{"query-endpoint", "Query endpoint", "URL",
                   "Log Analytics query API instead of the cloud's"},
    WorkspaceField{"auth", "Sign-in", "HOW",
                   "auto, secret, certificate, federated, managed-identity or cli", "auto"},
    WorkspaceField{"tenant", "Tenant", "TENANT", "Microsoft Entra tenant: an id or a domain"},
    WorkspaceField{"client-id", "Client id", "ID", "Application id of the sending identity"},
    WorkspaceField{"certificate", "Certificate", "FILE",
                   "PEM file with certificate and key, a whole path"},
    WorkspaceField{"timeout", "Timeout", "TIMEOUT", "How long one answer may take, as 90s or 2m",
                   "120s"},
    WorkspaceField{"ca-file", "CA file", "FILE",
                   "PEM file of a private certificate authority, a whole path"},
    WorkspaceField{"proxy", "Proxy", "PROXY", "URL of an HTTP proxy"},
    WorkspaceField{"client-secret-command", "Client secret command", "COMMAND",
                   "Shell command that prints the client secret"},
    WorkspaceField{"secret-store", "Secret store", "STORE",
                   "Where the client secret is kept: file (readable by you alone) or keyring",
                   "file"},
};

}  // namespace

std::span<const WorkspaceField> workspace_fields() noexcept {
  return k_fields;
}

const WorkspaceField* find_workspace_field(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(k_fields.begin(), k_fields.end(),
                   [name](const WorkspaceField& field) { return field.name == name; });
  return found == k_fields.end() ? nullptr : &*found;
}

}  // namespace itsmc
