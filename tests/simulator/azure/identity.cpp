#include "azure/identity.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "shared/compress.hpp"
#include "shared/wire_faults.hpp"

namespace itsmc::sim::azure {
namespace {

constexpr std::string_view k_metadata = "/metadata/identity/oauth2/token";
constexpr std::string_view k_app_service = "/MSI/token";
// Arc's answers have this version; IMDS's begin with 2018-02-01.
constexpr std::string_view k_arc_version = "2020-06-01";

Reply identity_error(int status, std::string_view error, std::string_view text) {
  Reply reply = json_reply(status, fmt::format(R"({{"error":{},"error_description":{}}})",
                                               quote_json(error), quote_json(text)));
  reply.content_type = "application/json; charset=utf-8";
  return reply;
}

std::string first_of(const Request& request, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const std::string value = request.param_or(name, "");
    if (!value.empty()) return value;
  }
  return {};
}

}  // namespace

IdentityEndpoints::~IdentityEndpoints() {
  for (const auto& file : files_) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }
}

bool IdentityEndpoints::owns(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);  // seen from @azure/identity (reference 1.3)
  return path == k_metadata || path == k_app_service;
}

bool IdentityEndpoints::known_resource(const std::string& resource) const {
  std::string plain = resource;
  while (plain.ends_with('/')) plain.pop_back();
  const auto& known = site_.directory.settings().resources;
  return std::find(known.begin(), known.end(), plain) != known.end();
}

std::optional<Principal> IdentityEndpoints::wanted(const Request& request) const {
  const std::string named = first_of(
      request, {"client_id", "clientid", "object_id", "principal_id", "msi_res_id", "mi_res_id"});
  auto found = find_principal(site_, named.empty() ? "system" : named);
  // Only managed identities are handed out here.
  return found && !found->resource_id.empty() ? found : std::nullopt;
}

std::string IdentityEndpoints::token(const Principal& principal, const std::string& resource) {
  site_.bench.journal.count("tokens_issued");
  entra::Claims claims;
  claims.audience = resource;
  claims.client = principal.client_id;
  claims.version = entra::Version::v1;
  claims.object_id = principal.object_id;
  return site_.directory.mint(claims, site_.directory.access_seconds());
}

// 200: numbers as strings, an empty refresh token (fixture managed-identity.json).
Reply IdentityEndpoints::imds(const Request& request, const Firing& firing) {
  if (const auto* status = firing.argument("imds-status")) {
    return identity_error(static_cast<int>(number_or(*status, 410)), "temporarily_unavailable",
                          "IMDS is going through updates");
  }
  if (request.header("Metadata") != "true") {
    return identity_error(400, "bad_request_102", "Required metadata header not specified");
  }
  const std::string resource = request.param_or("resource", "");
  if (resource.empty()) {
    return identity_error(400, "invalid_request", "Required query variable 'resource' is missing");
  }
  const auto principal = wanted(request);
  if (!principal || firing.has("no-identity")) {
    return identity_error(400, "invalid_request", "Identity not found");
  }
  if (!known_resource(resource)) {
    return identity_error(
        400, "invalid_resource",
        "AADSTS500011: The resource principal named " + resource + " was not found in the tenant.");
  }
  const std::int64_t life = site_.directory.access_seconds();
  const std::int64_t now = site_.bench.clock.now();
  return json_reply(
      200, fmt::format(R"({{"access_token":"{}","refresh_token":"","expires_in":"{}",)"
                       R"("expires_on":"{}","not_before":"{}","resource":{},"token_type":"Bearer",)"
                       R"("client_id":"{}"}})",
                       token(*principal, resource), life, now + life, now - 300,
                       quote_json(resource), principal->client_id));
}

