#include "itsmc/http/azure_credential.hpp"

#include <array>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "http/azure_source.hpp"
#include "http/renewed_tokens.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/http/entra.hpp"

namespace itsmc::http {
namespace {

/// Microsoft's own libraries count a token as expired then (azure reference 1.1).
constexpr std::chrono::minutes k_early(5);

struct AuthWord {
  std::string_view word;
  AzureAuth auth;
};
constexpr std::array k_auth_words{AuthWord{"auto", AzureAuth::automatic},
                                  AuthWord{"secret", AzureAuth::secret},
                                  AuthWord{"certificate", AzureAuth::certificate},
                                  AuthWord{"federated", AzureAuth::federated},
                                  AuthWord{"managed-identity", AzureAuth::managed_identity},
                                  AuthWord{"cli", AzureAuth::cli}};

/// With `auto` a tenant and a client id mean an app: whoever else is there would be somebody else.
bool names_an_app(const AzureSignIn& sign_in) {
  return sign_in.auth == AzureAuth::automatic && !sign_in.tenant.empty() &&
         !sign_in.client_id.empty();
}

AzureSources sources_for(AzureSetting setting) {
  AzureSources sources;
  const AzureAuth auth = setting.sign_in.auth;
  const auto is = [auth](AzureAuth one) { return auth == one || auth == AzureAuth::automatic; };
  if (is(AzureAuth::secret)) sources.push_back(make_secret_source(setting));
  if (is(AzureAuth::certificate)) sources.push_back(make_certificate_source(setting));
  if (is(AzureAuth::federated)) sources.push_back(make_federated_source(setting));
  if (names_an_app(setting.sign_in)) return sources;
  if (is(AzureAuth::managed_identity)) sources.push_back(make_managed_identity(setting));
  if (is(AzureAuth::cli)) sources.push_back(make_azure_cli(setting));
  return sources;
}

std::string hint_for(const AzureSignIn& sign_in) {
  const std::string edit = "itsmc workspace edit " + sign_in.workspace;
  switch (sign_in.auth) {
    case AzureAuth::secret:
      return edit + " --client-secret-file FILE";
    case AzureAuth::certificate:
      return edit + " --certificate FILE";
    case AzureAuth::federated:
      return "set AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID and AZURE_CLIENT_ID, as the workload "
             "identity webhook of Kubernetes does";
    case AzureAuth::managed_identity:
      return "Azure portal > the machine or app > Identity: switch it on, or assign one; elsewhere "
             "choose another way: " +
             edit + " --auth ...";
    case AzureAuth::cli:
      return "az login, for the user and on the machine where itsmc runs";
    case AzureAuth::automatic:
      break;
  }
  if (names_an_app(sign_in)) {
    return edit +
           " --client-secret-file FILE (or --client-secret-stdin, --client-secret-command, "
           "--certificate FILE, the variable AZURE_CLIENT_SECRET); to sign in as the machine or "
           "as yourself: --auth managed-identity or --auth cli";
  }
  return edit +
         " --auth secret --tenant TENANT --client-id ID --client-secret-file FILE, or set "
         "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or run az login; on a machine "
         "of Azure: --auth managed-identity; the other ways: --auth certificate or federated";
}

Error nobody(const AzureSignIn& sign_in, const std::vector<std::string>& tried) {
  const std::string what =
      sign_in.auth == AzureAuth::automatic ? "no secret was given, and nothing else: " : "";
  return {ErrorKind::auth, fmt::format("nobody to sign in as: {}{}", what, join(tried, "; ")),
          hint_for(sign_in)};
}

}  // namespace

std::optional<AzureAuth> parse_azure_auth(std::string_view word) noexcept {
  for (const AuthWord& known : k_auth_words) {
    if (known.word == word) return known.auth;
  }
  return std::nullopt;
}

std::string variable(const AzureWorld& world, const char* name) {
  return world.getenv(name).value_or(std::string());
}

OAuthOptions azure_oauth_options(const AzureSignIn& sign_in, const std::string& audience) {
  OAuthOptions options;
  options.connection = sign_in.workspace;
  options.noun = "workspace";
  options.partner = "Microsoft Entra";
  options.address_option = "authority";
  options.grant = "client_credentials";
  options.refused_hint =
      entra::refused_hint({.client_id = sign_in.client_id,
                           .tenant = sign_in.tenant,
                           .authority = sign_in.authority,
                           .resource = audience,
                           .then = "itsmc workspace test " + sign_in.workspace,
                           .unknown_resource = "it is the name of one cloud: choose --cloud "
                                               "public, usgov or china, and --authority to it"});
  return options;
}

struct AzureIdentity::Parts {
  AzureSignIn sign_in;
  AzureWorld world;
  AzureSources sources;  // refer to both
  std::mutex searching;
  mutable std::mutex mutex;
  AzureSource* found = nullptr;

