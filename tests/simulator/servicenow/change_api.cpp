// The Change Management API: servicenow reference 6.2.
#include <mutex>
#include <shared_mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "servicenow/answers.hpp"
#include "servicenow/record_write.hpp"

namespace itsmc::sim::servicenow {
namespace {

using nlohmann::json;

constexpr std::string_view k_table = "change_request";

bool is_type(std::string_view word) {
  return word == "normal" || word == "emergency" || word == "standard";
}

json number_of(const std::string& value) {
  if (value.empty()) return value;
  return static_cast<double>(number_or(value, 0));
}

// The stored text as that API types it: -5.0, true, "".
json typed(const Column& column, const std::string& value) {
  if (column.kind == ColumnKind::boolean) return value == "true";
  const bool coded = column.name == "state" || column.name == "impact" ||
                     column.name == "urgency" || column.name == "priority" ||
                     column.name == "risk" || column.name == "escalation";
  return coded || column.kind == ColumnKind::integer ? number_of(value) : json(value);
}

json rendered(Site& site, const Call& call, const RowRef& row) {
  View view = view_of(site, call);
  view.mode = DisplayMode::all;
  view.links = Links::excluded;
  view.fields.clear();
  json record = json::parse(site.pages.record(row, view))["result"];
  const Schema& schema = site.instance.table(row.table).schema();
  for (auto& [name, field] : record.items()) {
    const auto number = schema.find(name);
    if (!number) continue;
    const Column& column = schema.column(*number);
    const json shown = field["display_value"];
    if (column.kind == ColumnKind::date_time) field["display_value_internal"] = shown;
    field["value"] = typed(column, field["value"].is_string() ? field["value"] : "");
  }
  return record;
}

Reply answered(Site& site, const Call& call, const RowRef& row, const json& ignored) {
  json record = rendered(site, call, row);
  record["__meta"] = {{"ignoredFields", ignored}};
  return json_reply(200, json{{"result", record}}.dump());
}

// Names that the table does not have leave the fields and are told.
json take_unknown(const Schema& schema, Fields& sent) {
  json ignored = json::array();
  std::erase_if(sent, [&](const Field& field) {
    const bool unknown = !schema.find(field.name);
    if (unknown) ignored.push_back(field.name);
    return unknown;
  });
  return ignored;
}

std::optional<Reply> prepare(Site& site, const Call& call, std::string_view operation,
                             Fields& sent) {
  if (auto reply = write_refusal(site, call, operation)) return reply;
  return read_body(call.request, sent);
}

Reply make_change(Site& site, const Call& call, std::string_view type) {
  Fields sent;
  if (auto reply = prepare(site, call, "Insert", sent)) return *std::move(reply);
  if (call.firing.has("nothing-made")) return json_reply(200, R"({"result":{}})");
  const std::unique_lock lock(site.instance.lock);
  const json ignored = take_unknown(site.instance.table(k_table)->schema(), sent);
  if (!type.empty()) {
    std::erase_if(sent, [](const Field& field) { return field.name == "type"; });
    sent.push_back({"type", std::string(type)});
  }
  const WriteResult result = insert_record(site, call, std::move(sent));
  if (result.refused) return rule_reply(*result.refused);
  if (call.firing.has("insert-403")) return acl_exception("Insert");
  if (call.firing.has("change-worker")) {
    return json_reply(200, R"({"result":{"worker":{"sysId":"0","link":"/worker/0"}}})");
  }
  return answered(site, call, result.row, ignored);  // 200, not 201
}

Reply update_change(Site& site, const Call& call) {
  Fields sent;
  if (auto reply = prepare(site, call, "Update", sent)) return *std::move(reply);
  const std::unique_lock lock(site.instance.lock);
  const Table& table = *site.instance.table(k_table);
  const auto number = table.find(Key(call.id));
  if (!number || call.id.size() > 32) return no_record();
  const json ignored = take_unknown(table.schema(), sent);
  const WriteResult result = change_record(site, call, *number, std::move(sent));
  if (result.refused) return rule_reply(*result.refused);
  return answered(site, call, result.row, ignored);
}

Reply list_templates(Site& site, const Call& call) {
  const std::shared_lock lock(site.instance.lock);
  const auto number = site.instance.number_of("std_change_producer_version");
  json result = json::array();
  for (const auto row : site.instance.table(number).by_id()) {
    result.push_back(rendered(site, call, {number, row}));
  }
  return json_reply(200, json{{"result", result}}.dump());
}

Reply make_standard(Site& site, const Call& call, const std::string& id) {
  {
    const std::shared_lock lock(site.instance.lock);
    if (!site.instance.find("std_change_producer_version", Key(id))) return no_record();
  }
  return make_change(site, call, "standard");
}

}  // namespace

Reply change_api(Site& site, Call call, std::string_view rest) {
  const std::string& method = call.request.method;
  call.table = k_table;
  if (rest == "standard/template" && method == "GET") return list_templates(site, call);
  if (rest.starts_with("standard/") && method == "POST") {
    return make_standard(site, call, std::string(rest.substr(9)));
  }
  if (method == "POST" && (rest.empty() || is_type(rest))) return make_change(site, call, rest);
  call.id = rest;
  if (method == "PATCH" && !rest.empty()) return update_change(site, call);
  return no_resource();
}

}  // namespace itsmc::sim::servicenow