// 401 WWW-Authenticate: Basic realm=FILE; the file's contents open the door once.
Reply IdentityEndpoints::arc_challenge() {
  const std::string key = entra::new_guid() + entra::new_guid();
  const std::string file =
      (std::filesystem::path(site_.settings.key_directory) / (entra::new_guid() + ".key")).string();
  std::filesystem::create_directories(site_.settings.key_directory);
  write_file(file, key);
  {
    const std::lock_guard lock(mutex_);
    keys_.insert(key);
    files_.insert(file);
  }
  Reply reply = identity_error(401, "unauthorized_client", "Missing Basic Authorization header");
  reply.set_header("WWW-Authenticate", "Basic realm=" + file);
  return reply;
}

Reply IdentityEndpoints::arc(const Request& request) {
  if (request.header("Metadata") != "true") {
    return identity_error(400, "bad_request_102", "Required metadata header not specified");
  }
  constexpr std::string_view k_basic = "Basic ";
  const std::string authorization = request.header("Authorization");
  if (!authorization.starts_with(k_basic)) return arc_challenge();
  {
    const std::lock_guard lock(mutex_);
    if (keys_.erase(authorization.substr(k_basic.size())) == 0) {
      return identity_error(401, "unauthorized_client", "The key is not the one in the file");
    }
  }
  const std::string resource = request.param_or("resource", "");
  const std::string named = first_of(request, {"client_id", "object_id", "msi_res_id"});
  if (!named.empty()) {
    return identity_error(400, "invalid_request", "Only the system-assigned identity is known");
  }
  if (!known_resource(resource)) {
    return identity_error(400, "invalid_resource", "AADSTS500011: unknown resource " + resource);
  }
  const std::int64_t life = site_.directory.access_seconds();
  const std::int64_t now = site_.bench.clock.now();
  return json_reply(200, fmt::format(R"({{"access_token":"{}","expires_in":{},"expires_on":"{}",)"
                                     R"("not_before":"{}","resource":{},"token_type":"Bearer"}})",
                                     token(*find_principal(site_, "system"), resource), life,
                                     now + life, now - 300, quote_json(resource)));
}

// 2019-08-01: expires_on as a string of seconds, no expires_in. 2017-09-01: a date as a person of
// the machine's country writes it.
Reply IdentityEndpoints::app_service(const Request& request) {
  const std::string version = request.param_or("api-version", "");
  const bool old = version == "2017-09-01";
  const std::string secret = request.header(old ? "secret" : "X-IDENTITY-HEADER");
  if (secret != site_.settings.identity_header) {
    return identity_error(400, "invalid_request", "The identity header is missing or wrong");
  }
  const std::string resource = request.param_or("resource", "");
  const auto principal = wanted(request);
  if (!principal) {
    return identity_error(400, "invalid_request",
                          "No User Assigned or Delegated Managed Identity "
                          "found for specified ClientId/ResourceId/"
                          "PrincipalId.");
  }
  if (!known_resource(resource)) {
    return identity_error(400, "invalid_resource", "AADSTS500011: unknown resource " + resource);
  }
  const std::int64_t until = site_.bench.clock.now() + site_.directory.access_seconds();
  std::string expires = std::to_string(until);
  if (old) {
    const auto t = civil_time(until);
    expires = fmt::format("{}/{}/{} {}:{:02}:{:02} {} +00:00", t.month, t.day, t.year,
                          t.hour % 12 == 0 ? 12 : t.hour % 12, t.minute, t.second,
                          t.hour < 12 ? "AM" : "PM");
  }
  return json_reply(200, fmt::format(R"({{"access_token":"{}","expires_on":"{}","resource":{},)"
                                     R"("token_type":"Bearer","client_id":"{}"}})",
                                     token(*principal, resource), expires, quote_json(resource),
                                     principal->client_id));
}

Reply IdentityEndpoints::answer(const Request& request, const Firing& firing) {
  if (const auto* wait = firing.argument("token-rate-limit")) {
    Reply reply = identity_error(429, "too_many_requests", "Too many requests");
    add_retry_after(wait->empty() ? "2" : *wait, site_.bench.clock.now(), reply);
    return reply;
  }
  if (request.path.starts_with(k_app_service)) return app_service(request);
  if (request.param_or("api-version", "") >= k_arc_version) return arc(request);
  return imds(request, firing);
}

}  // namespace itsmc::sim::azure
