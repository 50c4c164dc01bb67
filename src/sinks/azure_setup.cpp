#include "sinks/azure_setup.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <xxhash.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/workspace_columns.hpp"
#include "itsmc/sinks/azure_query.hpp"

namespace itsmc::sinks {
namespace {

using nlohmann::json;
using Action = SetupStep::Action;

// Monitoring Metrics Publisher (azure reference 3).
constexpr std::string_view k_publisher = "3913510d-42f4-4e42-8a64-420c390055eb";
constexpr std::string_view k_role_version = "2022-04-01";
constexpr std::string_view k_search_version = "2020-08-01";
constexpr std::string_view k_destination = "workspace";

std::string_view table_name(TableKind kind) {
  return kind == TableKind::service_desk ? k_service_desk_table : k_service_desk_log_table;
}

std::span<const WorkspaceColumn> columns_of(TableKind kind) {
  return kind == TableKind::service_desk ? service_desk_columns() : service_desk_log_columns();
}

// Tables say dateTime, streams datetime (azure reference 3).
enum class Spelling : std::uint8_t { table, stream };

std::string_view type_word(ColumnType type, Spelling spelling) {
  if (type == ColumnType::number) return "real";
  if (type == ColumnType::text) return "string";
  return spelling == Spelling::table ? "dateTime" : "datetime";
}

bool has_column(const json& columns, std::string_view name) {
  return std::any_of(columns.begin(), columns.end(), [name](const json& column) {
    return column.is_object() && column.value("name", "") == name;
  });
}

/// Adds those of ours that lack; true when one did.
bool complete(json& columns, TableKind kind, Spelling spelling) {
  bool changed = false;
  for (const WorkspaceColumn& column : columns_of(kind)) {
    if (has_column(columns, column.name)) continue;
    json declared{{"name", column.name}, {"type", type_word(column.type, spelling)}};
    if (spelling == Spelling::table) declared["description"] = column.meaning;
    columns.push_back(std::move(declared));
    changed = true;
  }
  return changed;
}

json array_at(const json& object, const json::json_pointer& place) {
  const bool there = object.contains(place) && object.at(place).is_array();
  return there ? object.at(place) : json::array();
}

std::string subscription_of(const std::string& resource_id) {
  return resource_id.substr(0, resource_id.find("/resourceGroups/"));
}

/// Where rows of one stream go: declared, flowing, unchanged.
struct Flow {
  std::string_view stream;
  TableKind kind;
};
constexpr std::array k_flows{Flow{k_stream, TableKind::service_desk},
                             Flow{k_log_stream, TableKind::service_desk_log}};

json flow_json(const Flow& flow) {
  return {{"streams", json::array({flow.stream})},
          {"destinations", json::array({k_destination})},
          {"transformKql", "source"},
          {"outputStream", fmt::format("Custom-{}", table_name(flow.kind))}};
}

bool flows(const json& data_flows, std::string_view stream) {
  return std::any_of(data_flows.begin(), data_flows.end(), [stream](const json& flow) {
    const json streams = flow.value("streams", json::array());
    return std::find(streams.begin(), streams.end(), stream) != streams.end();
  });
}

/// 128 bits as a GUID: the same text, the same name.
std::string guid_from(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  const std::string hex = fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

std::string role_definition(const SetupTarget& target) {
  return fmt::format("{}/providers/Microsoft.Authorization/roleDefinitions/{}",
                     subscription_of(target.resource_id), k_publisher);
}

}  // namespace

std::string SetupTarget::rule_id() const {
  const std::string group = resource_id.substr(0, resource_id.find("/providers/"));
  return fmt::format("{}/providers/Microsoft.Insights/dataCollectionRules/{}", group, rule_name);
}

SetupStep plan_table(const SetupTarget& target, TableKind kind, const std::optional<json>& found) {
  const std::string name(table_name(kind));
  SetupStep step{.place = {target.resource_id + "/tables/" + name, k_table_version}};
  json columns =
      found ? array_at(*found, json::json_pointer("/properties/schema/columns")) : json::array();
  const bool lacks = complete(columns, kind, Spelling::table);
  if (lacks) step.action = found ? Action::update : Action::create;
  step.body = {{"properties", {{"schema", {{"name", name}, {"columns", std::move(columns)}}}}}};
  if (!found) step.body["properties"]["plan"] = "Analytics";
  return step;
}

SetupStep plan_rule(const SetupTarget& target, const std::optional<json>& found) {
  SetupStep step{.place = {target.rule_id(), k_rule_version}};
  if (found && read_rule(*found).endpoint.empty()) {
    throw Error(ErrorKind::invalid,
                fmt::format("the rule {} has no endpoint of its own, and it cannot get one: it was "
                            "not made with kind Direct",
                            target.rule_name),
                "choose another name: --rule-name NAME");
  }
  json properties = found ? found->value("properties", json::object()) : json::object();
  bool lacks = !found;
  for (const Flow& flow : k_flows) {
    json& declared = properties["streamDeclarations"][std::string(flow.stream)]["columns"];
    if (!declared.is_array()) declared = json::array();
    lacks = complete(declared, flow.kind, Spelling::stream) || lacks;
    json& data_flows = properties["dataFlows"];
    if (!data_flows.is_array()) data_flows = json::array();
    if (flows(data_flows, flow.stream)) continue;
    data_flows.push_back(flow_json(flow));
    lacks = true;
  }
  if (!found) {
    properties["destinations"]["logAnalytics"] =
        json::array({{{"workspaceResourceId", target.resource_id}, {"name", k_destination}}});
  }
  // What the service alone writes is not sent back.
  for (const char* own : {"immutableId", "endpoints", "provisioningState"}) properties.erase(own);
  if (lacks) step.action = found ? Action::update : Action::create;
  step.body = {{"location", target.location}, {"kind", "Direct"}, {"properties", properties}};
  return step;
}

SetupStep plan_role(const SetupTarget& target, const std::optional<json>& found) {
  const std::string scope = target.rule_id();
  const std::string name =
      guid_from(fmt::format("{}\n{}\n{}", scope, target.principal, k_publisher));
  // The type spares a look into the directory, which a fresh principal fails (azure reference 3).
  return {
      .action = found ? Action::none : Action::create,
      .place = {fmt::format("{}/providers/Microsoft.Authorization/roleAssignments/{}", scope, name),
                k_role_version},
      .body = {{"properties",
                {{"roleDefinitionId", role_definition(target)},
                 {"principalId", target.principal},
                 {"principalType", target.principal_type}}}}};
}

SetupStep plan_function(const SetupTarget& target, const std::optional<json>& found) {
  const std::string query(latest_work_items());
  const json::json_pointer place("/properties/query");
  const bool same = found && found->contains(place) && found->at(place) == query;
  return {.action = same    ? Action::none
                    : found ? Action::update
                            : Action::create,
          .place = {fmt::format("{}/savedSearches/{}", target.resource_id, k_latest_function),
                    k_search_version},
          .body = {{"properties",
                    {{"category", "ITSMC"},
                     {"displayName", k_latest_function},
                     {"functionAlias", k_latest_function},
                     {"query", query}}}}};
}

}  // namespace itsmc::sinks
