#pragma once

#include <string_view>
#include <variant>

#include "http/secret_mask.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::http {

/// What an answer is read with. The references outlive the reading.
struct Reading {
  const OAuthOptions& options;
  const SecretMask& secrets;  // what the request held: never in a message
  Timestamp now;
};

/// As parse_token_answer, with the failure as a value. Only `throttled` and `unavailable` may pass
/// by themselves; `auth` and `protocol` are final. Pure.
[[nodiscard]] std::variant<Token, Error> read_token_answer(const Response& response,
                                                           std::string_view plain_body,
                                                           const Reading& reading);

}  // namespace itsmc::http
