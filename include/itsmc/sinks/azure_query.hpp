#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::sinks {

/// One value of a query's answer. Times, GUIDs and dynamic values are text, as they came.
struct QueryValue {
  enum class Kind : std::uint8_t { null, text, integer, real, flag } kind = Kind::null;
  std::int64_t integer = 0;  // exact; flag: 0 or 1
  double real = 0;
  std::string text;
};

/// What a query gave. `partial`: the rows are not all there are, and why.
struct QueryAnswer {
  std::vector<std::string> columns;
  std::vector<std::vector<QueryValue>> rows;  // as many values as columns
  std::optional<Error> partial;
};

/// The body of a 200, of which even an error may hold rows (azure reference 4; fixture
/// query-partial-error-200.json). Pure. Throws Error(protocol) when it is anything else.
[[nodiscard]] QueryAnswer parse_query_answer(std::string_view body);

/// KQL for the last version of each work item that is not deleted, out of ServiceDesk_CL: the rows
/// may have come more than once.
[[nodiscard]] std::string_view latest_work_items() noexcept;

/// `kql` over that instead of over the table: it begins with the table's name or with "|". Throws
/// Error(usage) for any other beginning.
[[nodiscard]] std::string over_latest(std::string_view kql);

/// Where a workspace is asked.
struct QueryTarget {
  std::string workspace;  // for messages
  std::string endpoint;   // "https://api.loganalytics.azure.com"
  std::string guid;       // of the workspace
  std::chrono::seconds timeout{120};
};

/// Log Analytics' query API (azure reference 4). Several threads; the wire's references outlive it.
class AzureQuery {
 public:
  AzureQuery(const QueryTarget& target, std::unique_ptr<http::Authorizer> authorizer,
             const http::Wire& wire);
  /// Throws Error: invalid (the service's words on the KQL), denied, not_found, and as
  /// http::Client. A workspace without any data gives an answer without columns.
  [[nodiscard]] QueryAnswer ask(std::string_view kql, const std::stop_token& stop);

 private:
  QueryTarget target_;
  http::Client client_;
};

}  // namespace itsmc::sinks
