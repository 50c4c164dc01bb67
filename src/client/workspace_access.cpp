#include "client/workspace_access.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "itsmc/config/config.hpp"
#include "itsmc/core/azure_cloud.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/http/entra.hpp"

namespace itsmc::client {
namespace {

constexpr const char* k_secret_variable = "ITSMC_CLIENT_SECRET";
constexpr const char* k_azure_secret_variable = "AZURE_CLIENT_SECRET";

std::string variable(const Platform& platform, const char* name) {
  return platform.getenv(name).value_or(std::string());
}

bool reads_azure_variables(const Workspace& workspace) {
  return workspace.auth == "auto";
}

std::string field_or(const Platform& platform, const Workspace& workspace, const std::string& field,
                     const char* name) {
  if (!field.empty() || !reads_azure_variables(workspace)) return field;
  return variable(platform, name);
}

Secret find_secret(const Platform& platform, const Workspace& workspace) {
  const config::SecretFiles files(platform.state_dir, platform.clock);
  if (std::optional<Secret> kept = files.client_secret(secret_key(workspace.name))) return *kept;
  if (!workspace.client_secret_command.empty()) {
    return config::run_secret_command(workspace.client_secret_command);
  }
  const std::string own = variable(platform, k_secret_variable);
  if (!own.empty() || !reads_azure_variables(workspace)) return Secret(own);
  return Secret(variable(platform, k_azure_secret_variable));
}

void refuse_what_is_not_built(const Workspace& workspace) {
  if (workspace.auth == "auto" || workspace.auth == "secret") return;
  throw Error(ErrorKind::usage,
              fmt::format("{}: --auth {} is not built yet: a client secret is the only way to sign "
                          "in",
                          workspace.name, workspace.auth),
              "itsmc workspace add --help");
}

}  // namespace

std::string secret_key(const std::string& workspace) {
  return "workspace." + workspace;
}

std::string client_secret_place(const Platform& platform, const Workspace& workspace) {
  const config::SecretFiles files(platform.state_dir, platform.clock);
  if (files.client_secret(secret_key(workspace.name))) {
    return files.client_secret_path(secret_key(workspace.name)).string();
  }
  if (!workspace.client_secret_command.empty()) return "command";
  const bool azure = reads_azure_variables(workspace);
  const bool set = !variable(platform, k_secret_variable).empty() ||
                   (azure && !variable(platform, k_azure_secret_variable).empty());
  return set ? "environment" : "";
}

WorkspaceAccess::WorkspaceAccess(const Platform& platform, Workspace workspace,
                                 const std::optional<Secret>& secret)
    : platform_(platform), workspace_(std::move(workspace)) {
  refuse_what_is_not_built(workspace_);
  tenant_ = field_or(platform, workspace_, workspace_.tenant, "AZURE_TENANT_ID");
  client_id_ = field_or(platform, workspace_, workspace_.client_id, "AZURE_CLIENT_ID");
  client_secret_ = secret ? *secret : find_secret(platform, workspace_);
  std::vector<std::string> missing;
  if (tenant_.empty()) missing.emplace_back("tenant (--tenant, AZURE_TENANT_ID)");
  if (client_id_.empty()) missing.emplace_back("client id (--client-id, AZURE_CLIENT_ID)");
  if (client_secret_.empty()) {
    missing.emplace_back("client secret (--client-secret-file FILE, AZURE_CLIENT_SECRET)");
  }
  if (missing.empty()) return;
  throw Error(
      ErrorKind::auth,
      fmt::format("{}: nobody to sign in as: no {}", workspace_.name, join(missing, ", no ")),
      "itsmc workspace add --help; with --auth auto the AZURE_* variables are read when a "
      "command runs");
}

std::string WorkspaceAccess::resource(Audience audience) const {
  const AzureCloud& cloud = *find_azure_cloud(workspace_.cloud);
  switch (audience) {
    case Audience::ingestion:
      return std::string(cloud.ingestion_audience);
    case Audience::management:
      return std::string(cloud.arm_audience);
    case Audience::query:
      break;
  }
  return std::string(cloud.query_audience);
}

http::Wire WorkspaceAccess::wire(Audience audience) {
  http::TransportOptions options;
  options.ca_file = workspace_.ca_file;
  options.proxy = workspace_.proxy;
  options.total_timeout = workspace_.timeout;
  return {
      .new_transport = [&platform = platform_, options] { return platform.new_transport(options); },
      .clock = platform_.clock,
      .tokens = tokens_[static_cast<std::size_t>(audience)],
      .log = platform_.log,
      .jitter = platform_.jitter};
}

std::unique_ptr<http::Authorizer> WorkspaceAccess::authorizer(Audience audience) {
  const std::string what_for = resource(audience);
  http::OAuthOptions options;
  options.connection = workspace_.name;
  options.noun = "workspace";
  options.partner = "Microsoft Entra";
  options.token_url =
      http::entra::token_url(workspace_.authority, tenant_, http::entra::Endpoint::v2);
  options.fixed_fields = {{"client_id", client_id_}, {"scope", what_for + "/.default"}};
  options.grant = "client_credentials";
  options.client_secret = client_secret_;
  options.refused_hint =
      http::entra::refused_hint({.client_id = client_id_,
                                 .tenant = tenant_,
                                 .authority = workspace_.authority,
                                 .resource = what_for,
                                 .then = "itsmc workspace show " + workspace_.name});
  return http::make_oauth(std::move(options), wire(audience));
}

}  // namespace itsmc::client
