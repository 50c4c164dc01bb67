#include "itsmc/alerts/alert.hpp"

#include <array>

#include <fmt/format.h>

#include "alerts/shapes.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::alerts {
namespace {

Alert read_one(const json& payload) {
  if (!payload.is_object()) throw Error(ErrorKind::invalid, "not a JSON object");
  const json& data = member(payload, "data");
  if (member(data, "essentials").is_object()) return read_common(data);
  if (member(payload, "essentials").is_object()) return read_common(payload);
  if (member(data, "context").is_object()) return read_context(data);
  if (member(payload, "context").is_object()) return read_context(payload);
  if (member(member(payload, "properties"), "essentials").is_object()) return read_listed(payload);
  if (!member(data, "SearchQuery").is_null()) return read_flat_log(data);
  if (!member(payload, "SearchQuery").is_null()) return read_flat_log(payload);
  if (member(payload, "alertContext").is_object()) {
    throw Error(ErrorKind::invalid, "only an alertContext: data.essentials is missing",
                "give the whole payload, as Azure posts it");
  }
  std::string keys;
  for (const auto& [key, value] : payload.items()) {
    if (keys.size() < 80) keys += (keys.empty() ? "" : ", ") + excerpt(key, 30);
  }
  throw Error(
      ErrorKind::invalid,
      fmt::format("not an alert of a known schema; its keys: {}", keys.empty() ? "none" : keys),
      "Azure's common alert schema has schemaId and data.essentials");
}

Error at_place(const Error& error, std::size_t number, std::size_t of) {
  if (of == 1) return error;
  Error placed = error;
  placed.while_doing(fmt::format("alert {} of {}", number, of));
  return placed;
}

std::vector<json> payloads_of(std::string_view text) {
  try {
    json whole = parse_payload(text);
    if (!whole.is_array()) return {std::move(whole)};
    return {whole.begin(), whole.end()};
  } catch (const Error&) {
    // An object a line? Then each line must be one; else the first failure is the one to tell.
    std::vector<json> lines;
    for (const std::string& line : split(text, '\n')) {
      if (trim(line).empty()) continue;
      lines.push_back(try_parse(line));
      if (!lines.back().is_object()) throw;
    }
    if (lines.size() < 2) throw;
    return lines;
  }
}

}  // namespace

std::vector<Alert> read_alerts(std::string_view payload) {
  std::vector<Alert> alerts;
  const std::vector<json> payloads = payloads_of(payload);
  if (payloads.empty()) throw Error(ErrorKind::invalid, "an empty list: no alert in it");
  for (const json& one : payloads) {
    try {
      alerts.push_back(read_one(one));
    } catch (const Error& error) {
      throw at_place(error, alerts.size() + 1, payloads.size());
    }
  }
  return alerts;
}

AlertPage read_alert_page(std::string_view body) {
  AlertPage page;
  const json answer = try_parse(body);
  const json& value = member(answer, "value");
  if (!value.is_array()) throw Error(ErrorKind::protocol, "the list of alerts has no \"value\"");
  for (const json& entry : value) {
    const json& essentials = member(member(entry, "properties"), "essentials");
    const auto changed = time_at(essentials, "lastModifiedDateTime");
    if (!changed) {
      throw Error(ErrorKind::protocol,
                  fmt::format("alert {}: lastModifiedDateTime is no time: \"{}\"",
                              excerpt(text_at(entry, "name"), 60),
                              excerpt(text_at(essentials, "lastModifiedDateTime"), 40)));
    }
    page.entries.push_back(
        {.alert = read_listed(entry),
         .resource_id = text_at(entry, "id"),
         .changed_at = *changed,
         .suppressed = text_at(member(essentials, "actionStatus"), "isSuppressed") == "true"});
  }
  page.next_link = text_at(answer, "nextLink");
  return page;
}

std::string config_item_of(const Rows& rows, std::size_t row) {
  constexpr std::array<std::string_view, 4> k_columns{"_ResourceId", "ResourceId", "Resource",
                                                      "Computer"};
  for (const std::string_view wanted : k_columns) {
    for (std::size_t i = 0; i < rows.columns.size(); ++i) {
      if (!iequals(rows.columns[i], wanted)) continue;
      const std::string_view value = trim(rows.rows[row][i]);
      if (!value.empty()) return std::string(value);
    }
  }
  return {};
}

}  // namespace itsmc::alerts
