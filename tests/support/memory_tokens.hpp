#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "itsmc/http/auth.hpp"

namespace itsmc::test {

/// A TokenStore in memory: the same promises between threads. Counts nothing, checks nothing.
class MemoryTokens : public http::TokenStore {
 public:
  [[nodiscard]] std::optional<http::Token> load(const std::string& connection) const override {
    const std::scoped_lock hold(mutex_);
    const auto found = kept_.find(connection);
    return found == kept_.end() ? std::nullopt : std::optional(found->second);
  }
  http::Token renew(const std::string& connection, const std::optional<http::Token>& stale,
                    const std::function<http::Token(const std::optional<http::Token>&)>& fetch,
                    std::stop_token) override {
    const std::scoped_lock one_at_a_time(renewing_);
    const std::optional<http::Token> kept = load(connection);
    if (kept && kept != stale) return *kept;
    http::Token fresh = fetch(kept);
    keep(connection, fresh);
    return fresh;
  }
  bool forget(const std::string& connection) override {
    const std::scoped_lock hold(mutex_);
    return kept_.erase(connection) > 0;
  }
  /// As another process would.
  void keep(const std::string& connection, const http::Token& token) {
    const std::scoped_lock hold(mutex_);
    kept_.insert_or_assign(connection, token);
  }

 private:
  mutable std::mutex mutex_;
  std::mutex renewing_;
  std::map<std::string, http::Token> kept_;
};

}  // namespace itsmc::test
