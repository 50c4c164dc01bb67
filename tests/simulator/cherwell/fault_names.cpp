#include "cherwell/fault_names.hpp"

#include <array>

namespace itsmc::sim::cherwell {
namespace {

constexpr std::string_view k_api = "/api/";
constexpr std::string_view k_search = "getsearchresults";
constexpr std::string_view k_save = "savebusinessobject";
constexpr std::string_view k_token = "/token";

constexpr auto k_names = std::to_array<FaultName>({
    // Instead of an answer of the API (reference 11).
    {"bad-gateway-html", "", "", "502 with an HTML page"},
    {"maintenance-503", "", "", "503 with an HTML page"},
    {"html-200", "", k_api, "200 with a proxy's HTML log-in page"},
    {"html-status", "CODE", k_api, "that status with an HTML page: passing"},
    {"http-status", "CODE[:ERRORCODE]", k_api,
     "that status with errorCode (default GENERALFAILURE): a 500 of this kind is for good"},
    {"rate-limit", "0|N|none|date:N", k_api, "429 with that Retry-After (default 2)"},
    {"empty-body-200", "", k_api, "200 without a body"},
    {"truncated-json-200", "PERCENT", k_api, "200, the JSON ends after PERCENT (default 60)"},
    // On the wire.
    {"reset-mid-body", "", k_api, "connection reset after half of the body"},
    {"close-mid-body", "", k_api, "connection closed after half of the body"},
    {"lost-answer", "", k_api, "the request is done, then the connection is reset"},
    {"refused-answer", "", k_api, "the request is done, its answer is 403"},
    {"slow", "MS", k_api, "waits before the answer"},
    {"slow-body", "MS", k_api, "spreads the body over that time"},
    {"chunked", "", "", "Transfer-Encoding: chunked instead of a length"},
    {"gzip", "", "", "packs for those who accept it (not documented, so off)"},
    {"clock-skew", "SECONDS", "", "Date header that much ahead (negative: behind)"},
    {"tls-expired", "", "", "certificate expired two days ago"},
    {"tls-wrong-host", "", "", "certificate for other.example"},
    {"tls-self-signed", "", "", "certificate not signed by the simulator's CA"},
    {"base-path", "PATH", "", "the API is below that path only (default /CherwellAPI)"},
    // Sign-in (reference 2).
    {"refuse-token", "", k_api, "one 401 though the token is good", 1},
    {"expire-token", "", k_api, "every access token ends: one 401 for each", 1},
    {"api-401-always", "", k_api, "401 whatever the token"},
    {"licences", "N", k_token, "N licences (default 25): each sign-in without logout takes one"},
    {"auth-modes", "A,B", k_token, "only these auth_mode values are enabled"},
    {"client-unknown", "", k_token, "400 invalid_client_id"},
    {"user-locked", "", k_token, "400 invalid_grant for the right password"},
    {"refresh-refused", "", k_token, "400 for every refresh token"},
    {"no-refresh-token", "", k_token, "the answer carries no refresh token"},
    {"token-missing", "", k_token, "200 without access_token"},
    {"token-error-as-text", "", k_token, "errors are a JSON string that holds JSON"},
    {"long-months", "", k_token, ".issued and .expires with whole month names"},
    // The release and its settings (reference 3, 6, 8).
    {"version", "9.3.2|9.6.0|9.7.0|10.5.0", "", "apiVersion, with what goes with it"},
    {"page-number", "page|row", "", "what pageNumber counts (default: row from 9.7.0 on)"},
    {"time-zone", "MINUTES|eastern|berlin", "", "the server's zone (default -300)"},
    {"no-utc-offset", "", "", "serviceinfo tells no offset"},
    {"no-time-zone", "", "", "serviceinfo's timeZone is null"},
    {"culture", "en-US|en-GB|de-DE", "", "of requests without locale"},
    {"empty-dates", "mixed|blank|1900|0001", k_api,
     "default mixed: blank, or 1/1/1900 in half of the search results"},
    {"field-ids", "bare|fi|full", k_api, "fieldId in answers (default: full in single reads)"},
    {"sort-direction", "0-ascending|1-ascending", k_api, "default 1-ascending"},
    // The blueprint (reference 5, 9).
    {"blueprint-lacks", "FIELD|TYPE.FIELD,..", "", "the blueprint has no such fields"},
    {"field-renamed", "OLD:NEW,..", "", "fields have other names with the same ids"},
    {"object-lacks", "TYPE,..", "", "the blueprint has no such objects"},
    {"object-renamed", "OLD:NEW,..", "", "objects have other names with the same ids"},
    {"required", "FIELD,..", "", "these fields are required too"},
    // Rights (reference 4, 11).
    {"no-view", "TYPE,..", k_api, "403 INSUFFICIENTRIGHTS; the permissions say so"},
    {"no-edit", "TYPE,..", k_api, "saving is 403; the permissions say so"},
    {"roles-readable", "", k_api, "getroles answers (default: 500 INSUFFICIENTRIGHTS)"},
    // Search and paging (reference 6).
    {"count-hidden", "", k_search, "totalRows and pages count rows that the user cannot see"},
    {"total-rows", "N|+N|-N", k_search, "totalRows is that, or off by as many"},
    {"has-more", "true|false", k_search, "hasMoreRecords is always that"},
    {"page-cap", "N", k_search, "never more than N rows, whatever pageSize says"},
    {"page-larger", "N", k_search, "N rows more than asked for"},
    {"empty-page", "", k_search, "no rows although there are some, with hasMoreRecords"},
    {"duplicate-rows", "N", k_search, "the first N rows come again at the end of the page"},
    {"update-between-pages", "N", k_search, "before the answer N rows are changed now"},
    {"late-commit", "SECONDS", k_search,
     "before the answer a new row appears, last modified that long ago"},
    {"ties-shuffle", "", k_search,
     "rows that the sorting leaves level come in another order each time"},
    {"sort-ignored", "", k_search, "sorting is ignored: another order in every request"},
    {"same-field-and", "", k_search, "filters on one field are AND-ed (default: OR-ed)"},
    {"unknown-filter-dropped", "", k_search,
     "a filter on an unknown field is ignored (default: 400)"},
    {"search-has-error", "", k_search, "200 with hasError"},
    {"row-error", "", k_search, "200, the first row has hasError and no fields"},
    {"bad-date", "FIELD", k_search, "first row: that date (LastModifiedDateTime) is malformed"},
    // Saving (reference 7).
    {"save-has-error", "", k_save, "200 with hasError, nothing is saved"},
    {"save-402", "", k_save, "402, valid but failed"},
    {"validation-errors-only", "", k_save, "fieldValidationErrors come with hasError false"},
    {"drop-on-save", "FIELD,..", k_save, "these fields are not stored, without a word"},
    {"change-on-save", "FIELD:VALUE", k_save, "a rule of the instance stores that value instead"},
    {"save-makes-nothing", "", k_save, "200 with ids, but nothing is saved"},
    {"save-500-after", "", k_save, "it is saved, then 500 with errorCode"},
    {"resolve-refused", "", k_save, "a Status Resolved or Closed is a validation error"},
});

}  // namespace

std::span<const FaultName> fault_names() {
  return k_names;
}

}  // namespace itsmc::sim::cherwell
