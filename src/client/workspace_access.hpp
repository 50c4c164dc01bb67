#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "http/memory_tokens.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/core/workspace.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/azure_credential.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::client {

/// What a token of a workspace is for: Azure wants one of each (azure reference 0).
enum class Audience : std::uint8_t { ingestion, management, query };

/// Signs in to Azure for one workspace, by whatever its `auth` says. Tokens live as long as this
/// and are not kept on disk: with the AZURE_* variables the next run may be another identity. It
/// outlives what it gives; the platform outlives it.
class WorkspaceAccess {
 public:
  /// `secret`: given now; absent: the service's credential, the kept one, the workspace's command,
  /// ITSMC_CLIENT_SECRET.
  /// Whether there is anybody to sign in as shows at the first token. Throws Error(auth) for a
  /// command that fails.
  WorkspaceAccess(const Platform& platform, Workspace workspace,
                  const std::optional<Secret>& secret = std::nullopt);
  WorkspaceAccess(const WorkspaceAccess&) = delete;
  WorkspaceAccess& operator=(const WorkspaceAccess&) = delete;

  [[nodiscard]] const Workspace& workspace() const noexcept { return workspace_; }
  [[nodiscard]] http::Wire wire(Audience audience);
  [[nodiscard]] std::unique_ptr<http::Authorizer> authorizer(Audience audience);
  /// The audience's name, "https://monitor.azure.com".
  [[nodiscard]] std::string resource(Audience audience) const;
  /// "environment secret": who signed in; empty before the first token.
  [[nodiscard]] std::string source() const { return identity_->source(); }

 private:
  const Platform& platform_;
  Workspace workspace_;
  std::shared_ptr<http::AzureIdentity> identity_;
  std::array<http::MemoryTokens, 3> tokens_;
};

/// Where a workspace's client secret is found: a file's path, "keyring", "command", "environment";
/// empty: nowhere.
[[nodiscard]] std::string client_secret_place(const Platform& platform, const Workspace& workspace);

/// What is kept of its secrets, in its store. The platform outlives it.
[[nodiscard]] config::KeptSecrets secrets_of(const Platform& platform, const Workspace& workspace);
/// What they go by there.
[[nodiscard]] std::string secret_key(const std::string& workspace);

}  // namespace itsmc::client
