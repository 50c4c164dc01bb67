// Data collection rules and endpoints (azure reference 3, steps 3 and 4).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "azure/arm.hpp"
#include "azure/kql_parse.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

constexpr std::string_view k_custom = "Custom-";
// Below this version `endpoints` is not shown.
constexpr std::string_view k_direct_version = "2023-03-11";

// Lower-case datetime here, unlike tables; no guid.
constexpr auto k_stream_types = std::to_array<std::string_view>(
    {"string", "int", "long", "real", "boolean", "datetime", "dynamic"});

std::string text_of(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

json member(const json& object, const char* name, json otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(name);
  return found == object.end() ? otherwise : *found;
}

using Details = std::vector<ArmDetail>;

void read_streams(const json& declarations, Rule& rule, Details& wrong) {
  for (const auto& [name, declaration] : declarations.items()) {
    const std::string target = "properties.streamDeclarations." + name;
    if (!name.starts_with(k_custom)) {
      wrong.push_back(
          {"InvalidStream", "Stream name '" + name + "' must begin with 'Custom-'.", target});
      continue;
    }
    auto& columns = rule.streams[name];
    for (const auto& one : member(declaration, "columns", json::array())) {
      const Column column{text_of(one, "name"), text_of(one, "type")};
      if (std::find(k_stream_types.begin(), k_stream_types.end(), column.type) ==
          k_stream_types.end()) {
        wrong.push_back({"InvalidStreamDeclaration",
                         fmt::format("Column '{}' has the type '{}', which streams do not have.",
                                     column.name, column.type),
                         target});
      }
      columns.push_back(column);
    }
  }
}

void read_destinations(const json& destinations, Rule& rule, Details& wrong) {
  const json all = member(destinations, "logAnalytics", json::array());
  for (std::size_t i = 0; i < all.size(); ++i) {
    rule.destinations[text_of(all[i], "name")] = text_of(all[i], "workspaceResourceId");
  }
  if (rule.destinations.empty()) {
    wrong.push_back(
        {"InvalidDestination", "'Destinations' must not be empty.", "properties.destinations"});
  }
}

std::vector<std::string> texts_of(const json& list) {
  std::vector<std::string> out;
  if (!list.is_array()) return out;
  for (const auto& one : list) {
    if (one.is_string()) out.push_back(one.get<std::string>());
  }
  return out;
}

// Types of a stream's column and a table's column that fit without a cast.
bool fits(const std::string& stream, const std::string& table) {
  return stream == table || (stream == "string" && table == "guid");
}

// Columns of the same name must have the same type when nothing casts them.
void check_types(const Rule& rule, const DataFlow& flow, const Table& table, const std::string& at,
                 Details& wrong) {
  if (flow.transform != "source" && !flow.transform.empty()) return;
  for (const auto& stream : flow.streams) {
    const auto declared = rule.streams.find(stream);
    if (declared == rule.streams.end()) continue;
    for (const auto& column : declared->second) {
      const auto* wanted = find_column(table.columns, column.name);
      if (!wanted || fits(column.type, wanted->type)) continue;
      wrong.push_back({"InvalidTransformOutput",
                       fmt::format("Types of transform output columns do not match the ones defined"
                                   " by the output stream: {} [produced:'{}', output:'{}']",
                                   column.name, column.type, wanted->type),
                       at});
    }
  }
}

void check_destination(Site& site, const Rule& rule, const DataFlow& flow, const std::string& at,
                       Details& wrong) {
  for (const auto& name : flow.destinations) {
    const auto found = rule.destinations.find(name);
    auto* workspace =
        found == rule.destinations.end() ? nullptr : site.estate.workspace(found->second);
    if (!workspace) {
      wrong.push_back({"InvalidDestination", "Destination '" + name + "' does not exist.", at});
      continue;
    }
    if (!same_id(workspace->region, rule.region)) {
      wrong.push_back({"InvalidDestination",
                       fmt::format("Workspace '{}' is in region '{}', the data collection rule in "
                                   "'{}'.",
                                   workspace->name, workspace->region, rule.region),
                       at});
    }
    const std::string& stream = flow.output_stream;
    const auto* table = stream.starts_with(k_custom)
                            ? find_table(*workspace, stream.substr(k_custom.size()))
                            : nullptr;
    if (!table || table->ready_ms > site.now_ms()) {
      wrong.push_back({"InvalidOutputTable",
                       fmt::format("Table for output stream '{}' is not available for destination "
                                   "'{}'.",
                                   stream, name),
                       at});
    } else {
      check_types(rule, flow, *table, at, wrong);
    }
  }
}

void read_flows(Site& site, const json& flows, Rule& rule, Details& wrong) {
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const std::string at = fmt::format("properties.dataFlows[{}]", i);
    DataFlow flow{texts_of(member(flows[i], "streams", {})),
                  texts_of(member(flows[i], "destinations", {})), text_of(flows[i], "transformKql"),
                  text_of(flows[i], "outputStream")};
    for (const auto& stream : flow.streams) {
      if (rule.streams.contains(stream)) continue;
      wrong.push_back({"InvalidStream", "Stream '" + stream + "' is not declared.", at});
    }
    if (flow.output_stream.empty() && !flow.streams.empty()) flow.output_stream = flow.streams[0];
    if (!flow.transform.empty()) {
      const auto parsed = kql::parse(flow.transform);
      if (!parsed.problem.empty()) {
        wrong.push_back({"InvalidTransformQuery", parsed.problem, at});
      }
    }
    check_destination(site, rule, flow, at, wrong);
    rule.flows.push_back(std::move(flow));
  }
}

