#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "itsmc/http/auth.hpp"

namespace itsmc::http {

/// Gets a new token in the place of `kept`; what it throws passes through. Called by one thread at
/// a time for one Authorizer.
using Grant = std::function<Token(const std::optional<Token>& kept, const std::stop_token& stop)>;

struct RenewalOptions {
  std::string key;           // in the TokenStore
  std::string partner;       // for messages
  std::string sign_in_hint;  // the command that signs in anew
  /// Renewed so long before its end; a quarter of its life when that is less.
  std::chrono::milliseconds early{60'000};
};

/// Tokens that are kept, renewed early, and asked for once however many threads need one. A refused
/// sign-in stays refused until somebody else keeps another token. Safe from several threads.
[[nodiscard]] std::unique_ptr<Authorizer> make_renewed_tokens(RenewalOptions options, Grant grant,
                                                              Wire wire);

}  // namespace itsmc::http
