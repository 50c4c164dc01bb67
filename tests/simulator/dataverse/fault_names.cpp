#include "dataverse/fault_names.hpp"

#include <array>
#include <vector>

#include "entra/fault_names.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::string_view k_api = "/api/data/";

constexpr auto k_names = std::to_array<FaultName>({
    // Sign-in (reference 2, traps 12 and 18).
    {"refuse-token", "", k_api, "one 401 though the token is good", 1},
    {"expire-token", "", k_api, "the current tokens end: one 401", 1},
    {"no-challenge", "", k_api, "a 401 carries no WWW-Authenticate"},
    {"not-a-member", "", k_api, "403: the token's user is not in the organisation"},
    {"user-disabled", "", k_api, "403: the user is disabled"},
    // Rights (traps 14, 10).
    {"no-read", "TABLE", k_api, "403 for reading that table (default: every one)"},
    {"no-write", "TABLE", k_api, "403 for writing that table (default: every one)"},
    {"hidden-rows", "PERCENT", k_api, "that many rows are silently absent (default 10)"},
    {"no-org-read", "", k_api, "403 for change tracking"},
    // Writing.
    {"nothing-made", "", k_api, "a new row is answered for, and there is none"},
    {"drop-field", "COLUMN", k_api, "a new row's column is passed over in silence"},
    {"change-field", "COLUMN:NUMBER", k_api, "a plug-in gives a new row's column that value"},
    {"resolve-refused", "", k_api, "400 for resolving: a plug-in's rule"},
    // Limits (trap 9).
    {"rate-limit", "SECONDS|date:N|none", k_api,
     "429 0x80072322, too many requests, with that Retry-After (default 2)"},
    {"limit-time", "SECONDS|date:N|none", k_api, "429 0x80072321, too much execution time"},
    {"limit-concurrent", "SECONDS|date:N|none", k_api, "429 0x80072326, too many at once"},
    // Paging (traps 2, 3, 16, 18).
    {"page-cap", "N", k_api, "the silent maximum of a page (default 5000; elastic tables 500)"},
    {"page-larger", "N", k_api, "N rows more than asked for"},
    {"empty-page", "", k_api, "no rows although there are some, with a next link"},
    {"duplicate-rows", "N", k_api, "the first N rows come again at the end of the page"},
    {"update-between-pages", "N", k_api, "before the answer N rows are changed now"},
    {"next-link-host", "HOST[:PORT]", k_api, "next links name that host (default other.example)"},
    {"next-link-relative", "", k_api, "next links are relative, as other OData servers' are"},
    // Values (trap 10).
    {"no-annotations", "", k_api, "annotations are not given though they were asked for"},
    {"user-zone", "MINUTES", k_api, "the user's zone in formatted dates (default -480)"},
    {"bad-date", "COLUMN", k_api, "that date (default modifiedon) is malformed"},
    {"version", "TEXT", k_api, "what RetrieveVersion says"},
    {"only-v9.0", "", k_api, "an old organisation: v9.1 and v9.2 are 404"},
    // Instead of an answer (trap 13).
    {"http-status", "CODE", k_api, "that status, the error with an empty code"},
    {"bad-gateway-html", "", "", "502 with an HTML page"},
    {"sign-in-html", "", k_api, "200 with the HTML of a sign-in page"},
    {"truncated-json-200", "PERCENT", k_api, "200, the JSON ends after PERCENT (default 60)"},
    // On the wire.
    {"reset-mid-body", "", k_api, "connection reset after half of the body"},
    {"close-mid-body", "", k_api, "connection closed after half of the body"},
    {"lost-answer", "", k_api, "the request is done, then the connection is reset"},
    {"refused-answer", "", k_api, "the request is done, its answer is 403"},
    {"slow", "MS", k_api, "waits before the answer"},
    {"slow-body", "MS", k_api, "spreads the body over that time"},
    {"chunked", "", "", "Transfer-Encoding: chunked instead of a length"},
    {"no-gzip", "", "", "never packs, whatever is accepted"},
});

}  // namespace

std::span<const FaultName> fault_names() {
  static const std::vector<FaultName> all = [] {
    std::vector<FaultName> names(k_names.begin(), k_names.end());
    const auto entra = entra::own_fault_names();
    names.insert(names.end(), entra.begin(), entra.end());
    return names;
  }();
  return all;
}

}  // namespace itsmc::sim::dataverse