json shown_rule(const Site& site, const Rule& rule, const Request& request) {
  json out = rule.body;
  out["id"] = rule.id;
  out["name"] = rule.name;
  out["type"] = "Microsoft.Insights/dataCollectionRules";
  auto& properties = out["properties"];
  properties["immutableId"] = rule.immutable_id;
  properties["provisioningState"] = "Succeeded";
  if (rule.direct && request.param_or("api-version", "9999") >= k_direct_version) {
    properties["endpoints"] = {{"logsIngestion", request.origin()},
                               {"metricsIngestion", request.origin()}};
  }
  for (auto& one : properties["destinations"]["logAnalytics"]) {
    const auto found = site.estate.workspaces.find(lower(text_of(one, "workspaceResourceId")));
    if (found != site.estate.workspaces.end()) one["workspaceId"] = found->second.customer_id;
  }
  if (const auto [on, name] = site.bench.faults.peek("drop-stream-column"); on) {
    for (auto& [stream, declaration] : properties["streamDeclarations"].items()) {
      auto& columns = declaration["columns"];
      for (std::size_t i = columns.size(); i-- > 0;) {
        if (text_of(columns[i], "name") == name) columns.erase(i);
      }
    }
  }
  return out;
}

std::string plain_guid() {
  std::string guid = entra::new_guid();
  std::erase(guid, '-');
  return guid;
}

json shown_endpoint(const Endpoint& endpoint, const Request& request) {
  json out = endpoint.body;
  out["id"] = endpoint.id;
  out["name"] = endpoint.name;
  out["type"] = "Microsoft.Insights/dataCollectionEndpoints";
  auto& properties = out["properties"];
  properties["immutableId"] = endpoint.immutable_id;
  for (const char* what : {"configurationAccess", "logsIngestion", "metricsIngestion"}) {
    properties[what] = {{"endpoint", request.origin()}};
  }
  properties["provisioningState"] = "Succeeded";
  return out;
}

}  // namespace

