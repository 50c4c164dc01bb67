#include "client/workspace_access.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "client/secret_source.hpp"
#include "config/program.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/core/azure_cloud.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::client {
namespace {

std::string variable(const Platform& platform, const char* name) {
  return platform.getenv(name).value_or(std::string());
}

/// Signing in may take `az` a while: it starts Python, and asks Microsoft Entra.
constexpr std::chrono::seconds k_longest_command(30);

struct FoundSecret {
  Secret secret;
  std::string words;  // for "signed in by ..."
};

/// One order for a sign-in and for telling where the secret lies.
std::optional<SecretSource> secret_source_of(const Platform& platform, const Workspace& workspace) {
  const bool may_use_secret = workspace.auth == "auto" || workspace.auth == "secret";
  if (!may_use_secret) return std::nullopt;
  const config::KeptSecrets kept = secrets_of(platform, workspace);
  const std::string key = secret_key(workspace.name);
  return find_secret_source(platform, {key, workspace.client_secret_command, &kept},
                            "client-secret");
}

std::string words_of(SecretSource::From from) {
  switch (from) {
    case SecretSource::From::credential:
      return "client secret of the service's credential";
    case SecretSource::From::kept:
      return "kept client secret";
    case SecretSource::From::command:
      return "client secret of its command";
    case SecretSource::From::own_variable:
    case SecretSource::From::shared_variable:
      return "client secret of ITSMC_CLIENT_SECRET";
  }
  return {};
}

FoundSecret find_secret(const Platform& platform, const Workspace& workspace) {
  const std::optional<SecretSource> source = secret_source_of(platform, workspace);
  if (!source) return {};
  return {source->take(), words_of(source->from)};
}

http::AzureSignIn sign_in_of(const Workspace& workspace, FoundSecret found) {
  return {.workspace = workspace.name,
          .auth = http::parse_azure_auth(workspace.auth).value_or(http::AzureAuth::automatic),
          .authority = workspace.authority,
          .tenant = workspace.tenant,
          .client_id = workspace.client_id,
          .certificate = workspace.certificate,
          .client_secret = std::move(found.secret),
          .client_secret_words = std::move(found.words)};
}

std::unique_ptr<http::Transport> local_transport(const Platform& platform,
                                                 std::chrono::milliseconds longest) {
  http::TransportOptions options;
  options.connect_timeout = longest;
  options.total_timeout = longest;
  return platform.new_transport(options);
}

http::AzureWorld world_of(const Platform& platform) {
  http::AzureWorld world;
  world.getenv = platform.getenv;
  world.read_file = [](const std::string& file, std::size_t max_bytes) {
    return read_file(file, max_bytes);
  };
  world.run_command = [&platform](const std::vector<std::string>& words) {
    return config::run_program(words, variable(platform, "PATH"), k_longest_command);
  };
  world.new_local_transport = [&platform](std::chrono::milliseconds longest) {
    return local_transport(platform, longest);
  };
  const std::string keys = variable(platform, "ITSMC_ARC_KEYS");
  if (!keys.empty()) world.arc_keys = keys;
  return world;
}

}  // namespace

config::KeptSecrets secrets_of(const Platform& platform, const Workspace& workspace) {
  return {platform.state_dir, platform.clock, workspace.secret_store};
}

std::string secret_key(const std::string& workspace) {
  return "workspace." + workspace;
}

std::string client_secret_place(const Platform& platform, const Workspace& workspace) {
  if (const auto source = secret_source_of(platform, workspace)) return source->place;
  const bool azure = workspace.auth == "auto" && !variable(platform, "AZURE_CLIENT_SECRET").empty();
  return azure ? "environment" : "";
}

WorkspaceAccess::WorkspaceAccess(const Platform& platform, Workspace workspace,
                                 const std::optional<Secret>& secret)
    : platform_(platform), workspace_(std::move(workspace)) {
  FoundSecret found =
      secret ? FoundSecret{*secret, "client secret"} : find_secret(platform, workspace_);
  identity_ = std::make_shared<http::AzureIdentity>(sign_in_of(workspace_, std::move(found)),
                                                    world_of(platform));
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
  return http::make_azure_credential(identity_, workspace_.name, resource(audience),
                                     wire(audience));
}

}  // namespace itsmc::client
