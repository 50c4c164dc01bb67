// The token endpoint: what is asked for, by whom, and what comes back.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "entra/directory.hpp"
#include "entra/signing_key.hpp"
#include "shared/clock.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::entra {
namespace {

constexpr std::string_view k_anything_of_graph = "https://graph.microsoft.com";

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string without_slash(std::string_view uri) {
  if (uri.ends_with('/')) uri.remove_suffix(1);
  return lower(uri);
}

// Whether the registration, which may begin "https://*.", is the wanted URI.
bool matches(std::string_view known, std::string_view wanted) {
  constexpr std::string_view k_any = "https://*";
  if (!known.starts_with(k_any)) return known == wanted;
  return wanted.starts_with("https://") && wanted.ends_with(known.substr(k_any.size()));
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string new_refresh_token() {
  std::string text = "0.A";
  for (int i = 0; i < 8; ++i) text += new_guid();
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  return text;
}

// HTTP Basic holds client id and secret, each form-encoded (azure reference 1.1).
void read_basic(const Request& request, std::string& client, std::string& secret) {
  const std::string value = request.header("Authorization");
  if (!value.starts_with("Basic ")) return;
  const std::string pair = decode_base64(value.substr(6));
  const auto colon = pair.find(':');
  if (colon == std::string::npos) return;
  client = decode_query(pair.substr(0, colon));
  secret = decode_query(pair.substr(colon + 1));
}

}  // namespace

std::string Directory::Ask::field(std::string_view name) const {
  const auto* value = find_field(form, name);
  return value ? *value : std::string();
}

Reply Directory::refuse(const Ask& ask, int code, std::string value) const {
  if (value.empty()) {
    value = ask.field(ask.version == Version::v1 ? "resource" : "scope");
  }
  const ErrorWords words{ask.client_id, ask.tenant, std::move(value), ask.request.origin()};
  return aadsts_reply(code, words, bench_.clock.now());
}

Reply Directory::token(const Request& request, const Firing& firing) {
  bench_.journal.count("token_requests");
  const bool form =
      request.header("Content-Type").find("x-www-form-urlencoded") != std::string::npos;
  Ask ask{request, firing, form ? parse_query(request.body) : Fields{}, "", Version::v2, "", ""};
  ask.tenant = request.path.substr(1, request.path.find('/', 1) - 1);
  if (!request.path.ends_with("/v2.0/token")) ask.version = Version::v1;
  ask.client_id = ask.field("client_id");
  ask.secret = ask.field("client_secret");
  read_basic(request, ask.client_id, ask.secret);
  Reply reply = judged(ask);
  reply.set_header("Cache-Control", "no-store, no-cache");
  reply.set_header("Pragma", "no-cache");
  reply.set_header("x-ms-ests-server", "2.1.14006.10 - NCUS ProdSlices");
  if (const auto* wait = firing.argument("token-slow")) {
    reply.delay += std::chrono::milliseconds(number_or(*wait, 1000));
  }
  return reply;
}

std::optional<Reply> Directory::faulty(const Ask& ask) const {
  const auto& firing = ask.firing;
  if (const auto* code = firing.argument("aadsts")) {
    const std::string value = ask.field(ask.version == Version::v1 ? "resource" : "scope");
    return refuse(ask, static_cast<int>(number_or(*code, 50126)), value);
  }
  if (firing.has("token-html")) {
    return html_reply(200,
                      "<!DOCTYPE html><html><head><title>Sign in to your account</title>"
                      "</head><body></body></html>");
  }
  if (const auto* status = firing.argument("token-status")) {
    return html_reply(static_cast<int>(number_or(*status, 503)),
                      "<html><body><h1>Our services aren't available right now</h1></body></html>");
  }
  if (const auto* wait = firing.argument("token-rate-limit")) {
    Reply reply = refuse(ask, 90055);
    add_retry_after(wait->empty() ? "2" : *wait, bench_.clock.now(), reply);
    return reply;
  }
  return std::nullopt;
}

std::optional<Reply> Directory::wrong_client(const Ask& ask, const App* app) const {
  if (ask.client_id.empty()) return refuse(ask, 900144, "client_id");
  if (!app) return refuse(ask, 700016);
  const bool sent = !ask.secret.empty() || find_field(ask.form, "client_assertion") != nullptr;
  if (app->kind == ClientKind::public_client) {
    if (sent) return refuse(ask, 700025);
    return std::nullopt;
  }
  if (!sent) {
    return refuse(ask, ask.field("grant_type") == "client_credentials" ? 7000216 : 7000218);
  }
  if (ask.secret.empty()) return wrong_assertion(ask);
  if (ask.secret != app->secret) return refuse(ask, 7000215);
  return std::nullopt;
}

std::optional<Reply> Directory::wrong_assertion(const Ask& ask) const {
  constexpr std::string_view k_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  if (ask.field("client_assertion_type") != k_type) {
    return refuse(ask, 900144, "client_assertion_type");
  }
  const std::string origin = ask.request.origin();
  const std::string rest = ask.request.path.substr(ask.tenant.size() + 1);
  // The tenant may go by name or by id in the address (azure reference 1.1).
  const std::vector<std::string> audiences{origin + "/" + ask.tenant + rest,
                                           origin + "/" + settings_.tenant_id + rest,
                                           origin + "/" + settings_.tenant_domain + rest};
  const Judgement judgement = assertions_.judge(ask.client_id, ask.field("client_assertion"),
                                                {audiences, bench_.clock.now()});
  if (judgement.code == 0) return std::nullopt;
  return refuse(ask, judgement.code, judgement.value);
}

Reply Directory::judged(const Ask& ask) {
  if (auto reply = faulty(ask)) return *std::move(reply);
  const std::string grant = ask.field("grant_type");
  if (grant.empty()) return refuse(ask, 900144, "grant_type");
  const bool shared = ask.tenant == "common" || ask.tenant == "consumers";
  if (grant == "password" && shared) return refuse(ask, 9001023);
  if (grant == "client_credentials" && (shared || ask.tenant == "organizations")) {
    return refuse(ask, 50059);
  }
  if (!shared && ask.tenant != "organizations" && !is_tenant(ask.tenant)) {
    return refuse(ask, 90002);
  }
  const auto app = std::find_if(settings_.apps.begin(), settings_.apps.end(),
                                [&](const App& one) { return one.client_id == ask.client_id; });
  const App* known = app == settings_.apps.end() ? nullptr : &*app;
  if (auto reply = wrong_client(ask, known)) return *std::move(reply);
  if (grant == "password") return password_grant(ask, *known);
  if (grant == "refresh_token") return refresh_grant(ask);
  if (grant != "client_credentials") return refuse(ask, 70003, grant);
  if (known->kind == ClientKind::public_client) return refuse(ask, 7000216);
  return client_grant(ask);
}

bool Directory::known_resource(const Ask& ask, const std::string& uri) const {
  const std::string wanted = without_slash(uri);
  const std::string host = lower(ask.request.header("Host"));
  if (settings_.knows_own_host && (wanted == "http://" + host || wanted == "https://" + host)) {
    return true;
  }
  const std::lock_guard lock(mutex_);
  return std::any_of(
      settings_.resources.begin(), settings_.resources.end(),
      [&](const std::string& known) { return matches(without_slash(known), wanted); });
}

// "https://org.example/user_impersonation offline_access": the last part is the permission, the
// rest the audience, so "https://org.example//.default" is an audience that ends in a slash.
std::optional<Reply> Directory::read_scope(const Ask& ask, Target& target) const {
  for (const auto& word : words_of(ask.field("scope"))) {
    if (word == "openid" || word == "profile" || word == "email" || word == "offline_access") {
      target.offline |= word == "offline_access";
      target.openid |= word == "openid";
      continue;
    }
    const auto slash = word.rfind('/');
    const bool bare = slash == std::string::npos;
    const std::string audience = bare ? std::string(k_anything_of_graph) : word.substr(0, slash);
    const std::string permission = bare ? word : word.substr(slash + 1);
    if (permission.empty() || audience.find("://") == std::string::npos) {
      return refuse(ask, 70011, word);
    }
    if (!target.audience.empty() && target.audience != audience) return refuse(ask, 28000);
    target.audience = audience;
    if (!bare && permission != ".default" && permission != "user_impersonation") {
      return refuse(ask, 650053, permission);
    }
    target.scopes += (target.scopes.empty() ? "" : " ") + word;
  }
  return std::nullopt;
}

std::optional<Reply> Directory::read_target(const Ask& ask, Target& target) const {
  if (ask.version == Version::v1) {
    target.audience = ask.field("resource");
    target.scopes = "user_impersonation";
    target.offline = true;  // v1 gives a refresh token without being asked
    if (target.audience.empty()) return refuse(ask, 900144, "resource");
  } else {
    if (find_field(ask.form, "resource")) return refuse(ask, 901002);
    if (ask.field("scope").empty()) return refuse(ask, 900144, "scope");
    if (auto reply = read_scope(ask, target)) return reply;
    if (target.audience.empty()) target.audience = k_anything_of_graph;
  }
  if (!known_resource(ask, target.audience)) return refuse(ask, 500011, target.audience);
  return std::nullopt;
}

int Directory::wrong_password(const Ask& ask) {
  const std::string name = lower(ask.field("username"));
  const auto user = std::find_if(settings_.users.begin(), settings_.users.end(),
                                 [&](const User& one) { return lower(one.name) == name; });
  const auto at = name.find('@');
  if (ask.tenant == "organizations" &&
      (at == std::string::npos || !is_tenant(std::string_view(name).substr(at + 1)))) {
    return at == std::string::npos ? 50059 : 90002;
  }
  if (user == settings_.users.end()) return 50034;
  const std::lock_guard lock(mutex_);
  if (bad_passwords_ >= settings_.lockout) return 50053;
  if (user->password == ask.field("password")) {
    bad_passwords_ = 0;
    return 0;
  }
  ++bad_passwords_;
  return 50126;
}

Reply Directory::password_grant(const Ask& ask, const App& app) {
  for (const char* needed : {"username", "password"}) {
    if (ask.field(needed).empty()) return refuse(ask, 900144, needed);
  }
  Target target;
  if (auto reply = read_target(ask, target)) return *std::move(reply);
  if (const int code = wrong_password(ask)) return refuse(ask, code);
  const Claims claims{target.audience, app.client_id, lower(ask.field("username")), target.scopes,
                      ask.version};
  return issue(ask, claims, target);
}

Reply Directory::client_grant(const Ask& ask) {
  Target target;
  if (ask.version == Version::v2 && !ask.field("scope").empty() &&
      !ask.field("scope").ends_with("/.default")) {
    return refuse(ask, 1002012);
  }
  if (auto reply = read_target(ask, target)) return *std::move(reply);
  target.offline = false;  // no refresh token is ever given to an app
  target.openid = false;
  return issue(ask, {target.audience, ask.client_id, "", "", ask.version}, target);
}

Reply Directory::refresh_grant(const Ask& ask) {
  const std::string presented = ask.field("refresh_token");
  if (presented.empty()) return refuse(ask, 900144, "refresh_token");
  Claims claims;
  {
    const std::lock_guard lock(mutex_);
    const auto found = refresh_.find(presented);
    if (found == refresh_.end() || found->second.claims.client != ask.client_id) {
      return refuse(ask, 9002313);
    }
    if (ask.firing.has("refresh-expired") || found->second.until_ms <= bench_.clock.steady_ms()) {
      return refuse(ask, 700082, utc_text(found->second.issued));
    }
    claims = found->second.claims;
  }
  Target target{claims.audience, claims.scopes, true, false};
  // Without a scope (or resource) the first one holds.
  const bool named = !ask.field(ask.version == Version::v1 ? "resource" : "scope").empty();
  if (named) {
    target.scopes.clear();
    target.audience.clear();
    if (auto reply = read_target(ask, target)) return *std::move(reply);
  }
  claims.audience = target.audience;
  claims.scopes = target.scopes;
  claims.version = ask.version;
  // A refresh token brings its successor; the old one goes on until it is too old.
  target.offline = !ask.firing.has("refresh-stays");
  return issue(ask, claims, target);
}

std::string Directory::object_of(const Claims& claims) const {
  for (const auto& user : settings_.users) {
    if (!claims.user.empty() && lower(user.name) == claims.user) return user.object_id;
  }
  for (const auto& app : settings_.apps) {
    if (claims.user.empty() && app.client_id == claims.client) return app.object_id;
  }
  return claims.object_id;
}

std::string Directory::payload_of(const Grant& grant) const {
  const Claims& claims = grant.claims;
  const bool v1 = claims.version == Version::v1;
  const std::string issuer =
      v1 ? "https://sts.windows.net/" + settings_.tenant_id + "/"
         : "https://login.microsoftonline.com/" + settings_.tenant_id + "/v2.0";
  const std::string who =
      claims.user.empty()
          ? fmt::format(R"("idtyp":"app","roles":["access_as_application"])")
          : fmt::format(R"("upn":{},"scp":"user_impersonation")", quote_json(claims.user));
  const std::int64_t life = (grant.until_ms - bench_.clock.steady_ms() + 999) / 1000;
  const std::string subject =
      claims.object_id.empty() ? "" : fmt::format(R"("oid":"{0}","sub":"{0}",)", claims.object_id);
  return fmt::format(
      R"({{"aud":{},"iss":"{}","iat":{},"nbf":{},"exp":{},"{}":{},"tid":"{}","uti":"{}","ver":"{}",{}{}}})",
      quote_json(claims.audience), issuer, grant.issued, grant.issued, grant.issued + life,
      v1 ? "appid" : "azp", quote_json(claims.client), settings_.tenant_id, new_guid(),
      v1 ? "1.0" : "2.0", subject, who);
}

std::string Directory::id_token_of(const Ask& ask, const Claims& claims) const {
  const std::int64_t now = bench_.clock.now();
  return SigningKey::instance().sign(fmt::format(
      R"({{"aud":{},"iss":"{}/{}/v2.0","iat":{},"nbf":{},"exp":{},"tid":"{}","sub":{},)"
      R"("oid":"00000000-0000-4000-8000-000000000001","preferred_username":{},"ver":"2.0"}})",
      quote_json(claims.client), ask.request.origin(), settings_.tenant_id, now, now, now + 3600,
      settings_.tenant_id, quote_json(claims.user), quote_json(claims.user)));
}

Reply Directory::issue(const Ask& ask, const Claims& claims, const Target& target) {
  const std::int64_t steady = bench_.clock.steady_ms();
  Grant grant{claims, steady, bench_.clock.now()};
  grant.claims.object_id = object_of(claims);
  std::string body;
  std::string token;
  {
    const std::lock_guard lock(mutex_);
    grant.until_ms = steady + access_seconds_ * 1000;
  }
  token = SigningKey::instance().sign(payload_of(grant));
  {
    const std::lock_guard lock(mutex_);
    access_[token] = grant;
    if (target.offline && !ask.firing.has("no-refresh-token")) {
      const std::string refresh = new_refresh_token();
      refresh_[refresh] = {claims, steady + settings_.refresh_seconds * 1000LL, grant.issued};
      body += fmt::format(R"(,"refresh_token":"{}")", refresh);
    }
  }
  bench_.journal.count("tokens_issued");
  if (target.openid) body += fmt::format(R"(,"id_token":"{}")", id_token_of(ask, claims));
  if (!ask.firing.has("token-missing")) body += fmt::format(R"(,"access_token":"{}")", token);
  return shaped(ask, grant, std::move(body));
}

// v1 writes numbers as strings and echoes the resource, v2 writes numbers (provance reference 2.2).
Reply Directory::shaped(const Ask& ask, const Grant& grant, std::string body) {
  const bool v1 = ask.version == Version::v1;
  bool quoted = v1;
  if (const auto* form = ask.firing.argument("token-expires-in")) quoted = *form != "number";
  const auto number = [&](std::int64_t value) {
    return quoted ? fmt::format(R"("{}")", value) : std::to_string(value);
  };
  const std::int64_t life = (grant.until_ms - bench_.clock.steady_ms() + 999) / 1000;
  std::string head =
      fmt::format(R"({{"token_type":"Bearer","expires_in":{0},"ext_expires_in":{0})", number(life));
  if (v1) {
    head += fmt::format(R"(,"expires_on":{},"not_before":{},"resource":{})",
                        number(grant.issued + life), number(grant.issued - 300),
                        quote_json(grant.claims.audience));
  }
  // MSAL-style callers are told when to renew a token that lives long (azure reference 1.1).
  if (!v1 && life >= 7200) head += fmt::format(R"(,"refresh_in":{})", number(life / 2));
  if (!grant.claims.user.empty()) {
    head += fmt::format(R"(,"scope":{})", quote_json(grant.claims.scopes));
  }
  return json_reply(200, head + body + "}");
}

}  // namespace itsmc::sim::entra
