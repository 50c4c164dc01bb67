#include "partners/servicenow_lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow.hpp"
#include "partners/servicenow_walk.hpp"

namespace itsmc::partners::servicenow {
namespace {

using nlohmann::json;

std::string text_at(const json& row, const std::string& key) {
  const auto found = row.find(key);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Headers come when a rate-limit rule matches, on good answers too; X-RateLimit-Remaining is not
/// documented (servicenow reference 5).
std::string rate_limit_of(const http::Response& response) {
  std::vector<std::string> parts;
  for (const char* name :
       {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Rule"}) {
    const auto value = response.header(name);
    if (value) parts.push_back(fmt::format("{} {}", name, excerpt(*value, 60)));
  }
  return join(parts, ", ");
}

void read_rows(const Lookup& lookup, const http::Response& response, Finding& finding) {
  std::string plain;
  const std::string_view body = http::plain_body(response, plain);
  const json answer = json::parse(body, nullptr, false);
  const auto result = answer.is_object() ? answer.find("result") : answer.end();
  const bool whole = answer.is_object() && result != answer.end() && result->is_array() &&
                     answer.find("error") == answer.end();
  if (!whole) {
    finding.error = Error(ErrorKind::protocol, fmt::format("the answer about {} has no result: {}",
                                                           lookup.table, excerpt(body, 200)));
    return;
  }
  const std::vector<std::string> fields = split(lookup.fields, ',');
  for (const json& row : *result) {
    std::vector<std::string>& values = finding.rows.emplace_back();
    for (const std::string& field : fields) {
      values.push_back(row.is_object() ? text_at(row, field) : std::string());
    }
  }
  finding.count = parse_count(response.header("X-Total-Count"));
}

}  // namespace

Finding look_up(const Instance& instance, const Lookup& lookup, const std::stop_token& stop) {
  Finding finding;
  http::Request request;
  request.url = instance.client.url("/api/now/table/" + lookup.table,
                                    {{"sysparm_query", lookup.query},
                                     {"sysparm_fields", lookup.fields},
                                     {"sysparm_display_value", "false"},
                                     {"sysparm_exclude_reference_link", "true"},
                                     {"sysparm_limit", std::to_string(lookup.limit)}});
  try {
    const http::Response response = instance.client.raw(request, http::Replay::safe, stop);
    finding.rate_limit = rate_limit_of(response);
    finding.error = instance.client.failure_of(response);
    if (!finding.error) read_rows(lookup, response, finding);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    finding.error = error;
  }
  return finding;
}

Error named_failure(const Instance& instance, const Error& error, const std::stop_token& stop) {
  if (error.kind() != ErrorKind::unavailable && error.kind() != ErrorKind::protocol) return error;
  http::Request request;  // without credentials: the page is the same for everybody
  request.url = instance.client.url("/api/now/table/incident", {{"sysparm_limit", "1"}});
  request.headers.emplace_back("Accept", "application/json");
  const auto transport = instance.wire.new_transport();
  const http::Exchange exchange = transport->send(request, stop);
  if (!exchange.response) return error;
  const http::Response& response = *exchange.response;
  std::string plain;
  try {
    const std::string_view body = http::plain_body(response, plain);
    const std::string type = to_lower(response.header("Content-Type").value_or(""));
    if (type.find("json") != std::string::npos) return error;
    return judge(instance.connection.url).foreign(response, body).value_or(error);
  } catch (const Error&) {
    return error;  // a damaged body names nothing
  }
}

}  // namespace itsmc::partners::servicenow
