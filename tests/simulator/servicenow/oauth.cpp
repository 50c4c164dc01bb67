#include "servicenow/oauth.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include "shared/clock.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::string_view k_guest = "guest";

// 401 {"error_description":"access_denied","error":"server_error"}: one answer for a bad client,
// a bad user, a locked one and a wrong set-up (fixture oauth_errors.json).
Reply denied() {
  return json_reply(401, R"({"error_description":"access_denied","error":"server_error"})");
}

// 86 letters and digits with '-' and '_', as recorded tokens are.
std::string new_token() {
  unsigned char bytes[66];
  RAND_bytes(bytes, sizeof bytes);
  std::string text =
      encode_base64(std::string_view(reinterpret_cast<const char*>(bytes), sizeof bytes));
  for (auto& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text.substr(0, 86);
}

std::string field_or_empty(const Fields& form, std::string_view name) {
  const auto* value = find_field(form, name);
  return value ? *value : std::string();
}

}  // namespace

bool OAuth::right_client(const Fields& form) const {
  return field_or_empty(form, "client_id") == credentials_.client_id &&
         field_or_empty(form, "client_secret") == credentials_.client_secret;
}

bool OAuth::right_password(const std::string& user, const std::string& password) {
  const std::lock_guard lock(mutex_);
  if (bad_passwords_ >= lockout_) return false;
  const bool right = user == credentials_.user && password == credentials_.password;
  bad_passwords_ = right ? 0 : bad_passwords_ + (user == credentials_.user ? 1 : 0);
  return right;
}

Reply OAuth::token(const Request& request, const Firing& firing) {
  journal_.count("token_requests");
  if (request.header("Content-Type").find("application/x-www-form-urlencoded") ==
      std::string::npos) {
    return json_reply(400, R"({"error_description":null,"error":"invalid_request"})");
  }
  const Fields form = parse_query(request.body);
  const std::string grant = field_or_empty(form, "grant_type");
  if (firing.has("token-401-always") || !right_client(form)) return denied();
  if (grant == "password") return password_grant(form, firing);
  if (grant == "refresh_token") return refresh_grant(form, firing);
  if (grant == "client_credentials") return client_grant(firing);
  return json_reply(401, R"({"error_description":"access_denied","error":"invalid_grant"})");
}

Reply OAuth::password_grant(const Fields& form, const Firing& firing) {
  const std::string user = field_or_empty(form, "username");
  if (!right_password(user, field_or_empty(form, "password")) || firing.has("locked-user")) {
    return denied();
  }
  return granted(user, firing);
}

Reply OAuth::client_grant(const Firing& firing) {
  if (firing.has("client-credentials-off")) return denied();
  // Old releases issue a token of the guest user, which opens nothing (servicenow reference 1.3).
  return granted(firing.has("guest-token") ? std::string(k_guest) : credentials_.user, firing);
}

Reply OAuth::granted(const std::string& user, const Firing& firing) {
  const std::lock_guard lock(mutex_);
  Grant& grant = grants_[user];
  const std::int64_t now = steady_milliseconds();
  grant.user = user;
  if (grant.refresh.empty() || grant.refresh_until_ms <= now) grant.refresh = new_token();
  grant.refresh_until_ms = now + refresh_seconds_ * 1000;
  const auto current = access_.find(grant.access);
  if (current == access_.end() || current->second.until_ms <= now) {
    new_access(grant);
  } else {
    // The same token while it is valid, with its expiry moved forward.
    current->second.until_ms = now + access_seconds_ * 1000;
  }
  return issue(grant, firing);
}

Reply OAuth::refresh_grant(const Fields& form, const Firing& firing) {
  const std::string refresh = field_or_empty(form, "refresh_token");
  const std::lock_guard lock(mutex_);
  if (firing.has("refresh-401") || firing.has("locked-user")) return denied();
  for (auto& [user, grant] : grants_) {
    if (grant.refresh.empty() || grant.refresh != refresh) continue;
    if (grant.refresh_until_ms <= steady_milliseconds()) return denied();
    new_access(grant);  // the refresh token stays, its end too
    return issue(grant, firing);
  }
  return denied();
}

void OAuth::new_access(Grant& grant) {
  grant.access = new_token();
  access_[grant.access] = {grant.user, steady_milliseconds() + access_seconds_ * 1000};
  journal_.count("tokens_issued");
}

Reply OAuth::issue(Grant& grant, const Firing& firing) {
  if (firing.has("token-missing")) {
    return json_reply(200, R"({"scope":"useraccount","token_type":"Bearer"})");
  }
  const std::int64_t left = access_[grant.access].until_ms - steady_milliseconds();
  const std::string refresh =
      firing.has("no-refresh-token") ? "" : fmt::format(R"("refresh_token":"{}",)", grant.refresh);
  return json_reply(
      200, fmt::format(R"({{"access_token":"{}",{}"scope":"useraccount","token_type":"Bearer",)"
                       R"("expires_in":{}}})",
                       grant.access, refresh, (left + 999) / 1000));
}

Reply OAuth::revoke(const Request& request) {
  const Fields form = parse_query(request.body);
  std::string token = request.param_or("token", "");
  if (token.empty()) token = field_or_empty(form, "token");
  const std::lock_guard lock(mutex_);
  access_.erase(token);
  for (auto& [user, grant] : grants_)
    if (grant.refresh == token) grant.refresh.clear();
  Reply reply;
  reply.content_type = "text/html;charset=UTF-8";
  return reply;
}

std::optional<Session> OAuth::session(const Request& request, const Firing& firing) {
  const std::string value = request.header("Authorization");
  const auto blank = std::min(value.find(' '), value.size());
  const std::string scheme = value.substr(0, blank);
  const std::string rest = blank < value.size() ? value.substr(blank + 1) : "";
  if (firing.has("expired-token-once")) {
    expire_access();
    return std::nullopt;
  }
  if (firing.has("api-401-always") || firing.has("locked-user")) return std::nullopt;
  if (scheme == "Basic") {
    const std::string pair = decode_base64(rest);
    const auto colon = std::min(pair.find(':'), pair.size());
    const std::string user = pair.substr(0, colon);
    if (colon == pair.size() || firing.has("basic-blocked") ||
        !right_password(user, pair.substr(colon + 1))) {
      return std::nullopt;
    }
    return Session{user};
  }
  if (scheme != "Bearer") return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = access_.find(rest);
  if (found == access_.end() || found->second.until_ms <= steady_milliseconds()) {
    return std::nullopt;
  }
  if (found->second.user == k_guest) return std::nullopt;
  return Session{found->second.user};
}

void OAuth::expire_access() {
  const std::lock_guard lock(mutex_);
  access_.clear();
}

void OAuth::expire_refresh() {
  const std::lock_guard lock(mutex_);
  for (auto& [user, grant] : grants_) grant.refresh.clear();
}

void OAuth::set_access_seconds(std::int64_t seconds) {
  const std::lock_guard lock(mutex_);
  access_seconds_ = seconds;
}

void OAuth::set_refresh_seconds(std::int64_t seconds) {
  const std::lock_guard lock(mutex_);
  refresh_seconds_ = seconds;
}

void OAuth::set_lockout(std::int64_t bad_passwords) {
  const std::lock_guard lock(mutex_);
  lockout_ = bad_passwords;
}

void OAuth::unlock() {
  const std::lock_guard lock(mutex_);
  bad_passwords_ = 0;
}

}  // namespace itsmc::sim::servicenow
