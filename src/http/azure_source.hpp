#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "itsmc/http/auth.hpp"
#include "itsmc/http/azure_credential.hpp"

namespace itsmc::http {

/// A token that is wanted. The references outlive the asking.
struct TokenRequest {
  const std::string& audience;
  const Wire& wire;
  const std::stop_token& stop;
};

/// This source has nobody to sign in as here: the next one may.
struct NotHere {
  std::string why;
};

/// One way to get a token. Safe from several threads.
class AzureSource {
 public:
  virtual ~AzureSource() = default;
  /// "environment secret": for people.
  [[nodiscard]] virtual std::string words() const = 0;
  /// Throws Error when there is somebody to sign in as, and it does not go well: another source
  /// would be somebody else.
  [[nodiscard]] virtual std::variant<Token, NotHere> ask(const TokenRequest& request) = 0;
};
using AzureSources = std::vector<std::unique_ptr<AzureSource>>;

/// Each keeps references to both, which outlive it.
struct AzureSetting {
  const AzureSignIn& sign_in;
  const AzureWorld& world;
};

/// By secret, certificate or federated token of an app.
[[nodiscard]] std::unique_ptr<AzureSource> make_secret_source(AzureSetting setting);
[[nodiscard]] std::unique_ptr<AzureSource> make_certificate_source(AzureSetting setting);
[[nodiscard]] std::unique_ptr<AzureSource> make_federated_source(AzureSetting setting);
/// By App Service, Azure Arc or the machine's metadata service.
[[nodiscard]] std::unique_ptr<AzureSource> make_managed_identity(AzureSetting setting);
/// By whoever is signed in to `az`.
[[nodiscard]] std::unique_ptr<AzureSource> make_azure_cli(AzureSetting setting);

/// The variable's value; empty when it is not set.
[[nodiscard]] std::string variable(const AzureWorld& world, const char* name);
/// How the token endpoint's answers are read and explained.
[[nodiscard]] OAuthOptions azure_oauth_options(const AzureSignIn& sign_in,
                                               const std::string& audience);

}  // namespace itsmc::http
