#pragma once

#include <optional>
#include <string>

#include "itsmc/core/error.hpp"
#include "itsmc/core/secret.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::http {

// What a sign-in offers, recognised without being kept. Pure.
/// Four hex digits of the salted text: of 65,536 passwords one has the same, so that a mark
/// confirms no guess.
[[nodiscard]] std::string mark_of(const Secret& offered, const std::string& salt);

/// A refusal's salt: another for each moment and draw (0 to 1).
[[nodiscard]] std::string make_salt(Timestamp now, double drawn);

/// What a credential grant offers: place, client, user and their secrets.
[[nodiscard]] Secret offer_of(const OAuthOptions& options, const Secret& password);
/// What a refresh offers.
[[nodiscard]] Secret refresh_offer_of(const OAuthOptions& options, const Token& kept);

/// True when this very credential grant was refused.
[[nodiscard]] bool withholds(const SignInRefusal& refusal, const Secret& offer);
/// True when this very refresh was refused, and what would follow it, too.
[[nodiscard]] bool withholds_refresh(const SignInRefusal& refusal, const Secret& refresh_offer);

/// Error(auth) for what is not offered again: when it was refused, in whose words, what to type.
[[nodiscard]] Error withheld_error(const OAuthOptions& options, const SignInRefusal& refusal);

/// The command that signs in; with a client secret, also how to give another.
[[nodiscard]] std::string login_hint(const OAuthOptions& options);

}  // namespace itsmc::http
