#include "http/sign_in_refusal.hpp"

#include <initializer_list>
#include <string_view>

#include <fmt/format.h>

#include "itsmc/core/hash.hpp"

namespace itsmc::http {
namespace {

constexpr std::size_t k_mark_digits = 4;
constexpr std::size_t k_salt_digits = 16;

/// Each with its length before it: "ab" and "c" are not "a" and "bc".
Secret joined(std::initializer_list<std::string_view> parts) {
  std::size_t bytes = 0;
  constexpr std::size_t k_longest_length = 24;
  for (const std::string_view part : parts) bytes += part.size() + k_longest_length;
  std::string text;
  text.reserve(bytes);  // growing would leave copies of a secret behind
  for (const std::string_view part : parts) {
    fmt::format_to(std::back_inserter(text), "{}:{}", part.size(), part);
  }
  return Secret(std::move(text));
}

std::string client_of(const OAuthOptions& options) {
  std::string client = options.token_url;
  for (const auto& [name, value] : options.fixed_fields)
    client += fmt::format("\n{}={}", name, value);
  return client;
}

}  // namespace

std::string mark_of(const Secret& offered, const std::string& salt) {
  return hash_text(joined({salt, offered.reveal()}).reveal()).substr(0, k_mark_digits);
}

std::string make_salt(Timestamp now, double drawn) {
  return hash_text(fmt::format("{} {}", now.time_since_epoch().count(), drawn))
      .substr(0, k_salt_digits);
}

Secret offer_of(const OAuthOptions& options, const Secret& password) {
  return joined({client_of(options), options.grant, options.username,
                 options.client_secret.reveal(), password.reveal()});
}

Secret refresh_offer_of(const OAuthOptions& options, const Token& kept) {
  return joined({client_of(options), options.client_secret.reveal(), kept.refresh.reveal()});
}

bool withholds(const SignInRefusal& refusal, const Secret& offer) {
  return !refusal.offered.empty() && refusal.offered == mark_of(offer, refusal.salt);
}

bool withholds_refresh(const SignInRefusal& refusal, const Secret& refresh_offer) {
  return !refusal.offered.empty() && !refusal.refresh.empty() &&
         refusal.refresh == mark_of(refresh_offer, refusal.salt);
}

Error withheld_error(const OAuthOptions& options, const SignInRefusal& refusal) {
  const bool of_user = options.grant == "password";
  return {
      ErrorKind::auth,
      fmt::format("{0} needs a sign-in: the same {1} was refused at {2} ({3}), and is not tried "
                  "again by itself{4}",
                  options.partner, of_user ? "password" : "client secret",
                  format_rfc3339(floor<std::chrono::seconds>(refusal.at)), refusal.words,
                  of_user ? ", lest the user be locked out" : ""),
      fmt::format("another one from the same place is tried; to try this one: {}",
                  login_hint(options))};
}

std::string login_hint(const OAuthOptions& options) {
  std::string login = "itsmc connection login " + options.connection;
  if (!options.needs_client_secret) return login;
  if (options.grant != "password") return login + " --client-secret-file FILE";
  return fmt::format("{0}; with another client secret: {0} --client-secret-file FILE", login);
}

}  // namespace itsmc::http