Reply Arm::put_rule(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto known = site_.estate.rules.find(lower(ask.path.id));
  const bool is_new = known == site_.estate.rules.end();
  Rule rule;
  rule.id = ask.path.id;
  rule.name = ask.path.name();
  rule.region = text_of(ask.body, "location");
  if (rule.region.empty()) {
    return arm_error(400, {"LocationRequired",
                           "The location property is required for this "
                           "definition."});
  }
  rule.immutable_id = is_new ? "dcr-" + plain_guid() : known->second.immutable_id;
  // " Direct" of the official example is no Direct (azure reference 3).
  rule.direct = is_new ? text_of(ask.body, "kind") == "Direct" : known->second.direct;
  const json properties = member(ask.body, "properties", json::object());
  Details wrong;
  read_streams(member(properties, "streamDeclarations", json::object()), rule, wrong);
  read_destinations(member(properties, "destinations", json::object()), rule, wrong);
  read_flows(site_, member(properties, "dataFlows", json::array()), rule, wrong);
  if (ask.firing.has("output-table-not-ready") && wrong.empty() && !rule.flows.empty()) {
    wrong.push_back({"InvalidOutputTable",
                     fmt::format("Table for output stream '{}' is not available for destination "
                                 "'{}'.",
                                 rule.flows[0].output_stream, rule.destinations.begin()->first),
                     "properties.dataFlows[0]"});
  }
  if (!wrong.empty()) {
    return arm_error(400, {"InvalidPayload", "Data collection rule is invalid"}, wrong);
  }
  rule.body = ask.body;
  rule.body["systemData"] = system_record(ask.caller_client, site_.now_ms());
  rule.body["etag"] = new_etag();
  const json shown = shown_rule(site_, rule, ask.request);
  site_.estate.rules[lower(ask.path.id)] = std::move(rule);
  return arm_ok(is_new ? 201 : 200, shown);
}

Reply Arm::list_rules(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  json all = json::array();
  for (const auto& [id, rule] : site_.estate.rules) {
    all.push_back(shown_rule(site_, rule, ask.request));
  }
  return arm_list(all);
}

Reply Arm::get_rule(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto found = site_.estate.rules.find(lower(ask.path.id));
  if (found == site_.estate.rules.end()) return not_found(ask.path);
  return arm_ok(200, shown_rule(site_, found->second, ask.request));
}

// Tags and identity only, as the specification says.
Reply Arm::patch_rule(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto found = site_.estate.rules.find(lower(ask.path.id));
  if (found == site_.estate.rules.end()) return not_found(ask.path);
  if (ask.body.contains("tags")) found->second.body["tags"] = ask.body["tags"];
  return arm_ok(200, shown_rule(site_, found->second, ask.request));
}

Reply Arm::delete_rule(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  Reply reply;
  reply.status = site_.estate.rules.erase(lower(ask.path.id)) > 0 ? 200 : 204;
  return reply;
}

Reply Arm::list_endpoints(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  json all = json::array();
  for (const auto& [id, one] : site_.estate.endpoints) {
    all.push_back(shown_endpoint(one, ask.request));
  }
  return arm_list(all);
}

Reply Arm::get_endpoint(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto found = site_.estate.endpoints.find(lower(ask.path.id));
  if (found == site_.estate.endpoints.end()) return not_found(ask.path);
  return arm_ok(200, shown_endpoint(found->second, ask.request));
}

Reply Arm::put_endpoint(const Ask& ask) {
  if (text_of(ask.body, "location").empty()) {
    return arm_error(400, {"LocationRequired",
                           "The location property is required for this "
                           "definition."});
  }
  const std::lock_guard lock(site_.estate.mutex);
  auto& endpoint = site_.estate.endpoints[lower(ask.path.id)];
  const bool is_new = endpoint.immutable_id.empty();
  if (is_new) endpoint.immutable_id = "dce-" + plain_guid();
  endpoint.id = ask.path.id;
  endpoint.name = ask.path.name();
  endpoint.body = ask.body;
  endpoint.body["systemData"] = system_record(ask.caller_client, site_.now_ms());
  endpoint.body["etag"] = new_etag();
  return arm_ok(is_new ? 201 : 200, shown_endpoint(endpoint, ask.request));
}

Reply Arm::delete_endpoint(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  Reply reply;
  reply.status = site_.estate.endpoints.erase(lower(ask.path.id)) > 0 ? 200 : 204;
  return reply;
}

}  // namespace itsmc::sim::azure
