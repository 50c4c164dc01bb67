#include "itsmc/sinks/azure_query.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/core/workspace_columns.hpp"
#include "itsmc/sinks/log_analytics.hpp"
#include "sinks/azure_words.hpp"

namespace itsmc::sinks {
namespace {

using nlohmann::json;

constexpr int k_longest_wait = 600;  // seconds; azure reference 4

// Two steps: one arg_max has one key. Of a version that came twice, the one that was sent last.
constexpr std::string_view k_latest =
    "ServiceDesk_CL\n"
    "| summarize arg_max(TimeGenerated, *) by RecordKey_s, RecordVersion_s\n"
    "| summarize arg_max(RecordVersion_s, *) by RecordKey_s\n"
    "| where isnull(DeletedDate_t)";

QueryValue value_of(const json& cell) {
  using Kind = QueryValue::Kind;
  constexpr auto k_most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (cell.is_null()) return {};
  if (cell.is_string()) return {.kind = Kind::text, .text = cell.get<std::string>()};
  if (cell.is_boolean()) return {.kind = Kind::flag, .integer = cell.get<bool>() ? 1 : 0};
  if (cell.is_number_float()) return {.kind = Kind::real, .real = cell.get<double>()};
  const bool fits = !cell.is_number_unsigned() || cell.get<std::uint64_t>() <= k_most;
  if (cell.is_number_integer() && fits) {
    return {.kind = Kind::integer, .integer = cell.get<std::int64_t>()};
  }
  return {.kind = Kind::text, .text = cell.dump()};
}

[[noreturn]] void not_an_answer(std::string_view why) {
  throw Error(ErrorKind::protocol,
              fmt::format("the answer to the query is not Log Analytics': {}", why));
}

const json& member(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) not_an_answer(fmt::format("no {}", name));
  return object.at(name);
}

void read_table(const json& table, QueryAnswer& answer) {
  for (const json& column : member(table, "columns")) {
    const json& name = member(column, "name");
    answer.columns.push_back(name.is_string() ? name.get<std::string>() : name.dump());
  }
  for (const json& row : member(table, "rows")) {
    if (!row.is_array() || row.size() != answer.columns.size()) {
      not_an_answer("a row has not as many values as there are columns");
    }
    std::vector<QueryValue>& values = answer.rows.emplace_back();
    for (const json& cell : row) values.push_back(value_of(cell));
  }
}

/// A query may be the table's name, or go on from it.
std::string_view after_table(std::string_view kql) {
  std::string_view rest = trim(kql);
  for (const std::string_view name :
       {std::string_view("ServiceDesk_Latest"), k_service_desk_table}) {
    if (rest.starts_with(name)) return trim(rest.substr(name.size()));
  }
  return rest;
}

http::Judge query_judge() {
  http::Judge judge = azure_judge();
  judge.partner = "Log Analytics";
  judge.named = [](const http::Response& response, std::string_view body) -> std::optional<Error> {
    if (response.status != 400) return std::nullopt;
    return Error(ErrorKind::invalid,
                 fmt::format("Log Analytics does not take the query: {}", azure_words(body)),
                 "check the KQL; columns: itsmc workspace query NAME 'ServiceDesk_CL | getschema'");
  };
  return judge;
}

std::string hint_of(ErrorKind kind, const QueryTarget& target) {
  switch (kind) {
    case ErrorKind::denied:
      return "the identity needs the role \"Log Analytics Reader\" on the workspace; a new "
             "assignment takes some minutes to be felt";
    case ErrorKind::not_found:
      return fmt::format("no workspace has the id {}: itsmc workspace show {}", target.guid,
                         target.workspace);
    default:
      return {};
  }
}

}  // namespace

/// Reads
///   {"tables":[{"name":"PrimaryResult","columns":[{"name":"n","type":"long"}],"rows":[[2]]}],
///    "error":{"code":"PartialError","message":"There were some errors when ..","details":[..]}}
/// (azure reference 4).
QueryAnswer parse_query_answer(std::string_view body) {
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_discarded()) not_an_answer("it is not complete JSON");
  const json& tables = member(parsed, "tables");
  if (!tables.is_array() || tables.empty()) not_an_answer("no table");
  QueryAnswer answer;
  read_table(tables.front(), answer);
  if (parsed.contains("error")) {
    answer.partial = Error(ErrorKind::partly,
                           fmt::format("the query was answered in part: {}", azure_words(body)),
                           "narrow it: less time, fewer rows or columns");
  }
  return answer;
}

std::string_view latest_work_items() noexcept {
  return k_latest;
}

std::string over_latest(std::string_view kql) {
  const std::string_view rest = after_table(kql);
  if (!rest.empty() && !rest.starts_with('|')) {
    throw Error(ErrorKind::usage,
                fmt::format("--latest: the query begins with {} or with |", k_service_desk_table),
                "itsmc workspace query NAME '| summarize count() by IncidentState_s' --latest");
  }
  return fmt::format("{}\n{}", k_latest, rest);
}

AzureQuery::AzureQuery(const QueryTarget& target, std::unique_ptr<http::Authorizer> authorizer,
                       const http::Wire& wire)
    : target_(target),
      client_({.connection = target.workspace,
               .base_url = target.endpoint,
               .retry = {},
               .judge = query_judge(),
               .noun = "workspace"},
              std::move(authorizer), wire) {}

QueryAnswer AzureQuery::ask(std::string_view kql, const std::stop_token& stop) {
  http::Request request;
  request.method = "POST";
  request.url =
      client_.url(fmt::format("/v1/workspaces/{}/query", percent_encode(target_.guid)), {});
  // The service gives up before we do, so that its reason arrives.
  const auto wait = std::clamp(static_cast<int>(target_.timeout.count()) - 5, 1, k_longest_wait);
  request.headers = {{"Content-Type", "application/json"},
                     {"Accept", "application/json"},
                     {"Prefer", fmt::format("wait={}", wait)}};
  request.body = json{{"query", kql}}.dump(-1, ' ', false, json::error_handler_t::replace);
  const http::Response response = client_.raw(request, http::Replay::safe, stop);
  if (response.status == 204) return {};  // a workspace without data
  if (std::optional<Error> failure = client_.failure_of(response)) {
    const std::string hint = hint_of(failure->kind(), target_);
    throw hint.empty() ? *failure : failure->with_hint(hint);
  }
  std::string plain;
  return parse_query_answer(http::plain_body(response, plain));
}

}  // namespace itsmc::sinks
