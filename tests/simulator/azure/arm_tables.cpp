// Workspaces, their tables, and the operations that a table's creation runs as.
#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "azure/arm.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

constexpr std::size_t k_most_columns = 500;
constexpr std::size_t k_longest_name = 45;
constexpr std::int64_t k_usual_ms = 1000;  // until a new table is ready

constexpr auto k_types =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"string", "string"},
                                                                  {"int", "int"},
                                                                  {"long", "long"},
                                                                  {"real", "real"},
                                                                  {"boolean", "boolean"},
                                                                  {"datetime", "dateTime"},
                                                                  {"guid", "guid"},
                                                                  {"dynamic", "dynamic"}});

constexpr auto k_reserved = std::to_array<std::string_view>(
    {"_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"});

bool good_name(std::string_view name) {
  return !name.empty() && name.size() <= k_longest_name &&
         std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::string_view table_spelling(std::string_view type) {
  const auto* found = std::find_if(k_types.begin(), k_types.end(),
                                   [&](const auto& one) { return one.first == type; });
  return found == k_types.end() ? type : found->second;
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Empty, or what is wrong with the columns (limits: azure reference 2.2).
std::string read_columns(const json& list, std::vector<Column>& columns) {
  if (!list.is_array()) return "schema.columns must be an array";
  for (const auto& one : list) {
    const Column column{text_of(one, "name"), lower(text_of(one, "type")),
                        text_of(one, "description")};
    if (std::find(k_reserved.begin(), k_reserved.end(), column.name) != k_reserved.end()) {
      return "column name '" + column.name + "' is reserved";
    }
    if (!good_name(column.name)) {
      return "column name '" + column.name +
             "' must begin with a letter and hold at most 45 letters, digits and underscores";
    }
    if (table_spelling(column.type) == column.type && column.type == "datetime") {
      return "column type '" + column.type + "' is not known";
    }
    if (std::none_of(k_types.begin(), k_types.end(),
                     [&](const auto& type) { return type.first == column.type; })) {
      return "column '" + column.name + "' has the unknown type '" + text_of(one, "type") + "'";
    }
    if (find_column(columns, column.name)) return "column '" + column.name + "' stands twice";
    columns.push_back(column);
  }
  if (columns.size() > k_most_columns) return "more than 500 columns";
  const auto* time = find_column(columns, "TimeGenerated");
  if (!time || time->type != "datetime") {
    return "the schema must contain a column named TimeGenerated of type dateTime";
  }
  return {};
}

// A column's type cannot change while it holds data; the name of the first that would.
std::string changed_type(const Table& before, const Table& after) {
  for (const auto& column : after.columns) {
    const auto* known = find_column(before.columns, column.name);
    if (known && known->type != column.type) return column.name;
  }
  return {};
}

Reply invalid(std::string message) {
  return arm_error(400, {"InvalidParameter", std::move(message)});
}

json column_json(const Column& column) {
  json out{{"name", column.name},
           {"type", table_spelling(column.type)},
           {"isDefaultDisplay", true},
           {"isHidden", false}};
  if (!column.description.empty()) out["description"] = column.description;
  return out;
}

json table_json(const std::string& workspace_id, const Table& table, std::int64_t now_ms) {
  json columns = json::array();
  for (const auto& column : table.columns) columns.push_back(column_json(column));
  const json standard = json::array(
      {{{"name", "TenantId"}, {"type", "guid"}, {"isDefaultDisplay", false}, {"isHidden", false}}});
  const int days = table.retention_days < 0 ? 30 : table.retention_days;
  const int total = table.total_retention_days < 0 ? days : table.total_retention_days;
  return {{"id", workspace_id + "/tables/" + table.name},
          {"name", table.name},
          {"properties",
           {{"schema",
             {{"name", table.name},
              {"tableType", "CustomLog"},
              {"tableSubType", "DataCollectionRuleBased"},
              {"columns", columns},
              {"standardColumns", standard},
              {"solutions", json::array({"LogManagement"})}}},
            {"plan", table.plan},
            {"retentionInDays", days},
            {"totalRetentionInDays", total},
            {"archiveRetentionInDays", total - days},
            {"retentionInDaysAsDefault", table.retention_days < 0},
            {"totalRetentionInDaysAsDefault", table.total_retention_days < 0},
            {"provisioningState", table.ready_ms <= now_ms ? "Succeeded" : "Updating"}}}};
}

json workspace_json(const Workspace& workspace) {
  return {{"id", workspace.id},
          {"name", workspace.name},
          {"type", "Microsoft.OperationalInsights/workspaces"},
          {"location", workspace.region},
          {"properties",
           {{"customerId", workspace.customer_id},
            {"provisioningState", "Succeeded"},
            {"sku", {{"name", "PerGB2018"}}},
            {"retentionInDays", 30},
            {"publicNetworkAccessForIngestion", "Enabled"},
            {"publicNetworkAccessForQuery", "Enabled"}}}};
}

int days_of_plan(const json& properties, const char* name, int otherwise) {
  const auto found = properties.find(name);
  return found != properties.end() && found->is_number_integer() ? found->get<int>() : otherwise;
}

// Takes what a body says over to the table; empty, or what is wrong.
std::string read_table(const json& body, Table& table) {
  const json properties = body.value("properties", json::object());
  const json schema = properties.value("schema", json::object());
  const std::string named = text_of(schema, "name");
  if (!named.empty() && !same_id(named, table.name)) {
    return "schema.name '" + named + "' is not the table's name";
  }
  if (schema.contains("columns")) {
    table.columns.clear();
    const std::string wrong = read_columns(schema["columns"], table.columns);
    if (!wrong.empty()) return wrong;
  }
  const std::string plan = text_of(properties, "plan");
  if (!plan.empty()) table.plan = plan;
  if (table.plan != "Analytics" && table.plan != "Basic" && table.plan != "Auxiliary") {
    return "unknown plan '" + table.plan + "'";
  }
  table.retention_days = days_of_plan(properties, "retentionInDays", table.retention_days);
  table.total_retention_days =
      days_of_plan(properties, "totalRetentionInDays", table.total_retention_days);
  const bool good =
      table.retention_days == -1 || (table.retention_days >= 4 && table.retention_days <= 730);
  return good ? std::string() : "retentionInDays must be -1 or between 4 and 730";
}

bool same_table(const Table& left, const Table& right) {
  const auto same_column = [](const Column& a, const Column& b) {
    return a.name == b.name && a.type == b.type && a.description == b.description;
  };
  return left.plan == right.plan && left.retention_days == right.retention_days &&
         left.total_retention_days == right.total_retention_days &&
         std::equal(left.columns.begin(), left.columns.end(), right.columns.begin(),
                    right.columns.end(), same_column);
}

// What the switch drop-column leaves of a table.
Table seen_table(const Site& site, Table table) {
  const auto [on, name] = site.bench.faults.peek("drop-column");
  if (on)
    std::erase_if(table.columns,
                  [&dropped = name](const Column& column) { return column.name == dropped; });
  return table;
}

std::string operation_url(const Arm::Ask& ask, const Site& site, const std::string& id) {
  std::string origin = ask.request.origin();
  if (const auto* host = ask.firing.argument("async-other-host")) {
    origin = host->empty() ? "https://elsewhere.example" : *host;
  }
  std::string url = fmt::format(
      "{}/subscriptions/{}/providers/Microsoft.OperationalInsights/locations/{}/operationStatuses/"
      "{}?api-version=2022-10-01",
      origin, site.settings.subscription, site.settings.region, id);
  if (ask.firing.has("async-long-url")) url += "&t=" + std::string(4096, 'x');
  return url;
}

}  // namespace

Reply Arm::list_workspaces(const Ask& /*ask*/) {
  const std::lock_guard lock(site_.estate.mutex);
  json all = json::array();
  for (const auto& [id, workspace] : site_.estate.workspaces) {
    all.push_back(workspace_json(workspace));
  }
  return arm_list(all);
}

Reply Arm::get_workspace(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto* workspace = site_.estate.workspace(ask.path.id);
  return workspace ? arm_ok(200, workspace_json(*workspace)) : not_found(ask.path);
}

Reply Arm::list_tables(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  json all = json::array();
  for (const auto& [name, table] : workspace->tables) {
    all.push_back(table_json(workspace->id, seen_table(site_, table), site_.now_ms()));
  }
  return arm_list(all);
}

Reply Arm::get_table(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  const auto* table = find_table(*workspace, ask.path.name());
  if (!table) return not_found(ask.path);
  return arm_ok(200, table_json(workspace->id, seen_table(site_, *table), site_.now_ms()));
}

Reply Arm::put_table(const Ask& ask) {
  Table table;
  table.name = ask.path.name();
  if (!table.name.ends_with("_CL")) {
    return invalid("the name of a custom table must end with _CL: '" + table.name + "'");
  }
  if (!good_name(table.name)) return invalid("table name '" + table.name + "' is not valid");
  const std::string wrong = read_table(ask.body, table);
  if (!wrong.empty()) return invalid(wrong);
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  const auto* known = find_table(*workspace, table.name);
  if (!known && table.columns.empty()) return invalid("a new table needs schema.columns");
  if (known && table.columns.empty()) table.columns = known->columns;
  return save_table(ask, std::move(table), known == nullptr);
}

// A patch adds columns to those that stand; the simulator's choice, the reference says nothing.
Reply Arm::patch_table(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace = site_.estate.workspace(ask.path.parent());
  const auto* known = workspace ? find_table(*workspace, ask.path.name()) : nullptr;
  if (!known) return not_found(ask.path);
  Table table = *known;
  const std::string wrong = read_table(ask.body, table);
  if (!wrong.empty()) return invalid(wrong);
  for (const auto& column : known->columns) {
    if (!find_column(table.columns, column.name)) table.columns.push_back(column);
  }
  return save_table(ask, std::move(table), false);
}

Reply Arm::save_table(const Ask& ask, Table table, bool is_new) {
  auto& workspace = *site_.estate.workspace(ask.path.parent());
  const std::int64_t now = site_.now_ms();
  if (!is_new) {
    const Table& known = *find_table(workspace, table.name);
    if (known.ready_ms > now) {
      return arm_error(409, {"OperationInProgress", "Another operation on the table '" +
                                                        table.name + "' is in progress."});
    }
    const std::string changed = changed_type(known, table);
    if (!changed.empty()) return invalid("the type of column '" + changed + "' cannot change");
    if (same_table(known, table)) return arm_ok(200, table_json(workspace.id, known, now));
  }
  std::int64_t wait = k_usual_ms;
  if (const auto* seconds = ask.firing.argument("arm-slow")) wait = number_or(*seconds, 60) * 1000;
  const bool failed = ask.firing.has("arm-failed");
  const bool direct = ask.firing.has("arm-direct");
  table.ready_ms = direct ? now : now + wait;
  const std::string id = entra::new_guid();
  const json body = table_json(workspace.id, table, now);
  site_.estate.operations[id] = {table.ready_ms, failed ? "TableCreationFailed" : "",
                                 workspace.id + "/tables/" + table.name};
  if (!failed) workspace.tables[lower(table.name)] = std::move(table);
  if (direct && !failed) return arm_ok(200, body);
  Reply reply = arm_ok(202, body);
  const std::string url = operation_url(ask, site_, id);
  reply.set_header("Azure-AsyncOperation", url);
  reply.set_header("Location", url);
  reply.set_header("Retry-After", "1");
  return reply;
}

// {"id":"..","name":"..","status":"Succeeded"}, {"status":"Failed","error":{..}} or InProgress.
Reply Arm::get_operation(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto found = site_.estate.operations.find(ask.path.name());
  if (found == site_.estate.operations.end()) return not_found(ask.path);
  const Operation& operation = found->second;
  json body{{"id", ask.path.id}, {"name", ask.path.name()}};
  if (operation.ready_ms > site_.now_ms()) {
    body["status"] = "InProgress";
    Reply reply = arm_ok(200, body);
    reply.set_header("Retry-After", "1");
    return reply;
  }
  body["status"] = operation.failure.empty() ? "Succeeded" : "Failed";
  if (!operation.failure.empty()) {
    body["error"] = {{"code", operation.failure},
                     {"message", "The table '" + operation.resource + "' could not be created."}};
  }
  return arm_ok(200, body);
}

Reply Arm::delete_table(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  const bool gone = workspace->tables.erase(lower(ask.path.name())) > 0;
  if (gone) site_.rows.clear(ask.path.name());
  Reply reply;
  reply.status = gone ? 200 : 204;
  return reply;
}

// Idempotent and without an effect here: tables are of the new kind already (reference 2.7).
Reply Arm::migrate_table(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace =
      site_.estate.workspace(ask.path.id.substr(0, lower(ask.path.id).find("/tables/")));
  if (!workspace || !find_table(*workspace, ask.path.name())) return not_found(ask.path);
  Reply reply;
  reply.status = 200;
  return reply;
}

}  // namespace itsmc::sim::azure
