#include "cherwell/sign_in.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/rand.h>

#include "cherwell/blueprint.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::cherwell {
namespace {

std::string new_token() {
  unsigned char bytes[72];
  RAND_bytes(bytes, sizeof bytes);
  std::string text =
      encode_base64(std::string_view(reinterpret_cast<const char*>(bytes), sizeof bytes));
  for (auto& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

std::string field_or_empty(const Fields& form, std::string_view name) {
  const auto* value = find_field(form, name);
  return value ? *value : std::string();
}

// {"error":"invalid_client_id","error_description":"Client 12345 is not registered in the system."}
// (vendor page csm_rest_errors, status 400).
Reply token_error(std::string_view error, std::string_view description) {
  return json_reply(400, fmt::format(R"({{"error":{},"error_description":{}}})", quote_json(error),
                                     quote_json(description)));
}

// The client id is a form field, or the user of HTTP Basic with an empty password.
std::string client_of(const Request& request, const Fields& form) {
  std::string named = field_or_empty(form, "client_id");
  if (!named.empty()) return named;
  constexpr std::string_view k_basic = "Basic ";
  const std::string value = request.header("Authorization");
  if (!value.starts_with(k_basic)) return {};
  const std::string pair = decode_base64(std::string_view(value).substr(k_basic.size()));
  return pair.substr(0, std::min(pair.find(':'), pair.size()));
}

std::string mode_of(const Request& request, const Fields& form) {
  std::string mode = request.param_or("auth_mode", "");
  if (mode.empty()) mode = field_or_empty(form, "auth_mode");
  return mode.empty() ? "internal" : lower(mode);
}

bool listed(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (same_text(list.substr(0, end), word)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

Reply as_text_of_json(const Reply& reply) {
  return json_reply(reply.status, quote_json(reply.body ? *reply.body : std::string()));
}

// The vendor's page says only that an error is returned.
Reply refresh_refused() {
  return json_reply(400, R"({"error":"invalid_grant"})");
}

// "17 Jun 2019" -> "17 June 2019": the documentation's sample has whole month names.
std::string long_month(std::string text) {
  static constexpr const char* k_tails[] = {"uary", "ruary", "ch",     "il",   "",      "e",
                                            "y",    "ust",   "tember", "ober", "ember", "ember"};
  static constexpr std::string_view k_months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto at = k_months.find(text.substr(8, 3));
  return text.insert(11, k_tails[at / 3]);
}

Reply spoiled(Reply reply, const Firing& firing) {
  if (!firing.has("no-refresh-token") && !firing.has("long-months")) return reply;
  auto body = nlohmann::json::parse(*reply.body);
  if (firing.has("no-refresh-token")) body.erase("refresh_token");
  if (firing.has("long-months")) {
    for (const char* name : {".issued", ".expires"}) body[name] = long_month(body[name]);
  }
  return json_reply(200, body.dump());
}

}  // namespace

bool SignIn::right_password(const Fields& form, const std::string& mode) const {
  std::string user = field_or_empty(form, "username");
  const auto domain = user.find('\\');
  if (domain != std::string::npos && mode != "internal") user.erase(0, domain + 1);
  return same_text(user, credentials_.user) &&
         field_or_empty(form, "password") == credentials_.password;
}

Reply SignIn::token(const Request& request, const Firing& firing, std::int64_t now) {
  journal_.count("token_requests");
  Reply reply = granted_or_refused(request, firing, now);
  if (reply.status != 200) {
    return firing.has("token-error-as-text") ? as_text_of_json(reply) : reply;
  }
  if (firing.has("token-missing")) return json_reply(200, R"({"token_type":"bearer"})");
  return spoiled(std::move(reply), firing);
}

Reply SignIn::granted_or_refused(const Request& request, const Firing& firing, std::int64_t now) {
  const Fields form = parse_query(request.body);
  const std::string grant = field_or_empty(form, "grant_type");
  const std::string client = client_of(request, form);
  const std::string mode = mode_of(request, form);
  const auto* modes = firing.argument("auth-modes");
  if (request.header("Content-Type").find("application/x-www-form-urlencoded") ==
      std::string::npos) {
    return json_reply(400, R"({"error":"unsupported_grant_type"})");
  }
  if (client != credentials_.client_id || firing.has("client-unknown")) {
    return token_error("invalid_client_id",
                       "Client " + client + " is not registered in the system.");
  }
  if (grant == "refresh_token") {
    return firing.has("refresh-refused") ? refresh_refused() : refresh_grant(form, now);
  }
  if (grant != "password") return json_reply(400, R"({"error":"unsupported_grant_type"})");
  if (firing.has("user-locked")) return token_error("invalid_grant", "The account is locked.");
  if (!listed(modes ? *modes : "Internal,Windows,LDAP,SAML,Auto", mode)) {
    return token_error("invalid_grant", "The authentication mode is not enabled.");
  }
  return password_grant(form, mode, now, licences_of(firing));
}

std::int64_t SignIn::licences_of(const Firing& firing) {
  if (const auto* licences = firing.argument("licences")) return number_or(*licences, 1);
  const std::lock_guard lock(mutex_);
  return licences_;
}

Reply SignIn::password_grant(const Fields& form, const std::string& mode, std::int64_t now,
                             std::int64_t licences) {
  if (!right_password(form, mode)) {
    return token_error("invalid_grant",
                       "Could not login to system with the provided user ID and password.");
  }
  const std::lock_guard lock(mutex_);
  drop_ended();
  if (static_cast<std::int64_t>(pairs_.size()) >= licences) {
    journal_.count("logins_without_licence");
    return token_error("invalid_grant", "No licenses are available.");
  }
  pairs_.push_back({credentials_.user, "", "", 0, 0, std::nullopt});
  most_ = std::max(most_, pairs_.size());
  journal_.count("logins");
  return issue(pairs_.back(), now);
}

Reply SignIn::refresh_grant(const Fields& form, std::int64_t now) {
  const std::string refresh = field_or_empty(form, "refresh_token");
  const std::lock_guard lock(mutex_);
  drop_ended();
  for (auto& pair : pairs_) {
    if (pair.refresh.empty() || pair.refresh != refresh) continue;
    journal_.count("refreshes");
    return issue(pair, now);  // both old tokens end here
  }
  return refresh_refused();
}

Reply SignIn::issue(Pair& pair, std::int64_t now) {
  pair.access = new_token();
  pair.refresh = new_token();
  pair.access_until_ms = steady_() + access_seconds_ * 1000;
  pair.refresh_until_ms = steady_() + refresh_seconds_ * 1000;
  journal_.count("tokens_issued");
  const std::int64_t left = std::max<std::int64_t>(access_seconds_ - 1, 0);
  return json_reply(
      200, fmt::format(R"({{"access_token":"{}","token_type":"bearer","expires_in":{},)"
                       R"("refresh_token":"{}","as:client_id":{},"username":{},".issued":"{}",)"
                       R"(".expires":"{}"}})",
                       pair.access, left, pair.refresh, quote_json(credentials_.client_id),
                       quote_json(pair.user), http_date(now), http_date(now + access_seconds_)));
}

void SignIn::drop_ended() {
  const std::int64_t now = steady_();
  std::erase_if(pairs_, [&](const Pair& pair) {
    return pair.access_until_ms <= now && pair.refresh_until_ms <= now;
  });
  for (auto& pair : pairs_)
    if (pair.refresh_until_ms <= now) pair.refresh.clear();
}

SignIn::Pair* SignIn::pair_of(const Request& request) {
  constexpr std::string_view k_bearer = "bearer ";
  const std::string value = request.header("Authorization");
  if (!same_text(value.substr(0, k_bearer.size()), k_bearer)) return nullptr;
  const std::string token = value.substr(k_bearer.size());
  if (token.empty()) return nullptr;
  for (auto& pair : pairs_)
    if (pair.access == token) return &pair;
  return nullptr;
}

std::optional<Session> SignIn::session(const Request& request, const Firing& firing) {
  if (firing.has("expire-token")) expire_access();
  if (firing.has("refuse-token") || firing.has("api-401-always")) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const Pair* pair = pair_of(request);
  if (!pair || pair->access_until_ms <= steady_()) return std::nullopt;
  return Session{pair->user, pair->culture};
}

void SignIn::logout(const Request& request) {
  const std::lock_guard lock(mutex_);
  const Pair* pair = pair_of(request);
  if (!pair) return;
  journal_.count("logouts");
  pairs_.erase(pairs_.begin() + (pair - pairs_.data()));
}

void SignIn::set_culture(const Request& request, Culture culture) {
  const std::lock_guard lock(mutex_);
  if (Pair* pair = pair_of(request)) pair->culture = culture;
}

void SignIn::expire_access() {
  const std::lock_guard lock(mutex_);
  for (auto& pair : pairs_) {
    pair.access.clear();
    pair.access_until_ms = 0;
  }
}

void SignIn::expire_refresh() {
  const std::lock_guard lock(mutex_);
  for (auto& pair : pairs_) {
    pair.refresh.clear();
    pair.refresh_until_ms = 0;
  }
}

void SignIn::set_lifetimes(std::optional<std::int64_t> access,
                           std::optional<std::int64_t> refresh) {
  const std::lock_guard lock(mutex_);
  if (access) access_seconds_ = *access;
  if (refresh) refresh_seconds_ = *refresh;
}

void SignIn::set_licences(std::int64_t licences) {
  const std::lock_guard lock(mutex_);
  licences_ = licences;
}

std::string SignIn::licences_json() {
  const std::lock_guard lock(mutex_);
  drop_ended();
  return fmt::format(R"({{"licences":{},"in_use":{},"most":{}}})", licences_, pairs_.size(), most_);
}

}  // namespace itsmc::sim::cherwell
