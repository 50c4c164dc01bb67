#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "http/token_endpoint.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;

/// Renewed so long before its end, as ServiceNow's own client does (servicenow reference 1.2).
constexpr milliseconds k_early{60'000};
/// Threads that queued behind a failed renewal take its failure instead of asking again.
constexpr milliseconds k_failure_holds{10'000};
constexpr int k_store_tries = 3;

std::string bearer(const Token& token) {
  return "Bearer " + token.access.reveal();
}

std::string login_command(const OAuthOptions& options) {
  return "itsmc connection login " + options.connection;
}

Error sign_in_needed(const OAuthOptions& options, const std::optional<Error>& refused) {
  const std::string why =
      refused ? ": the kept sign-in is no longer good: " + refused->text() : std::string();
  return {ErrorKind::auth, fmt::format("{} needs a sign-in{}", options.partner, why),
          login_command(options)};
}

/// Tokens by OAuth: kept, refreshed, or granted for credentials. Safe from several threads; one
/// asks the endpoint, the others wait for what it gets.
class OAuth : public Authorizer {
 public:
  OAuth(OAuthOptions options, Wire wire)
      : options_(std::move(options)), wire_(std::move(wire)), endpoint_(options_, wire_) {}
  OAuth(const OAuth&) = delete;
  OAuth& operator=(const OAuth&) = delete;

  std::string authorization(std::stop_token stop) override {
    const std::scoped_lock hold(mutex_);
    if (!token_) token_ = wire_.tokens.load(options_.connection);
    if (!token_ || !is_good(*token_, "")) obtain("", std::move(stop));
    return bearer(*token_);
  }

  bool renew(const std::string& used, std::stop_token stop) override {
    const std::scoped_lock hold(mutex_);
    if (token_ && bearer(*token_) != used) return true;
    // ServiceNow gives the same token again while it is valid: then asking more changes nothing.
    if (renewed_in_vain_ == used) return false;
    obtain(used, std::move(stop));
    if (bearer(*token_) != used) return true;
    renewed_in_vain_ = used;
    return false;
  }

 private:
  /// Why the last renewal failed, so that nobody asks the same question again.
  struct Refusal {
    Error error;
    std::optional<Token> stale;
    Timestamp at{};
  };

  [[nodiscard]] bool is_good(const Token& token, const std::string& refused) const {
    return bearer(token) != refused && wire_.clock.now() + early_ < token.expires_at;
  }

  /// Leaves a good token in `token_`, or throws. `refused` is the header that got a 401, if any.
  void obtain(const std::string& refused, std::stop_token stop) {
    rethrow_refusal(refused);
    try {
      for (int i = 0; i < k_store_tries; ++i) {
        bool asked = false;
        const auto fetch = [this, &asked, &stop](const std::optional<Token>& kept) {
          asked = true;
          return grant(kept, stop);
        };
        token_ = wire_.tokens.renew(options_.connection, token_, fetch, stop);
        if (asked) note_lifetime(*token_);
        if (asked || is_good(*token_, refused)) return;
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::cancelled) {
        refusal_ = Refusal{error, token_, wire_.clock.now()};
      }
      throw;
    }
    throw Error(ErrorKind::auth,
                fmt::format("{}'s kept sign-in changes all the time", options_.partner),
                login_command(options_));
  }

  /// A refused sign-in stays refused for this object, until somebody else (`connection login`)
  /// keeps another token; any other failure holds for those who waited with us.
  void rethrow_refusal(const std::string& refused) {
    if (!refusal_) return;
    const auto kept = wire_.tokens.load(options_.connection);
    const bool replaced = kept && kept != refusal_->stale && bearer(*kept) != refused;
    const bool lasting = refusal_->error.kind() == ErrorKind::auth;
    const bool recent = wire_.clock.now() - refusal_->at < k_failure_holds;
    if (!replaced && (lasting || recent)) throw Error(refusal_->error);
    refusal_.reset();
  }

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

  [[nodiscard]] bool sends_to_grant(const Error& refresh_error) const {
    const ErrorKind kind = refresh_error.kind();
    if (kind == ErrorKind::auth) return true;
    return options_.grant_when == OAuthOptions::AfterRefresh::answered &&
           (kind == ErrorKind::protocol || kind == ErrorKind::unavailable);
  }

  /// A token that lives shorter than the usual margin would be renewed before each request.
  void note_lifetime(const Token& token) {
    const milliseconds lifetime = token.expires_at - wire_.clock.now();
    early_ = std::clamp(lifetime / 4, milliseconds(0), k_early);
  }

  OAuthOptions options_;
  Wire wire_;
  TokenEndpoint endpoint_;  // refers to the two above
  std::mutex mutex_;
  std::optional<Token> token_;
  milliseconds early_ = k_early;
  std::string renewed_in_vain_;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::unique_ptr<Authorizer> make_oauth(OAuthOptions options, Wire wire) {
  return std::make_unique<OAuth>(std::move(options), std::move(wire));
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
