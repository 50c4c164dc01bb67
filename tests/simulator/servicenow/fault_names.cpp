#include "servicenow/fault_names.hpp"

#include <array>

namespace itsmc::sim::servicenow {
namespace {

constexpr std::string_view k_api = "/api/";
constexpr std::string_view k_tables = "/table/";
constexpr std::string_view k_changes = "/sn_chg_rest/";
constexpr std::string_view k_events = "/em/jsonv2";
constexpr std::string_view k_engine = "/identifyreconcile";
constexpr std::string_view k_token = "/oauth_token.do";

constexpr auto k_names = std::to_array<FaultName>({
    // Instead of an answer of the API (reference 10).
    {"hibernating", "", "", "200 with the HTML page of a sleeping developer instance"},
    {"hibernating-302", "", "", "302 to developer.servicenow.com"},
    {"sso-302", "", k_api, "302 to /login_with_sso.do"},
    {"login-html", "", k_api, "200 with the HTML log-in page"},
    {"maintenance-503", "", "", "503 with an HTML page"},
    {"bad-gateway-html", "", "", "502 with an HTML page"},
    {"http-status", "CODE", k_api, "that status with a JSON error"},
    {"empty-body-200", "", k_api, "200 without a body: the path missed the REST router"},
    {"accepted-202", "cookie|always", k_api,
     "202 without a body: when a session cookie is sent back (default), or always"},
    {"quota-500", "", k_api, "500, transaction cancelled"},
    {"error-key-200", "", k_tables, "200, rows followed by an error member (transaction quota)"},
    {"truncated-json-200", "PERCENT", k_tables, "200, the JSON ends after PERCENT (default 60)"},
    // On the wire.
    {"reset-mid-body", "", k_api, "connection reset after half of the body"},
    {"close-mid-body", "", k_api, "connection closed after half of the body"},
    {"lost-answer", "", k_api, "the request is done, then the connection is reset"},
    {"refused-answer", "", k_api, "the request is done, its answer is 403"},
    {"slow", "MS", k_api, "waits before the answer"},
    {"slow-body", "MS", k_api, "spreads the body over that time"},
    {"chunked", "", "", "Transfer-Encoding: chunked instead of a length"},
    {"no-gzip", "", "", "never packs, whatever is accepted"},
    {"clock-skew", "SECONDS", "", "Date header that much ahead (negative: behind)"},
    {"tls-expired", "", "", "certificate expired two days ago"},
    {"tls-wrong-host", "", "", "certificate for other.example"},
    {"tls-self-signed", "", "", "certificate not signed by the simulator's CA"},
    // Limits (reference 5).
    {"rate-limit", "0|N|none|date:N", k_api,
     "429 with X-RateLimit headers and that Retry-After (default 2)"},
    {"rate-limit-bare", "0|N|none|date:N", k_api,
     "429 of the semaphores: no X-RateLimit headers; Retry-After none unless given"},
    // Access (reference 1, 2.5, 2.7).
    {"acl-rows", "PERCENT", k_tables, "task rows removed after the limit was applied"},
    {"acl-rows-block", "K[:sys_id|:sys_updated_on]", k_tables,
     "the first K rows of that order are hidden: whole pages are empty with more behind"},
    {"acl-fields", "A,B[@PERCENT]", k_tables, "these fields are absent (in PERCENT of the rows)"},
    {"acl-table", "NAME", k_api, "403 for that table"},
    {"acl-api", "", k_tables, "403, API level ACL"},
    {"acl-write", "", k_tables, "403 for every write"},
    {"no-role", "NAME", k_api, "that role is not listed; without itil every write is 403"},
    {"roles-unreadable", "", k_tables, "sys_user_has_role is empty"},
    {"sys-properties-unreadable", "", k_tables, "sys_properties is empty"},
    {"choices-unreadable", "", k_tables, "sys_choice is empty"},
    {"audit-refused", "", k_tables, "403 for sys_audit_delete"},
    {"locked-user", "", "", "every sign-in and token is refused"},
    {"expired-token-once", "", k_api, "the current token ends: one 401", 1},
    {"api-401-always", "", k_api, "401 whatever the token"},
    {"basic-blocked", "", k_api, "401 for Basic although the password is right"},
    {"token-401-always", "", k_token, "the token endpoint refuses everything"},
    {"token-missing", "", k_token, "200 without access_token"},
    {"no-refresh-token", "", k_token, "the answer carries no refresh token"},
    {"refresh-401", "", k_token, "refresh tokens are refused"},
    {"guest-token", "", k_token, "client credentials give a guest's token: every call is 401"},
    {"client-credentials-off", "", k_token, "the grant is refused"},
    // Paging (reference 2.4, 3.2).
    {"total-count-off", "absent|+N|-N|N", k_tables, "X-Total-Count is absent or wrong"},
    {"no-link", "", k_tables, "no Link header"},
    {"empty-page", "", k_tables, "no rows although there are some, with next"},
    {"duplicate-rows", "N", k_tables, "the first N rows come again at the end of the page"},
    {"page-larger", "N", k_tables, "N rows more than asked for"},
    {"late-commit", "SECONDS", k_tables,
     "before the answer a new row appears with sys_updated_on that long ago"},
    {"update-between-pages", "N", k_tables, "before the answer N rows are changed now"},
    {"invalid-query-returns-none", "", k_api,
     "an unknown field or clause gives no rows (default: the clause is dropped)"},
    {"query-ignored", "", k_tables, "sysparm_query is ignored: the whole table comes"},
    {"v1-empty-404", "", k_tables, "an empty list is 404 in every version (v1 always does)"},
    // Shapes (reference 2.3, 2.9).
    {"null-choices", "", k_tables, "choices show null: display always, value when empty"},
    {"key-order-shuffled", "", k_tables, "the order of keys differs from row to row"},
    {"empty-links", "", k_tables, "mode all: empty references carry link \"\""},
    {"bare-numbers", "", k_tables, "integers are JSON numbers"},
    {"non-hex-sys-id", "ID", k_tables, "the table has a row with sys_id ID (default global)"},
    {"bad-date", "FIELD", k_tables, "first row of the page: that date (opened_at) is malformed"},
    {"user-zone", "MINUTES", k_api, "the user's zone, east of UTC (default -480)"},
    {"date-format", "yyyy-MM-dd|dd/MM/yyyy|MM/dd/yyyy", k_api, "the user's date format"},
    {"version", "TAG", k_tables, "build tag in sys_properties"},
    // Writing (reference 2.5, 4).
    {"insert-403", "", k_tables, "403 although the record was created"},
    {"data-policy-403", "FIELDS", k_tables, "creating is refused, naming mandatory fields"},
    {"nothing-made", "", k_api, "success, but there is no record, event or configuration item"},
    {"drop-field", "NAME", k_api, "a business rule: that field is not stored"},
    {"change-field", "NAME:VALUE", k_api, "a business rule: that field is stored as VALUE"},
    {"resolve-refused", "rule", k_api,
     "a sent state is dropped in silence; with 'rule' a business rule says 403"},
    {"dictionary-unreadable", "", k_tables, "sys_dictionary is empty"},
    // Changes, events, identification (reference 6, 7).
    {"no-change-api", "", k_api, "the Change Management API is not there"},
    {"change-worker", "", k_changes, "a new change is made by a worker: the answer has no record"},
    {"no-event-management", "", k_api, "neither the events' API nor their tables are there"},
    {"events-count", "N", k_events, "that many events are said to be inserted; those are"},
    {"events-wait", "", k_events, "events stay in the state Ready: no alert"},
    {"events-fail", "", k_events, "events end in the state Error: no alert"},
    {"ire-incomplete", "", k_engine, "INSERT_AS_INCOMPLETE: the payload is kept aside"},
    {"ire-unknown", "", k_engine, "INSERT with sysId Unknown: nothing is made"},
    {"ire-errors", "CODE", k_engine, "an item with that error (MISSING_MATCHING_ATTRIBUTES)"},
    {"invalid-choice-stored", "", k_tables, "unknown choice values are kept (default: dropped)"},
});

}  // namespace

std::span<const FaultName> fault_names() {
  return k_names;
}

}  // namespace itsmc::sim::servicenow
