#include "azure/fault_names.hpp"

#include <array>
#include <vector>

#include "entra/fault_names.hpp"

namespace itsmc::sim::azure {
namespace {

constexpr std::string_view k_streams = "/streams/";
constexpr std::string_view k_arm = "/subscriptions/";
constexpr std::string_view k_query = "/query";
constexpr std::string_view k_metadata = "/metadata/";

constexpr auto k_names = std::to_array<FaultName>({
    // Of every API; ingestion unless path= says otherwise ("/query", "/tables/", "/oauth2/").
    {"bad-gateway-html", "", k_streams, "502 with an HTML page"},
    {"http-status", "CODE", k_streams, "that status with a JSON error"},
    {"rate-limit", "SECONDS|date:N|none", k_streams, "429 with that Retry-After (default 2)"},
    {"refuse-token", "", k_streams, "one 401 (query: 403) though the token is good", 1},
    {"expire-token", "", k_streams, "every token ends just before this request", 1},
    {"role-missing", "", k_streams, "403 though the role is assigned"},
    {"lost-answer", "", k_streams, "the request is done, then the connection is reset"},
    {"reset-upload", "", k_streams, "reset before the body is read: nothing is done", 0,
     FaultStage::head},
    {"oversize-reset", "", k_streams,
     "reset instead of 413 when Content-Length is over 1 MB, before the body is read", 0,
     FaultStage::head},
    {"reset-mid-body", "", k_query, "connection reset after half of the body"},
    {"close-mid-body", "", k_query, "connection closed after half of the body"},
    {"slow", "MS", k_streams, "waits before the answer"},
    {"slow-body", "MS", k_query, "spreads the body over that time"},
    {"chunked", "", k_query, "Transfer-Encoding: chunked instead of a length"},
    {"clock-skew", "SECONDS", "", "Date header that much ahead (negative: behind)"},
    {"tls-expired", "", "", "certificate expired two days ago"},
    {"tls-wrong-host", "", "", "certificate for other.example"},
    {"tls-self-signed", "", "", "certificate not signed by the simulator's CA"},
    // Ingestion (reference 2). Those without a path hold while they are on.
    {"refuse-row", "TEXT", k_streams, "400 for a call whose body holds that text"},
    {"drop-column", "NAME", "", "the tables have no such column: values are dropped silently"},
    {"drop-stream-column", "NAME", "", "the streams declare no such column: dropped silently"},
    {"role-delay", "SECONDS", "", "a new role assignment is felt that much later (default 1800)"},
    {"real-limits", "", "", "429 over 12,000 calls or 2 GB a minute, over 100 lists of alerts"},
    {"ingestion-delay", "SECONDS", "", "rows are queryable that much later (default 300)"},
    // Management (reference 3).
    {"arm-slow", "SECONDS", k_arm, "creating a table takes that long (default: 1)"},
    {"arm-direct", "", k_arm, "a table's PUT answers 200 at once, without an operation"},
    {"arm-failed", "", k_arm, "the operation of a table's PUT ends as Failed"},
    {"arm-forbidden", "ACTION", k_arm, "403 for actions with that text in them (tables/write)"},
    {"output-table-not-ready", "", k_arm, "a rule's PUT is refused with InvalidOutputTable"},
    {"principal-not-found", "", k_arm, "400 for role assignments without principalType"},
    {"async-other-host", "ORIGIN", k_arm, "Azure-AsyncOperation leads to another host"},
    {"async-long-url", "", k_arm, "Azure-AsyncOperation is longer than 4 KB"},
    {"next-link-443", "", "/alerts", "the list's nextLink names port 443"},
    // Query (reference 4).
    {"query-partial", "", k_query, "200 with half of the rows and a PartialError"},
    {"query-204", "", k_query, "204 as for a workspace without data"},
    {"query-empty-200", "", k_query, "200 without a body"},
    {"query-timeout", "", k_query, "504 GatewayTimeout"},
    // Managed identities (reference 1.3).
    {"imds-status", "CODE", k_metadata, "IMDS answers that status (default 410)"},
    {"no-identity", "", k_metadata, "the machine has no identity"},
});

}  // namespace

std::span<const FaultName> fault_names() {
  static const std::vector<FaultName> all = [] {
    std::vector<FaultName> out(k_names.begin(), k_names.end());
    const auto directory = entra::fault_names();
    out.insert(out.end(), directory.begin(), directory.end());
    return out;
  }();
  return all;
}

}  // namespace itsmc::sim::azure
