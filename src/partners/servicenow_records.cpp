#include "partners/servicenow_records.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_walk.hpp"

namespace itsmc::partners::servicenow {
namespace {

using nlohmann::json;

std::string number_text(const json& value) {
  if (!value.is_number_float()) return value.dump();
  const double number = value.get<double>();
  if (std::trunc(number) != number || std::abs(number) > 1e15) return value.dump();
  return fmt::format("{}", static_cast<std::int64_t>(number));
}

/// "x", 3, -5.0, true, null.
std::string scalar_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return number_text(value);
  return {};
}

std::string part_text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::string() : scalar_text(*found);
}

}  // namespace

std::string Record::value(std::string_view field) const {
  const auto found = values.find(field);
  return found == values.end() ? std::string() : found->second;
}

std::string Record::label(std::string_view field) const {
  const auto found = shown.find(field);
  return found == shown.end() || found->second.empty() ? value(field) : found->second;
}

// {"sys_id":{"display_value":"c537..","value":"c537.."},"state":{"display_value":"New","value":-5.0},
// "number":"INC0010002","assignment_group":{"link":"https://..","value":"287e.."}}: the Table API
// in each of its modes, and the Change API, whose values are typed (servicenow reference 2.3, 6.2).
Record parse_record(const json& object) {
  Record record;
  if (!object.is_object()) return record;
  for (const auto& [name, field] : object.items()) {
    if (!field.is_object()) {
      record.values[name] = scalar_text(field);
      continue;
    }
    record.values[name] = part_text(field, "value");
    record.shown[name] = part_text(field, "display_value");
  }
  return record;
}

json parse_answer(const http::Response& response) {
  std::string plain;
  const std::string_view body = http::plain_body(response, plain);
  json answer = json::parse(body, nullptr, false);
  const std::string id = excerpt(response.header("X-Transaction-ID").value_or(""), 100);
  if (!answer.is_object()) {
    throw Error(Error(ErrorKind::protocol, fmt::format("ServiceNow sent JSON that is not complete: "
                                                       "\"{}\" ({} bytes)",
                                                       excerpt(body, 200), body.size()))
                    .with_request_id(id));
  }
  if (const auto error = answer.find("error"); error != answer.end()) {
    throw Error(
        Error(ErrorKind::protocol, fmt::format("ServiceNow answered {} with an error: {}",
                                               response.status, excerpt(error->dump(), 300)))
            .with_request_id(id));
  }
  return answer;
}

Records read_records(http::Client& client, const TableQuery& query, const std::stop_token& stop) {
  http::Request request;
  request.url =
      client.url("/api/now/table/" + query.table, {{"sysparm_query", query.query},
                                                   {"sysparm_fields", query.fields},
                                                   {"sysparm_display_value", "all"},
                                                   {"sysparm_exclude_reference_link", "true"},
                                                   {"sysparm_limit", std::to_string(query.limit)}});
  const http::Response response = client.exchange(request, http::Replay::safe, stop);
  const json answer = parse_answer(response);
  const auto result = answer.find("result");
  if (result == answer.end() || !result->is_array()) {
    throw Error(ErrorKind::protocol, fmt::format("the answer about {} has no result", query.table));
  }
  Records records;
  for (const json& row : *result) records.rows.push_back(parse_record(row));
  records.count = parse_count(response.header("X-Total-Count"));
  return records;
}

bool is_sys_id(std::string_view text) noexcept {
  return text.size() == 32 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace itsmc::partners::servicenow
