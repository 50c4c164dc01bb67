#include <optional>
#include <utility>

#include <fmt/format.h>

#include "http/renewed_tokens.hpp"
#include "http/sign_in_refusal.hpp"
#include "http/token_endpoint.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/entra.hpp"

namespace itsmc::http {
namespace {

/// Another process may renew while we do.
constexpr int k_store_tries = 3;

Error sign_in_needed(const OAuthOptions& options, const std::optional<Error>& refused) {
  const std::string why =
      refused ? ": the kept sign-in is no longer good: " + refused->text() : std::string();
  return {ErrorKind::auth, fmt::format("{} needs a sign-in{}", options.partner, why),
          login_hint(options)};
}

/// Asked without its secret, the instance would say no more than that it refuses.
void refuse_without_client_secret(const OAuthOptions& options) {
  if (!options.needs_client_secret || !options.client_secret.empty()) return;
  throw Error(ErrorKind::auth,
              fmt::format("{} needs a sign-in: no client secret is kept", options.partner),
              options.client_secret_hint);
}

/// What was refused: the credential grant (`password`; absent: none was at hand), the refresh
/// before it (`kept`; null: there was none), or both.
struct Refused {
  std::optional<Secret> password;
  const Token* kept;
};

/// What cannot be kept is logged: the refusal itself is what people have to know.
void keep(const OAuthOptions& options, const Wire& wire, const SignInRefusal& refusal) {
  try {
    wire.tokens.keep_refusal(options.connection, refusal);
  } catch (const Error& unkept) {
    wire.log(LogLevel::warning, fmt::format("{}: that the sign-in was refused cannot be kept: {}",
                                            options.connection, unkept.text()));
  }
}

void note_refusal(const OAuthOptions& options, const Wire& wire, const Error& error,
                  const Refused& refused) {
  SignInRefusal refusal{.at = wire.clock.now(), .words = error.text()};
  refusal.salt = make_salt(refusal.at, wire.jitter());
  const bool by_secret = !entra::is_granted_there(entra::code_in(error.text()).value_or(0));
  if (refused.password && by_secret) {
    refusal.offered = mark_of(offer_of(options, *refused.password), refusal.salt);
  }
  if (refused.kept != nullptr) {
    refusal.refresh = mark_of(refresh_offer_of(options, *refused.kept), refusal.salt);
  }
  keep(options, wire, refusal);
}

/// A credential grant whose refusal is kept.
struct Offering {
  const OAuthOptions& options;
  const Wire& wire;
  const TokenEndpoint& endpoint;

  /// `refused_before`: the token that could not be refreshed; null: there was none.
  [[nodiscard]] Token ask(const Secret& password, const Token* refused_before,
                          const std::stop_token& stop) const {
    try {
      return endpoint.credential_grant(password, stop);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::auth) {
        note_refusal(options, wire, error, {password, refused_before});
      }
      throw;
    }
  }
};

/// Tokens by OAuth: refreshed, or granted for credentials.
class OAuth {
 public:
  OAuth(OAuthOptions options, Wire wire)
      : options_(std::move(options)),
        wire_(std::move(wire)),
        endpoint_(options_, wire_),
        offering_{options_, wire_, endpoint_} {}
  OAuth(const OAuth&) = delete;
  OAuth& operator=(const OAuth&) = delete;

  [[nodiscard]] Token grant(const std::optional<Token>& kept, const std::stop_token& stop) const {
    refuse_without_client_secret(options_);
    const std::optional<SignInRefusal> known = known_refusal();
    std::optional<Error> refused;
    const bool refreshable = kept && !kept->refresh.empty();
    if (refreshable && known && withholds_refresh(*known, refresh_offer_of(options_, *kept))) {
      refused = Error(ErrorKind::auth, known->words);
    } else if (refreshable) {
      try {
        return endpoint_.refresh_grant(*kept, stop);
      } catch (const Error& error) {
        if (!sends_to_grant(error)) throw;
        refused = error;
      }
      wire_.log(LogLevel::info, options_.connection + ": the refresh token was refused");
    }
    return credential_grant(known, {refused, refused ? &*kept : nullptr}, stop);
  }

