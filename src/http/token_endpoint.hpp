#pragma once

#include <stop_token>

#include "itsmc/core/secret.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::http {

/// A partner's token endpoint: one grant, one token. What is refused throws Error(auth) after
/// exactly one request; only unanswered requests, 429 and 5xx are repeated, and a password only
/// after 429 and 503, or once when the connection was never made. References outlive it.
class TokenEndpoint {
 public:
  TokenEndpoint(const OAuthOptions& options, const Wire& wire) : options_(options), wire_(wire) {}

  /// By user and password, or by the client's own secret. The token's refresh time begins now.
  [[nodiscard]] Token credential_grant(const Secret& password, const std::stop_token& stop) const;
  /// Keeps the old refresh token when none comes back, and its age: a refresh does not extend it.
  [[nodiscard]] Token refresh_grant(const Token& kept, const std::stop_token& stop) const;

 private:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] Token ask(Fields grant, const std::stop_token& stop) const;
  [[nodiscard]] Exchange send(const Request& request, const std::stop_token& stop) const;

  const OAuthOptions& options_;
  const Wire& wire_;
};

}  // namespace itsmc::http
