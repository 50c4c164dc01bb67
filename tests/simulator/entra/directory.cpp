#include "entra/directory.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "entra/signing_key.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::entra {
namespace {

constexpr std::string_view k_v1 = "/oauth2/token";
constexpr std::string_view k_v2 = "/oauth2/v2.0/token";
constexpr std::string_view k_configuration = "/.well-known/openid-configuration";
constexpr std::string_view k_keys = "/discovery/v2.0/keys";
constexpr std::string_view k_keys_v1 = "/discovery/keys";
constexpr std::string_view k_instance = "/common/discovery/instance";

// "/contoso.com/oauth2/token" -> "contoso.com"
std::string tenant_of(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path.substr(0, path.find('/')));
}

bool same_text(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

}  // namespace

bool Directory::owns(std::string_view path) {
  return path.ends_with(k_v1) || path.ends_with(k_v2) || path.ends_with(k_configuration) ||
         path.ends_with(k_keys) || path.ends_with(k_keys_v1) || path == k_instance;
}

bool Directory::is_tenant(std::string_view name) const {
  return same_text(name, settings_.tenant_id) || same_text(name, settings_.tenant_domain);
}

Reply Directory::answer(const Request& request, const Firing& firing) {
  const std::string_view path = request.path;
  Reply reply;
  if (path == k_instance) {
    reply = instance_discovery(request);
  } else if (path.ends_with(k_configuration)) {
    reply = discovery(request);
  } else if (path.ends_with(k_keys) || path.ends_with(k_keys_v1)) {
    reply = json_reply(200, SigningKey::instance().key_set());
  } else if (request.method != "POST") {
    reply = aadsts_reply(
        900144, {.client = "", .tenant = "", .value = "grant_type", .authority = request.origin()},
        bench_.clock.now());
  } else {
    reply = token(request, firing);
  }
  if (reply.content_type.starts_with("application/json")) {
    reply.content_type = "application/json; charset=utf-8";
  }
  reply.set_header("x-ms-request-id", new_guid());
  const std::string id = request.header("client-request-id");
  if (!id.empty()) reply.set_header("client-request-id", id);
  if (!find_header(reply.headers, "Date")) {
    reply.set_header("Date", http_date(bench_.clock.now()));
  }
  return reply;
}

// Shape and members: fixture entra-discovery-and-token.json.
Reply Directory::discovery(const Request& request) const {
  const std::string tenant = tenant_of(request.path);
  const bool any = tenant == "organizations" || tenant == "common";
  const ErrorWords words{"", tenant, "", request.origin()};
  if (!any && !is_tenant(tenant)) return aadsts_reply(90002, words, bench_.clock.now());
  const std::string at = request.origin() + "/" + tenant;
  const bool v2 = request.path.find("/v2.0/") != std::string::npos;
  const std::string oauth = at + (v2 ? "/oauth2/v2.0" : "/oauth2");
  const std::string issuer = any ? "{tenantid}" : settings_.tenant_id;
  return json_reply(
      200,
      fmt::format(
          R"({{"token_endpoint":"{0}/token","token_endpoint_auth_methods_supported":)"
          R"(["client_secret_post","private_key_jwt","client_secret_basic"],"jwks_uri":)"
          R"("{1}{2}","response_modes_supported":["query","fragment","form_post"],)"
          R"("subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":)"
          R"(["RS256"],"scopes_supported":["openid","profile","email","offline_access"],"issuer":)"
          R"("{3}/{4}{5}","authorization_endpoint":"{0}/authorize",)"
          R"("device_authorization_endpoint":"{0}/devicecode","end_session_endpoint":"{0}/logout",)"
          R"("tenant_region_scope":"WW","cloud_instance_name":"microsoftonline.com",)"
          R"("cloud_graph_host_name":"graph.windows.net","msgraph_host":"graph.microsoft.com",)"
          R"("rbac_url":"https://pas.windows.net"}})",
          oauth, at, v2 ? k_keys : k_keys_v1, request.origin(), issuer, v2 ? "/v2.0" : "/"));
}

Reply Directory::instance_discovery(const Request& request) const {
  const std::string host = request.header("Host");
  return json_reply(
      200, fmt::format(R"({{"tenant_discovery_endpoint":"{0}/common/v2.0/.well-known/)"
                       R"(openid-configuration","api-version":"1.1","metadata":[)"
                       R"({{"preferred_network":"{1}","preferred_cache":"{1}","aliases":["{1}"]}},)"
                       R"({{"preferred_network":"login.microsoftonline.com","preferred_cache":)"
                       R"("login.windows.net","aliases":["login.microsoftonline.com",)"
                       R"("login.windows.net","login.microsoft.com","sts.windows.net"]}}]}})",
                       request.origin(), host));
}

Checked Directory::check(std::string_view authorization,
                         std::span<const std::string> audiences) const {
  constexpr std::string_view k_scheme = "Bearer ";
  if (authorization.empty()) return {std::nullopt, "no Authorization header"};
  if (authorization.size() < k_scheme.size() ||
      !same_text(authorization.substr(0, k_scheme.size()), k_scheme)) {
    return {std::nullopt, "not a bearer"};
  }
  const std::lock_guard lock(mutex_);
  const auto found = access_.find(authorization.substr(k_scheme.size()));
  if (found == access_.end()) return {std::nullopt, "unknown token"};
  if (found->second.until_ms <= bench_.clock.steady_ms()) return {std::nullopt, "expired token"};
  const Claims& claims = found->second.claims;
  if (std::find(audiences.begin(), audiences.end(), claims.audience) == audiences.end()) {
    return {std::nullopt, "wrong audience '" + claims.audience + "'"};
  }
  return {claims, {}};
}

std::string Directory::mint(const Claims& claims, std::int64_t seconds) {
  const Grant grant{claims, bench_.clock.steady_ms() + seconds * 1000, bench_.clock.now()};
  std::string token = SigningKey::instance().sign(payload_of(grant));
  const std::lock_guard lock(mutex_);
  access_[token] = grant;
  return token;
}

std::int64_t Directory::access_seconds() const {
  const std::lock_guard lock(mutex_);
  return access_seconds_;
}

void Directory::expire_access() {
  const std::lock_guard lock(mutex_);
  for (auto& [token, grant] : access_) grant.until_ms = 0;
}

std::optional<Reply> Directory::control(const std::string& what, const Request& request) {
  if (what == "tokens/expire") {
    expire_access();
    const std::lock_guard lock(mutex_);
    if (request.param_or("refresh", "") == "1") {
      for (auto& [token, grant] : refresh_) grant.until_ms = 0;
    }
  } else if (what == "tokens/unlock") {
    const std::lock_guard lock(mutex_);
    bad_passwords_ = 0;
  } else if (what == "tokens") {
    const std::lock_guard lock(mutex_);
    const auto* life = request.param("expires_in");
    if (life) access_seconds_ = number_or(*life, 3599);
    if (const auto* n = request.param("lockout")) {
      settings_.lockout = static_cast<int>(number_or(*n, 10));
    }
  } else if (what == "resource") {
    const auto* uri = request.param("uri");
    if (!uri || uri->empty()) return json_reply(400, R"({"error":"uri= is missing"})");
    const std::lock_guard lock(mutex_);
    settings_.resources.push_back(*uri);
  } else {
    return assertions_.control(what, request, bench_.clock.now());
  }
  return json_reply(200, R"({"done":true})");
}

}  // namespace itsmc::sim::entra
