#pragma once

#include "itsmc/config/kept_secrets.hpp"

namespace itsmc::test {

/// What KeptSecrets promises wherever the secrets lie. To be called in a TEST_CASE.
void check_kept_secrets(SecretStore store);

/// A token that tells from others by its access token.
[[nodiscard]] http::Token token_of(const std::string& access);

/// For KeptSecrets::renew: a sign-in that gives this token, and one that must not be asked.
[[nodiscard]] std::function<http::Token(const std::optional<http::Token>&)> gives(
    const http::Token& fresh);
http::Token never(const std::optional<http::Token>& kept);

}  // namespace itsmc::test
