#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/command_end.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {

/// How to sign in to Azure. `automatic` takes the first of the others for which there is anything
/// to sign in with (azure reference 1.3, 1.4).
enum class AzureAuth : std::uint8_t {
  automatic,
  secret,
  certificate,
  federated,
  managed_identity,
  cli
};
/// "auto", "secret", "certificate", "federated", "managed-identity", "cli"; absent for any other.
[[nodiscard]] std::optional<AzureAuth> parse_azure_auth(std::string_view word) noexcept;

/// What signing in needs of the machine. All of it may be called from several threads.
struct AzureWorld {
  std::function<std::optional<std::string>(const std::string& name)> getenv;
  /// Absent when there is no such file. Throws Error(storage) when it cannot be read or is larger.
  std::function<std::optional<std::string>(const std::string& file, std::size_t max_bytes)>
      read_file;
  /// Runs a program by its name and waits for it.
  std::function<CommandEnd(const std::vector<std::string>& words)> run_command;
  /// To this machine's own identity endpoint: past every proxy, and no longer than that.
  std::function<std::unique_ptr<Transport>(std::chrono::milliseconds longest)> new_local_transport;
  /// The only place where Azure Arc's agent puts a key for us.
  std::string arc_keys = "/var/opt/azcmagent/tokens";
};

/// Who is to sign in. An empty field may be given by an AZURE_* variable.
struct AzureSignIn {
  std::string workspace;  // for messages: "itsmc workspace test NAME"
  AzureAuth auth = AzureAuth::automatic;
  std::string authority, tenant, client_id;
  std::string certificate;  // a PEM file's path
  Secret client_secret;
  std::string client_secret_words;  // where it comes from: "kept client secret"
};

/// One of the ways to get a token. Private to this layer.
class AzureSource;

/// The identity of one workspace: found at the first token, then kept for every audience. Safe from
/// several threads.
class AzureIdentity {
 public:
  AzureIdentity(AzureSignIn sign_in, AzureWorld world);
  ~AzureIdentity();
  AzureIdentity(const AzureIdentity&) = delete;
  AzureIdentity& operator=(const AzureIdentity&) = delete;

  /// "environment secret", "managed identity of this machine"...; empty before the first token.
  [[nodiscard]] std::string source() const;
  /// A new token for an audience ("https://monitor.azure.com"). Throws Error: auth when nobody is
  /// there to sign in as (every source with its reason) or the sign-in is refused; what the
  /// endpoints meet, else.
  [[nodiscard]] Token token(const std::string& audience, const Wire& wire,
                            const std::stop_token& stop);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Tokens of one identity for one audience: kept in the wire's TokenStore, renewed five minutes
/// before they end, by one asker at a time.
[[nodiscard]] std::unique_ptr<Authorizer> make_azure_credential(
    std::shared_ptr<AzureIdentity> identity, const std::string& workspace,
    const std::string& audience, Wire wire);

}  // namespace itsmc::http
