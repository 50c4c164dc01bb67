#include "scsm/fault_names.hpp"

#include <array>
#include <vector>

#include "entra/fault_names.hpp"

namespace itsmc::sim::scsm {
namespace {

constexpr std::string_view k_api = "/api/";
constexpr std::string_view k_base = "/api/itsmc/v1/";

constexpr auto k_names = std::to_array<FaultName>({
    // Instead of an answer of the bridge (scsm reference 2, trap 15).
    {"cold-start", "", k_api, "503 with the HTML page of a site whose process is not up yet"},
    {"site-stopped", "", "", "403 with the HTML page of a stopped web app"},
    {"bad-gateway-html", "", k_api, "502 with App Service's HTML page"},
    {"http-status", "CODE", k_api, "that status with a JSON error"},
    {"empty-body-200", "", k_api, "200 without a body"},
    {"microsoft-web-app", "", "", "Microsoft's own web app: /api/configtest, no itsmc routes"},
    // The management server (trap 12).
    {"sdk-unavailable", "", k_base, "502: the management server cannot be reached"},
    {"sdk-timeout", "", k_base, "504: the management server does not answer in time"},
    {"internal-error", "", k_base, "500 internal"},
    // ASP.NET's own errors (scsm reference 2).
    {"aspnet-500", "", k_base, "500 {Message,ExceptionMessage,ExceptionType,StackTrace}"},
    {"aspnet-model-state", "FIELD", k_base, "400 {Message,ModelState}"},
    {"api-version-required", "", k_base, "400 {Error:{Code:ApiVersionUnspecified}}"},
    // On the wire.
    {"reset-mid-body", "", k_api, "connection reset after half of the body"},
    {"close-mid-body", "", k_api, "connection closed after half of the body"},
    {"lost-answer", "", k_api, "the request is done, then the connection is reset"},
    {"refused-answer", "", k_api, "the request is done, its answer is 403"},
    {"slow", "MS", k_api, "waits before the answer"},
    {"slow-body", "MS", k_api, "spreads the body over that time"},
    {"chunked", "", "", "Transfer-Encoding: chunked instead of a length"},
    {"no-gzip", "", "", "never packs, whatever is accepted"},
    {"clock-skew", "SECONDS", "", "Date and serverTimeUtc that much ahead (negative: behind)"},
    {"tls-expired", "", "", "certificate expired two days ago"},
    {"tls-wrong-host", "", "", "certificate for other.example"},
    {"tls-self-signed", "", "", "certificate not signed by the simulator's CA"},
    {"rate-limit", "N|none|date:N", k_base, "429 with that Retry-After (default 2)"},
    // Access.
    {"refuse-token", "", k_base, "one 401 though the token is good", 1},
    {"expire-token", "", k_base, "the tokens end: one 401", 1},
    {"api-401-always", "", k_base, "401 whatever the token"},
    {"audience", "URI", k_base, "the site's audience is that, not its URL (trap 3)"},
    {"audience-slash", "", k_base, "the site's audience is its URL with a slash behind it"},
    {"anonymous-info", "", k_base, "/info answers without a token (trap 5)"},
    {"anonymous", "", k_base, "everything answers without a token: no bearer middleware"},
    {"no-read", "incident|change", k_base, "403 for that type; /me says so"},
    {"no-write", "", k_base, "403 for creating incidents; /me says so"},
    {"no-ci-write", "", k_base, "403 for creating configuration items; /me says so"},
    {"old-gateway", "", k_base, "a gateway of before the contract's features: it knows none"},
    {"no-external-id", "", k_base, "403 for looking an incident up by its externalId"},
    // Writing.
    {"nothing-made", "", "/v1/incidents", "201 without an incident, and there is none"},
    {"drop-field", "MEMBER", k_base, "a new incident's member is passed over in silence"},
    {"change-field", "MEMBER:VALUE", k_base, "a rule gives a new incident's member that value"},
    {"resolve-refused", "", k_base, "409 for setting a status"},
    {"no-roles", "", k_base, "/me without userRoles and can"},
    // Paging (traps 9, 10).
    {"empty-page", "", k_base, "no rows although there are some, with a next link"},
    {"page-larger", "N", k_base, "N rows more than asked for"},
    {"page-smaller", "N", k_base, "at most N rows, whatever was asked for; /info says so"},
    {"duplicate-rows", "N", k_base, "the first N rows come again at the end of the page"},
    {"late-commit", "SECONDS", k_base,
     "before the answer a new row appears with lastModified that long ago"},
    {"update-between-pages", "N", k_base, "before the answer N rows are changed now"},
    {"foreign-next", "HOST", k_base, "the next link names that host"},
    {"no-next", "", k_base, "no next link although there are more rows"},
    // Shapes (traps 6, 7, 13).
    {"localised", "", k_base, "display names in German; ids and names stay"},
    {"deleted-cis", "", k_base, "deleted configuration items are not filtered out"},
    {"bad-date", "", k_base, "first row of the page: lastModified is malformed"},
    {"bad-id", "", k_base, "first row of the page: baseId is null"},
    {"truncated-json-200", "PERCENT", k_base, "200, the JSON ends after PERCENT (default 60)"},
    {"error-200", "", k_base, "200 with an error behind the rows"},
    {"contract", "NAME", k_base, "/info names another contract"},
});

}  // namespace

std::span<const FaultName> fault_names() {
  static const std::vector<FaultName> all = [] {
    std::vector<FaultName> names(k_names.begin(), k_names.end());
    const auto of_entra = entra::fault_names();
    names.insert(names.end(), of_entra.begin(), of_entra.end());
    return names;
  }();
  return all;
}

}  // namespace itsmc::sim::scsm
