#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/log.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/core/time.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {

struct Token {
  Secret access;
  Secret refresh;                              // may be empty
  Timestamp expires_at{};                      // of the access token, by our clock
  std::optional<Timestamp> refresh_issued_at;  // when a credential grant last gave it
  friend bool operator==(const Token&, const Token&) = default;
};

/// A sign-in that was refused, kept so that no unattended run repeats it. What was offered is known
/// by marks: salted, and cut to 16 bits, so that they betray nothing.
struct SignInRefusal {
  Timestamp at{};
  std::string words;    // "ServiceNow refused the sign-in: access_denied, server_error (401)"
  std::string salt;     // of both marks
  std::string offered;  // of user, client and their secrets; empty: no secret was at hand to offer
  std::string refresh;  // of the refresh token that was refused before; empty: none was
  friend bool operator==(const SignInRefusal&, const SignInRefusal&) = default;
};

/// Tokens kept between runs, by connection. Safe between threads and processes.
class TokenStore {
 public:
  virtual ~TokenStore() = default;
  [[nodiscard]] virtual std::optional<Token> load(const std::string& connection) const = 0;
  /// Under a lock: reads again, and calls `fetch` only if the kept token is still the `stale` one
  /// (or there is none). Returns what is kept afterwards. What `fetch` throws passes through. A new
  /// token ends what was refused.
  virtual Token renew(const std::string& connection, const std::optional<Token>& stale,
                      const std::function<Token(const std::optional<Token>&)>& fetch,
                      std::stop_token stop) = 0;
  /// What was refused, too. True when there was a token.
  virtual bool forget(const std::string& connection) = 0;
  /// The last sign-in that was refused, if none was granted since.
  [[nodiscard]] virtual std::optional<SignInRefusal> refusal(
      const std::string& connection) const = 0;
  /// In place of the one before. To be called within `fetch`, so that whoever waits sees it.
  virtual void keep_refusal(const std::string& connection, const SignInRefusal& refusal) = 0;
};

/// What becomes of a secret that the instance has refused: nobody offers it again by itself, as a
/// few of them lock the user; a person who types a command knows what is tried.
enum class RefusedSecret : std::uint8_t { withheld, tried };

/// What every exchange needs from outside. The references outlive whoever took the Wire.
struct Wire {
  std::function<std::unique_ptr<Transport>()> new_transport;
  Clock& clock;
  TokenStore& tokens;
  Log log;
  std::function<double()> jitter;  // [0,1)
  RefusedSecret refused = RefusedSecret::withheld;
};

/// Puts credentials on requests. Safe from several threads.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  /// The Authorization header's value, renewed early when it is about to expire. Throws
  /// Error(auth) when a sign-in is needed, Error(unavailable) and the like from the token endpoint.
  [[nodiscard]] virtual std::string authorization(std::stop_token stop) = 0;
  /// After a 401 to a request that carried `used`: true when a different token is now at hand. Asks
  /// the token endpoint at most once for each refused token, however many threads ask.
  virtual bool renew(const std::string& used, std::stop_token stop) = 0;
};

/// How a partner's token endpoint is asked. One row of differences instead of a class each.
struct OAuthOptions {
  std::string connection;           // key in the TokenStore, and for messages
  std::string noun = "connection";  // what it is: "itsmc NOUN test NAME" is a hint
  std::string partner;              // "ServiceNow"
  std::string token_url;
  std::string_view address_option = "url";  // of `itsmc NOUN edit`: where the token's host is said
  std::vector<std::pair<std::string, std::string>> fixed_fields;  // client_id, scope...
  std::string grant = "password";                                 // or "client_credentials"
  std::string username;
  Secret client_secret;              // empty: not sent
  bool needs_client_secret = false;  // without one nobody is asked
  std::string client_secret_hint;    // what to type where it is needed and empty
  /// Asked only when a credential grant is needed; absent when nobody can give it now.
  std::function<std::optional<Secret>()> password;
  /// A refused sign-in explained, from the server's words: causes and next step. Absent: signing in
  /// again is the next step.
  std::function<std::string(std::string_view words)> refused_hint;
  bool refresh_extends_refresh_token = false;
  /// What sends us from a failed refresh to the credential grant: a refusal, or any answer at all,
  /// where a product does not say how it refuses (cherwell reference 2).
  enum class AfterRefresh : std::uint8_t { refused, answered } grant_when = AfterRefresh::refused;
};
/// Sign-in order: kept access token; refresh token; credential grant (if the password is at hand).
/// Never more than one request to the token endpoint after a refusal (accounts get locked), and
/// none where the store knows that the same secrets were refused: Error(auth) says when.
[[nodiscard]] std::unique_ptr<Authorizer> make_oauth(OAuthOptions options, Wire wire);

/// A credential grant now, whatever is kept: `connection login`. Replaces the kept token. Throws.
Token sign_in(const OAuthOptions& options, const Wire& wire, std::stop_token stop);

/// What a token endpoint answered: {"access_token":"..","refresh_token":"..","expires_in":1799}
/// (fixture oauth_token_200_password_grant.json). Numbers may come as strings (Entra v1). Pure.
/// Throws Error(auth) for an OAuth error, Error(protocol|unavailable) for anything else; `partner`
/// is for the message.
[[nodiscard]] Token parse_token_answer(const Response& response, std::string_view plain_body,
                                       Timestamp now, const OAuthOptions& options);

}  // namespace itsmc::http
