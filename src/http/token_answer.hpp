#pragma once

#include <string_view>
#include <variant>

#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::http {

/// As parse_token_answer, with the failure as a value. Only `throttled` and `unavailable` may pass
/// by themselves; `auth` and `protocol` are final. Pure.
[[nodiscard]] std::variant<Token, Error> read_token_answer(const Response& response,
                                                           std::string_view plain_body,
                                                           Timestamp now,
                                                           const OAuthOptions& options);

}  // namespace itsmc::http
