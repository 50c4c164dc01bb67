#include "http/renewed_tokens.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;

/// Threads that queued behind a failed renewal take its failure instead of asking again.
constexpr milliseconds k_failure_holds{10'000};
constexpr int k_store_tries = 3;

std::string bearer(const Token& token) {
  return "Bearer " + token.access.reveal();
}

/// One thread asks, the others wait for what it gets.
class RenewedTokens : public Authorizer {
 public:
  RenewedTokens(RenewalOptions options, Grant grant, Wire wire)
      : options_(std::move(options)), grant_(std::move(grant)), wire_(std::move(wire)) {}
  RenewedTokens(const RenewedTokens&) = delete;
  RenewedTokens& operator=(const RenewedTokens&) = delete;

  std::string authorization(std::stop_token stop) override {
    const std::scoped_lock hold(mutex_);
    if (!token_) token_ = wire_.tokens.load(options_.key);
    if (!token_ || !is_good(*token_, "")) obtain_early(std::move(stop));
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

  /// As `obtain`; but what fails in passing does no harm while the old token is still good.
  void obtain_early(std::stop_token stop) {
    try {
      obtain("", std::move(stop));
    } catch (const Error& error) {
      const bool passing =
          error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::throttled;
      if (!passing || !token_ || wire_.clock.now() >= token_->expires_at) throw;
      wire_.log(LogLevel::info, fmt::format("{}: not renewed yet: {}", options_.key, error.text()));
    }
  }

  /// Leaves a good token in `token_`, or throws. `refused` is the header that got a 401, if any.
  void obtain(const std::string& refused, std::stop_token stop) {
    rethrow_refusal(refused);
    try {
      for (int i = 0; i < k_store_tries; ++i) {
        bool asked = false;
        const auto fetch = [this, &asked, &stop](const std::optional<Token>& kept) {
          asked = true;
          return grant_(kept, stop);
        };
        token_ = wire_.tokens.renew(options_.key, token_, fetch, stop);
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
                options_.sign_in_hint);
  }

  /// A refused sign-in stays refused for this object, until somebody else (`connection login`)
  /// keeps another token; any other failure holds for those who waited with us.
  void rethrow_refusal(const std::string& refused) {
    if (!refusal_) return;
    const auto kept = wire_.tokens.load(options_.key);
    const bool replaced = kept && kept != refusal_->stale && bearer(*kept) != refused;
    const bool lasting = refusal_->error.kind() == ErrorKind::auth;
    const bool recent = wire_.clock.now() - refusal_->at < k_failure_holds;
    if (!replaced && (lasting || recent)) throw Error(refusal_->error);
    refusal_.reset();
  }

  /// A token that lives shorter than the usual margin would be renewed before each request.
  void note_lifetime(const Token& token) {
    const milliseconds lifetime = token.expires_at - wire_.clock.now();
    early_ = std::clamp(lifetime / 4, milliseconds(0), options_.early);
  }

  RenewalOptions options_;
  Grant grant_;
  Wire wire_;
  std::mutex mutex_;
  std::optional<Token> token_;
  milliseconds early_ = options_.early;
  std::string renewed_in_vain_;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::unique_ptr<Authorizer> make_renewed_tokens(RenewalOptions options, Grant grant, Wire wire) {
  return std::make_unique<RenewedTokens>(std::move(options), std::move(grant), std::move(wire));
}

}  // namespace itsmc::http
