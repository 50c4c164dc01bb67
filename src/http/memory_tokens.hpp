#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "itsmc/http/auth.hpp"

namespace itsmc::http {

/// Tokens that are kept for one run only: the promises of TokenStore between threads.
class MemoryTokens : public TokenStore {
 public:
  [[nodiscard]] std::optional<Token> load(const std::string& connection) const override {
    const std::scoped_lock hold(mutex_);
    const auto found = kept_.find(connection);
    return found == kept_.end() ? std::nullopt : std::optional(found->second);
  }
  Token renew(const std::string& connection, const std::optional<Token>& stale,
              const std::function<Token(const std::optional<Token>&)>& fetch,
              std::stop_token) override {
    const std::scoped_lock one_at_a_time(renewing_);
    const std::optional<Token> kept = load(connection);
    if (kept && kept != stale) return *kept;
    Token fresh = fetch(kept);
    keep(connection, fresh);
    const std::scoped_lock hold(mutex_);
    refused_.erase(connection);
    return fresh;
  }
  bool forget(const std::string& connection) override {
    const std::scoped_lock hold(mutex_);
    refused_.erase(connection);
    return kept_.erase(connection) > 0;
  }
  [[nodiscard]] std::optional<SignInRefusal> refusal(const std::string& connection) const override {
    const std::scoped_lock hold(mutex_);
    const auto found = refused_.find(connection);
    return found == refused_.end() ? std::nullopt : std::optional(found->second);
  }
  void keep_refusal(const std::string& connection, const SignInRefusal& refusal) override {
    const std::scoped_lock hold(mutex_);
    refused_.insert_or_assign(connection, refusal);
  }
  /// In place of what is kept.
  void keep(const std::string& connection, const Token& token) {
    const std::scoped_lock hold(mutex_);
    kept_.insert_or_assign(connection, token);
  }

 private:
  mutable std::mutex mutex_;
  std::mutex renewing_;
  std::map<std::string, Token> kept_;
  std::map<std::string, SignInRefusal> refused_;
};

}  // namespace itsmc::http
