// Microsoft Entra as one simulated directory: token endpoint, discovery, and the check that an API
// makes of a bearer. Written from azure reference 1, provance reference 2 and scsm reference 3.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entra/aadsts.hpp"
#include "entra/assertions.hpp"
#include "entra/settings.hpp"
#include "shared/product.hpp"

namespace itsmc::sim::entra {

// v1: /{tenant}/oauth2/token with `resource`, numbers as strings. v2: /{tenant}/oauth2/v2.0/token
// with `scope`, numbers as numbers.
enum class Version { v1, v2 };

// What a token says.
struct Claims {
  std::string audience;  // the resource as it was asked for, trailing slash included
  std::string client;
  std::string user;  // empty: the app itself
  std::string scopes;
  Version version = Version::v2;
  std::string object_id{};  // whom the token is about; the directory fills it in
};

// Claims, or why the bearer is not good here.
struct Checked {
  std::optional<Claims> claims;
  std::string reason;
};

// The directory IS one Entra authority with one tenant. An API product holds one, gives it the
// requests that it owns, and asks it about bearers. Lifetimes of tokens run on a steady real clock,
// so that moving the instance's clock does not end sign-ins. Thread-safe; the bench must outlive
// it.
class Directory {
 public:
  Directory(Settings settings, Bench& bench) : settings_(std::move(settings)), bench_(bench) {}

  // Whether a request's path is the directory's: /{tenant}/oauth2/..., discovery, keys.
  static bool owns(std::string_view path);
  // Answers such a request, faults of entra::fault_names() included.
  Reply answer(const Request& request, const Firing& firing);
  // Checks "Bearer ..." (the whole Authorization value). The audience must equal one of those
  // given, to the letter.
  Checked check(std::string_view authorization, std::span<const std::string> audiences) const;
  // A bearer as a managed identity's endpoint hands it out: one that check() knows from now on.
  std::string mint(const Claims& claims, std::int64_t seconds);
  // How long access tokens live now.
  [[nodiscard]] std::int64_t access_seconds() const;
  // What client certificates and federated issuers the directory trusts.
  Assertions& assertions() { return assertions_; }
  // tokens/expire[?refresh=1], tokens/unlock, tokens?expires_in=, resource?uri=; nothing when
  // `what` is none of them.
  std::optional<Reply> control(const std::string& what, const Request& request);
  // Every access token ends now.
  void expire_access();
  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  // One token request as read, before it is judged.
  struct Ask {
    const Request& request;
    const Firing& firing;
    Fields form;
    std::string tenant;  // as in the path
    Version version = Version::v2;
    std::string secret;     // from the form or from HTTP Basic
    std::string client_id;  // likewise

    [[nodiscard]] std::string field(std::string_view name) const;
  };
  struct Target {
    std::string audience;
    std::string scopes;  // "user_impersonation .default"
    bool offline = false;
    bool openid = false;
  };
  struct Grant {
    Claims claims;
    std::int64_t until_ms = 0;
    std::int64_t issued = 0;
  };

  Reply token(const Request& request, const Firing& firing);
  Reply judged(const Ask& ask);
  Reply password_grant(const Ask& ask, const App& app);
  Reply client_grant(const Ask& ask);
  Reply refresh_grant(const Ask& ask);
  Reply issue(const Ask& ask, const Claims& claims, const Target& target);
  Reply shaped(const Ask& ask, const Grant& grant, std::string body);
  Reply refuse(const Ask& ask, int code, std::string value = {}) const;
  std::optional<Reply> faulty(const Ask& ask) const;
  std::optional<Reply> wrong_client(const Ask& ask, const App* app) const;
  // What the scope or resource names; an error's answer when it names nothing.
  std::optional<Reply> read_target(const Ask& ask, Target& target) const;
  std::optional<Reply> read_scope(const Ask& ask, Target& target) const;
  // Judges client_assertion, which stands in for a secret.
  std::optional<Reply> wrong_assertion(const Ask& ask) const;
  // 0, or the AADSTS code that refuses the sign-in; counts bad passwords.
  int wrong_password(const Ask& ask);
  // Of the user or the app's service principal; empty when it has none.
  [[nodiscard]] std::string object_of(const Claims& claims) const;
  [[nodiscard]] std::string payload_of(const Grant& grant) const;
  [[nodiscard]] std::string id_token_of(const Ask& ask, const Claims& claims) const;
  [[nodiscard]] bool is_tenant(std::string_view name) const;
  [[nodiscard]] bool known_resource(const Ask& ask, const std::string& uri) const;
  Reply discovery(const Request& request) const;
  Reply instance_discovery(const Request& request) const;

  Settings settings_;
  Bench& bench_;
  Assertions assertions_;
  mutable std::mutex mutex_;
  std::map<std::string, Grant, std::less<>> access_;
  std::map<std::string, Grant, std::less<>> refresh_;
  std::int64_t access_seconds_ = 3599;
  int bad_passwords_ = 0;
};

}  // namespace itsmc::sim::entra
