#include <optional>
#include <utility>

#include <fmt/format.h>

#include "http/renewed_tokens.hpp"
#include "http/token_endpoint.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::http {
namespace {

/// Another process may renew while we do.
constexpr int k_store_tries = 3;

std::string login_command(const OAuthOptions& options) {
  return "itsmc connection login " + options.connection;
}

Error sign_in_needed(const OAuthOptions& options, const std::optional<Error>& refused) {
  const std::string why =
      refused ? ": the kept sign-in is no longer good: " + refused->text() : std::string();
  return {ErrorKind::auth, fmt::format("{} needs a sign-in{}", options.partner, why),
          login_command(options)};
}

/// Tokens by OAuth: refreshed, or granted for credentials.
class OAuth {
 public:
  OAuth(OAuthOptions options, Wire wire)
      : options_(std::move(options)), wire_(std::move(wire)), endpoint_(options_, wire_) {}
  OAuth(const OAuth&) = delete;
  OAuth& operator=(const OAuth&) = delete;

  [[nodiscard]] Token grant(const std::optional<Token>& kept, const std::stop_token& stop) const {
    std::optional<Error> refused;
    if (kept && !kept->refresh.empty()) {
      try {
        return endpoint_.refresh_grant(*kept, stop);
      } catch (const Error& error) {
        if (!sends_to_grant(error)) throw;
        refused = error;
      }
      wire_.log(LogLevel::info, options_.connection + ": the refresh token was refused");
    }
    if (options_.grant != "password") return endpoint_.credential_grant(Secret(), stop);
    const auto password = options_.password ? options_.password() : std::nullopt;
    // An endpoint that is down for the moment may take the refresh token later.
    const bool passing = refused && refused->kind() == ErrorKind::unavailable;
    if (!password && passing) throw Error(*refused);
    if (!password) throw sign_in_needed(options_, refused);
    return endpoint_.credential_grant(*password, stop);
  }

 private:
  [[nodiscard]] bool sends_to_grant(const Error& refresh_error) const {
    const ErrorKind kind = refresh_error.kind();
    if (kind == ErrorKind::auth) return true;
    return options_.grant_when == OAuthOptions::AfterRefresh::answered &&
           (kind == ErrorKind::protocol || kind == ErrorKind::unavailable);
  }

  OAuthOptions options_;
  Wire wire_;
  TokenEndpoint endpoint_;  // refers to the two above
};

}  // namespace

std::unique_ptr<Authorizer> make_oauth(OAuthOptions options, Wire wire) {
  // Renewed a minute before its end, as ServiceNow's own client does (servicenow reference 1.2).
  RenewalOptions renewal{.key = options.connection,
                         .partner = options.partner,
                         .sign_in_hint = login_command(options)};
  auto oauth = std::make_shared<OAuth>(std::move(options), wire);
  Grant grant = [oauth](const std::optional<Token>& kept, const std::stop_token& stop) {
    return oauth->grant(kept, stop);
  };
  return make_renewed_tokens(std::move(renewal), std::move(grant), std::move(wire));
}

Token sign_in(const OAuthOptions& options, const Wire& wire, std::stop_token stop) {
  // Asked before the store's lock is taken: a prompt may stand for minutes.
  std::optional<Secret> password;
  if (options.grant == "password") {
    if (options.password) password = options.password();
    if (!password) throw sign_in_needed(options, std::nullopt);
  }
  const TokenEndpoint endpoint(options, wire);
  for (int i = 0; i < k_store_tries; ++i) {
    bool asked = false;
    const auto stale = wire.tokens.load(options.connection);
    Token kept = wire.tokens.renew(
        options.connection, stale,
        [&](const std::optional<Token>&) {
          asked = true;
          return endpoint.credential_grant(password.value_or(Secret()), stop);
        },
        stop);
    if (asked) return kept;  // else another process was quicker: what it kept is replaced, too
  }
  throw Error(ErrorKind::locked,
              fmt::format("another process keeps signing in to \"{}\"", options.connection),
              login_command(options));
}

}  // namespace itsmc::http