  [[nodiscard]] AzureSource* chosen() const {
    const std::scoped_lock hold(mutex);
    return found;
  }
  /// Throws Error for a refusal, named by its source.
  [[nodiscard]] std::variant<Token, NotHere> ask(AzureSource& source,
                                                 const TokenRequest& request) const {
    try {
      return source.ask(request);
    } catch (Error& error) {
      throw Error(error.while_doing(source.words()));
    }
  }
  [[nodiscard]] Token search(const TokenRequest& request) {
    std::vector<std::string> tried;
    for (const auto& source : sources) {
      auto answer = ask(*source, request);
      if (auto* token = std::get_if<Token>(&answer)) {
        const std::scoped_lock hold(mutex);
        found = source.get();
        return std::move(*token);
      }
      tried.push_back(fmt::format("{}: {}", source->words(), std::get<NotHere>(answer).why));
    }
    throw nobody(sign_in, tried);
  }
  [[nodiscard]] Token by_the_chosen(AzureSource& source, const TokenRequest& request) const {
    auto answer = ask(source, request);
    if (auto* token = std::get_if<Token>(&answer)) return std::move(*token);
    throw nobody(sign_in, {fmt::format("{}: {}", source.words(), std::get<NotHere>(answer).why)});
  }
};

AzureIdentity::AzureIdentity(AzureSignIn sign_in, AzureWorld world)
    : parts_(std::make_unique<Parts>()) {
  parts_->sign_in = std::move(sign_in);
  parts_->world = std::move(world);
  parts_->sources = sources_for({parts_->sign_in, parts_->world});
}

AzureIdentity::~AzureIdentity() = default;

std::string AzureIdentity::source() const {
  const AzureSource* const chosen = parts_->chosen();
  return chosen == nullptr ? std::string() : chosen->words();
}

Token AzureIdentity::token(const std::string& audience, const Wire& wire,
                           const std::stop_token& stop) {
  const TokenRequest request{audience, wire, stop};
  if (AzureSource* chosen = parts_->chosen()) return parts_->by_the_chosen(*chosen, request);
  const std::scoped_lock one_search(parts_->searching);
  // Another thread may have searched while we waited.
  if (AzureSource* chosen = parts_->chosen()) return parts_->by_the_chosen(*chosen, request);
  return parts_->search(request);
}

std::unique_ptr<Authorizer> make_azure_credential(std::shared_ptr<AzureIdentity> identity,
                                                  const std::string& workspace,
                                                  const std::string& audience, Wire wire) {
  RenewalOptions options{.key = workspace + " " + audience,
                         .partner = "Microsoft Entra",
                         .sign_in_hint = "itsmc workspace test " + workspace,
                         .early = k_early};
  Grant grant = [identity = std::move(identity), audience, wire](const std::optional<Token>&,
                                                                 const std::stop_token& stop) {
    return identity->token(audience, wire, stop);
  };
  return make_renewed_tokens(std::move(options), std::move(grant), std::move(wire));
}

}  // namespace itsmc::http
