#include "entra/aadsts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "shared/clock.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::entra {
namespace {

struct Aadsts {
  int code;
  int status;
  std::string_view error;
  std::string_view suberror;  // empty: absent
  std::string_view text;      // {client}, {tenant}, {value}
};

// Status and error word: azure reference 1.2; 7000215 and 70011 are recorded, the texts of the
// others are general knowledge (provance reference 2.5).
constexpr auto k_table = std::to_array<Aadsts>({
    {50001, 400, "invalid_resource", "",
     "The resource principal named {value} was not found in the tenant named {tenant}."},
    {50034, 400, "invalid_grant", "",
     "The user account {{EmailHidden}} does not exist in the {tenant} directory. To sign into this "
     "application, the account must be added to the directory."},
    {50053, 400, "invalid_grant", "",
     "The account is locked, you've tried to sign in too many times with an incorrect user ID or "
     "password."},
    {50055, 400, "invalid_grant", "user_password_expired", "The password is expired."},
    {50057, 400, "invalid_grant", "", "The user account is disabled."},
    {50059, 400, "invalid_request", "",
     "No tenant-identifying information found in either the request or implied by any provided "
     "credentials."},
    {50076, 400, "interaction_required", "basic_action",
     "Due to a configuration change made by your administrator, or because you moved to a new "
     "location, you must use multi-factor authentication to access '{value}'."},
    {50079, 400, "interaction_required", "basic_action",
     "Due to a configuration change made by your administrator, or because you moved to a new "
     "location, you must enroll in multi-factor authentication to access '{value}'."},
    {50126, 400, "invalid_grant", "",
     "Error validating credentials due to invalid username or password."},
    {50173, 400, "invalid_grant", "bad_token",
     "The provided grant has expired due to it being revoked, a fresh auth token is needed."},
    {50196, 400, "invalid_grant", "",
     "The server terminated an operation because it encountered a client request loop."},
    {53003, 400, "interaction_required", "message_only",
     "Access has been blocked by Conditional Access policies. The access policy does not allow "
     "token issuance."},
    {65001, 400, "invalid_grant", "consent_required",
     "The user or administrator has not consented to use the application with ID '{client}' named "
     "'itsmc'. Send an interactive authorization request for this user and resource."},
    {70003, 400, "unsupported_grant_type", "",
     "The app requested an unsupported grant type '{value}'."},
    {70008, 400, "invalid_grant", "token_expired",
     "The provided authorization code or refresh token has expired due to inactivity. Send a new "
     "interactive authorization request for this user and resource."},
    {70011, 400, "invalid_scope", "",
     "The provided value for the input parameter 'scope' is not valid. The scope {value} is not "
     "valid."},
    {28000, 400, "invalid_scope", "",
     "Provided value for the input parameter scope is not valid because it contains more than one "
     "resource. Scope {value} is not valid."},
    {50012, 401, "invalid_client", "",
     "Authentication failed because of an invalid or untrusted signing certificate."},
    {70021, 401, "invalid_client", "",
     "No matching federated identity record found for presented assertion. Assertion {value}."},
    {90038, 400, "invalid_request", "",
     "Confidential Client is not supported in Cross Cloud request: tenant '{tenant}' is served by "
     "another national cloud."},
    {90002, 400, "invalid_request", "",
     "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are "
     "signing into the correct cloud. Check with your subscription administrator, this may happen "
     "if there are no active subscriptions for the tenant."},
    {90006, 503, "temporarily_unavailable", "", "The service is temporarily unavailable."},
    {90055, 429, "temporarily_unavailable", "", "The request was throttled: too many requests."},
    {500011, 400, "invalid_resource", "",
     "The resource principal named {value} was not found in the tenant named {tenant}. This can "
     "happen if the application has not been installed by the administrator of the tenant or "
     "consented to by any user in the tenant. You might have sent your authentication request to "
     "the wrong tenant."},
    {650053, 400, "invalid_client", "",
     "The application 'itsmc' asked for scope '{value}' that doesn't exist on the resource."},
    {700016, 400, "unauthorized_client", "",
     "Application with identifier '{client}' was not found in the directory '{tenant}'. This can "
     "happen if the application has not been installed by the administrator of the tenant or "
     "consented to by any user in the tenant. You may have sent your authentication request to the "
     "wrong tenant."},
    {700011, 400, "unauthorized_client", "",
     "Application with identifier '{client}' was not found in the directory '{tenant}'."},
    {700021, 401, "invalid_client", "",
     "Client assertion application identifier doesn't match 'client_id' parameter. Review the "
     "documentation at https://learn.microsoft.com/entra/identity-platform/"
     "certificate-credentials."},
    {700023, 401, "invalid_client", "",
     "Client assertion audience claim does not match Realm issuer: '{value}'."},
    {700024, 401, "invalid_client", "",
     "Client assertion is not within its valid time range. {value}"},
    {700027, 401, "invalid_client", "",
     "The certificate with identifier used to sign the client assertion is not registered on "
     "application. {value}"},
    {700211, 401, "invalid_client", "",
     "No matching federated identity record found for presented assertion issuer '{value}'. Check "
     "your federated identity credential Subject, Audience and Issuer against the presented "
     "assertion."},
    {700212, 401, "invalid_client", "",
     "No matching federated identity record found for presented assertion audience '{value}'. "
     "Check your federated identity credential Subject, Audience and Issuer against the presented "
     "assertion."},
    {700213, 401, "invalid_client", "",
     "No matching federated identity record found for presented assertion subject '{value}'. "
     "Check your federated identity credential Subject, Audience and Issuer against the presented "
     "assertion."},
    {500133, 401, "invalid_client", "",
     "Assertion is not within its valid time range. Ensure that the access token is not expired "
     "before using it for user assertion, or request a new token."},
    {700025, 401, "invalid_client", "",
     "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."},
    {700082, 400, "invalid_grant", "bad_token",
     "The refresh token has expired due to inactivity. The token was issued on {value} and was "
     "inactive for 90.00:00:00."},
    {900144, 400, "invalid_request", "",
     "The request body must contain the following parameter: '{value}'."},
    {901002, 400, "invalid_request", "", "The 'resource' request parameter is not supported."},
    {1002012, 400, "invalid_scope", "",
     "The provided value for scope {value} is not valid. Client credential flows must have a scope "
     "value with /.default suffixed to the resource identifier (application ID URI)."},
    {900382, 400, "invalid_request", "",
     "Confidential Client is not supported in Cross Cloud request."},
    {900432, 400, "invalid_request", "",
     "Confidential Client is not supported in Cross Cloud request."},
    {7000215, 401, "invalid_client", "",
     "Invalid client secret provided. Ensure the secret being sent in the request is the client "
     "secret value, not the client secret ID, for a secret added to app '{client}'."},
    {7000216, 401, "invalid_client", "",
     "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' "
     "grant type."},
    {7000218, 401, "invalid_client", "",
     "The request body must contain the following parameter: 'client_assertion' or "
     "'client_secret'."},
    {7000222, 401, "invalid_client", "",
     "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to "
     "create new keys for your app."},
    {9001023, 400, "invalid_request", "",
     "The grant type is not supported over the /common or /consumers endpoints. Please use the "
     "/organizations or tenant-specific endpoint."},
    {9002313, 400, "invalid_grant", "", "Invalid request. Request is malformed or invalid."},
});

constexpr Aadsts k_unknown{0, 400, "invalid_request", "", "The request failed."};

const Aadsts& find_error(int code) {
  const auto* found = std::find_if(k_table.begin(), k_table.end(),
                                   [&](const Aadsts& error) { return error.code == code; });
  return found == k_table.end() ? k_unknown : *found;
}

std::string dashed(std::string_view hex) {
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

}  // namespace

std::string new_guid() {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string hex;
  for (const auto byte : bytes) hex += fmt::format("{:02x}", byte);
  return dashed(hex);
}

std::string guid_of(std::string_view text) {
  std::string hex = hex_id(text);
  hex[12] = '4';
  hex[16] = 'a';
  return dashed(hex);
}

bool known_aadsts(int code) {
  return find_error(code).code == code;
}

// {"error":"invalid_client","error_description":"AADSTS7000215: ...\r\nTrace ID: ..\r\n
//  Correlation ID: ..\r\nTimestamp: 2023-05-06 06:03:00Z","error_codes":[7000215],
//  "timestamp":"..","trace_id":"..","correlation_id":"..","error_uri":".."}  (entra-errors.json)
Reply aadsts_reply(int code, const ErrorWords& words, std::int64_t now) {
  const Aadsts& error = find_error(code);
  const std::string text =
      fmt::format(fmt::runtime(error.text), fmt::arg("client", words.client),
                  fmt::arg("tenant", words.tenant), fmt::arg("value", words.value));
  const std::string when = utc_text(now) + "Z";
  const std::string trace = new_guid();
  const std::string correlation = new_guid();
  const std::string description =
      fmt::format("AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}", code, text,
                  trace, correlation, when);
  std::string body = fmt::format(
      R"({{"error":"{}","error_description":{},"error_codes":[{}],"timestamp":"{}",)"
      R"("trace_id":"{}","correlation_id":"{}","error_uri":"{}/error?code={}")",
      error.error, quote_json(description), code, when, trace, correlation, words.authority, code);
  if (!error.suberror.empty()) body += fmt::format(R"(,"suberror":"{}")", error.suberror);
  return json_reply(error.status, body + "}");
}

}  // namespace itsmc::sim::entra