 private:
  /// A refresh that was refused before, by now or by an earlier run.
  struct Refresh {
    std::optional<Error> refused;
    const Token* kept;
  };

  [[nodiscard]] std::optional<SignInRefusal> known_refusal() const {
    if (wire_.refused == RefusedSecret::tried) return std::nullopt;
    return wire_.tokens.refusal(options_.connection);
  }

  [[nodiscard]] Token credential_grant(const std::optional<SignInRefusal>& known,
                                       const Refresh& refresh, const std::stop_token& stop) const {
    const std::optional<Secret> password = password_at_hand();
    if (!password) {
      // An endpoint that is down for the moment may take the refresh token later.
      const bool passing = refresh.refused && refresh.refused->kind() == ErrorKind::unavailable;
      if (passing) throw Error(*refresh.refused);
      if (refresh.refused && !known) {
        note_refusal(options_, wire_, *refresh.refused, {password, refresh.kept});
      }
      throw sign_in_needed(options_, refresh.refused);
    }
    if (known && withholds(*known, offer_of(options_, *password))) {
      if (refresh.kept != nullptr) add_refresh(*known, *refresh.kept);
      throw withheld_error(options_, *known);
    }
    return offering_.ask(*password, refresh.kept, stop);
  }

  /// The refresh that was refused just now is not asked for again either.
  void add_refresh(const SignInRefusal& known, const Token& kept) const {
    SignInRefusal more = known;
    more.refresh = mark_of(refresh_offer_of(options_, kept), known.salt);
    if (more != known) keep(options_, wire_, more);
  }

  /// Empty where the grant needs none; absent where nobody can give it now.
  [[nodiscard]] std::optional<Secret> password_at_hand() const {
    if (options_.grant != "password") return Secret();
    return options_.password ? options_.password() : std::nullopt;
  }

  [[nodiscard]] bool sends_to_grant(const Error& refresh_error) const {
    const ErrorKind kind = refresh_error.kind();
    if (kind == ErrorKind::auth) return true;
    return options_.grant_when == OAuthOptions::AfterRefresh::answered &&
           (kind == ErrorKind::protocol || kind == ErrorKind::unavailable);
  }

  OAuthOptions options_;
  Wire wire_;
  TokenEndpoint endpoint_;  // refers to the two above
  Offering offering_;       // and this to all three
};

}  // namespace

std::unique_ptr<Authorizer> make_oauth(OAuthOptions options, Wire wire) {
  // Renewed a minute before its end, as ServiceNow's own client does (servicenow reference 1.2).
  RenewalOptions renewal{
      .key = options.connection, .partner = options.partner, .sign_in_hint = login_hint(options)};
  auto oauth = std::make_shared<OAuth>(std::move(options), wire);
  Grant grant = [oauth](const std::optional<Token>& kept, const std::stop_token& stop) {
    return oauth->grant(kept, stop);
  };
  return make_renewed_tokens(std::move(renewal), std::move(grant), std::move(wire));
}

Token sign_in(const OAuthOptions& options, const Wire& wire, std::stop_token stop) {
  refuse_without_client_secret(options);
  // Asked before the store's lock is taken: a prompt may stand for minutes.
  std::optional<Secret> password;
  if (options.grant == "password") {
    if (options.password) password = options.password();
    if (!password) throw sign_in_needed(options, std::nullopt);
  }
  const TokenEndpoint endpoint(options, wire);
  const Offering offering{options, wire, endpoint};
  for (int i = 0; i < k_store_tries; ++i) {
    bool asked = false;
    const auto stale = wire.tokens.load(options.connection);
    Token kept = wire.tokens.renew(
        options.connection, stale,
        [&](const std::optional<Token>&) {
          asked = true;
          return offering.ask(password.value_or(Secret()), nullptr, stop);
        },
        stop);
    if (asked) return kept;  // else another process was quicker: what it kept is replaced, too
  }
  throw Error(ErrorKind::locked,
              fmt::format("another process keeps signing in to \"{}\"", options.connection),
              login_hint(options));
}

}  // namespace itsmc::http
