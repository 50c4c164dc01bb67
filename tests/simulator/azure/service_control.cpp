// The controls of Azure: what stands there, what was stored, who may do what.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "azure/principals.hpp"
#include "azure/service.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

Reply failed(std::string_view text) {
  return json_reply(400, fmt::format(R"({{"error":{}}})", quote_json(text)));
}

Reply done() {
  return json_reply(200, R"({"done":true})");
}

// A type of a table as a stream spells it.
std::string stream_type(const std::string& type) {
  const std::string plain = lower(type);
  return plain == "guid" ? "string" : plain;
}

// A rule's body for a table: every column declared, nothing transformed.
json rule_body(const Settings& settings, const std::string& table, const json& columns) {
  json declared = json::array();
  for (const auto& column : columns) {
    declared.push_back({{"name", column.value("name", "")},
                        {"type", stream_type(column.value("type", "string"))}});
  }
  const std::string stream = "Custom-" + table;
  return {{"location", settings.region},
          {"kind", "Direct"},
          {"properties",
           {{"streamDeclarations", {{stream, {{"columns", declared}}}}},
            {"destinations",
             {{"logAnalytics", json::array({{{"workspaceResourceId", workspace_id(settings)},
                                             {"name", "workspace"}}})}}},
            {"dataFlows", json::array({{{"streams", json::array({stream})},
                                        {"destinations", json::array({"workspace"})},
                                        {"transformKql", "source"},
                                        {"outputStream", stream}}})}}}};
}

}  // namespace

// {"subscription":..,"workspace_id":..,"customer_id":..,"principals":[..],"audiences":{..}}
Reply Service::describe(const Request& request) const {
  json all = json::array();
  for (const auto& one : principals(site_)) {
    all.push_back({{"name", one.name},
                   {"object_id", one.object_id},
                   {"client_id", one.client_id},
                   {"resource_id", one.resource_id}});
  }
  const auto& settings = site_.settings;
  const std::string id = workspace_id(settings);
  std::string customer;
  {
    const std::lock_guard lock(site_.estate.mutex);
    customer = site_.estate.workspaces.at(lower(id)).customer_id;
  }
  const auto origin = request.origin();
  return json_reply(200, json{{"tenant_id", site_.directory.settings().tenant_id},
                              {"tenant", site_.directory.settings().tenant_domain},
                              {"subscription", settings.subscription},
                              {"resource_group", settings.group},
                              {"region", settings.region},
                              {"workspace", settings.workspace},
                              {"workspace_id", id},
                              {"customer_id", customer},
                              {"cloud", settings.cloud.name},
                              {"audiences",
                               {{"arm", settings.cloud.arm},
                                {"ingestion", settings.cloud.ingestion},
                                {"query", settings.cloud.query}}},
                              {"identity_header", settings.identity_header},
                              {"principals", all}}
                             .dump());
}

Reply Service::rows(const Request& request) const {
  const std::string table = request.param_or("table", "");
  if (table.empty()) return failed("table= is missing");
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.stream = [batches = site_.rows.batches(table)](const Sink& sink) {
    for (const auto& batch : batches) {
      if (!sink(batch->text)) return;
    }
  };
  return reply;
}

// grant?principal=client&role=Reader[&scope=..] and revoke?principal=client[&role=..]
Reply Service::set_role(const std::string& what, const Request& request) {
  const auto principal = find_principal(site_, request.param_or("principal", "client"));
  if (!principal) return failed("no such principal: client, user, system, assigned or an id");
  const std::string named = request.param_or("role", "");
  const auto* role = find_role(named);
  if (!role && (what == "grant" || !named.empty())) return failed("no such role: '" + named + "'");
  if (what == "revoke") {
    const auto count = site_.roles.revoke(principal->object_id, role ? role->id : "");
    return json_reply(200, fmt::format(R"({{"revoked":{}}})", count));
  }
  const std::string scope =
      request.param_or("scope", "/subscriptions/" + site_.settings.subscription);
  // Felt at once, whatever role-delay says.
  site_.roles.add({entra::new_guid(), scope, std::string(role->id), principal->object_id,
                   "ServicePrincipal", site_.now_ms() - site_.role_delay_ms()});
  return done();
}

// POST {"table":"ServiceDesk_CL","columns":[{"name":..,"type":..}],"rule":"dcr-itsm"}: table, rule
// and the client's role as setup would leave them, ready at once.
Reply Service::set_target(const Request& request) {
  const json body = json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("columns"))
    return failed("a body with columns is needed");
  const std::string table = body.value("table", "ServiceDesk_CL");
  const std::string rule = body.value("rule", "dcr-itsm");
  const std::string group =
      "/subscriptions/" + site_.settings.subscription + "/resourceGroups/" + site_.settings.group;
  Firing direct;
  direct.add("arm-direct", "");
  Arm::Ask ask{
      request, direct,    *parse_arm_path(workspace_id(site_.settings) + "/tables/" + table),
      "",      "control", {}};
  ask.body = {{"properties", {{"schema", {{"name", table}, {"columns", body["columns"]}}}}}};
  Reply reply = arm_.put_table(ask);
  if (reply.status >= 300) return reply;
  ask.path = *parse_arm_path(group + "/providers/Microsoft.Insights/dataCollectionRules/" + rule);
  ask.body = rule_body(site_.settings, table, body["columns"]);
  reply = arm_.put_rule(ask);
  if (reply.status >= 300) return reply;
  site_.roles.add({entra::new_guid(), ask.path.id,
                   std::string(find_role("Monitoring Metrics Publisher")->id),
                   find_principal(site_, body.value("principal", "client"))->object_id,
                   "ServicePrincipal", site_.now_ms() - site_.role_delay_ms()});
  const json made = json::parse(*reply.body);
  return json_reply(200, json{{"rule_id", ask.path.id},
                              {"immutable_id", made["properties"]["immutableId"]},
                              {"stream", "Custom-" + table}}
                             .dump());
}

// alerts/fire (POST: essentials that differ from the defaults), alerts/resolve?id=,
// alerts/fire-again?id=, alerts/clear
Reply Service::change_alerts(const std::string& what, const Request& request) {
  if (what == "alerts/clear") {
    site_.alerts.clear();
    return done();
  }
  if (what == "alerts/resolve" || what == "alerts/fire-again") {
    const std::string id(request.param_or("id", ""));
    const bool known = what == "alerts/resolve" ? site_.alerts.resolve(id, site_.now_ms())
                                                : site_.alerts.fire_again(id, site_.now_ms());
    return known ? done() : failed("no such alert");
  }
  const json body =
      request.body.empty() ? json::object() : json::parse(request.body, nullptr, false);
  if (!body.is_object()) return failed("the body is no JSON object");
  return json_reply(200, json{{"id", site_.alerts.fire(body, site_.now_ms())}}.dump());
}

std::optional<Reply> Service::control(const std::string& what, const Request& request) {
  if (what == "azure") return describe(request);
  if (what == "rows") return rows(request);
  if (what == "rows/count") {
    return json_reply(
        200, fmt::format(R"({{"rows":{}}})", site_.rows.rows(request.param_or("table", ""))));
  }
  if (what == "rows/clear") {
    const auto* table = request.param("table");
    table ? site_.rows.clear(*table) : site_.rows.clear();
    return done();
  }
  if (what == "ingestion") return json_reply(200, ingestion_.counters_json());
  if (what == "ingestion/clear") {
    ingestion_.clear_counters();
    return done();
  }
  if (what == "journal/bodies") {
    const bool on = request.param_or("ingestion", "0") == "1";
    site_.bench.journal.leave_out_bodies(on ? "" : "/streams/");
    return done();
  }
  if (what == "grant" || what == "revoke") return set_role(what, request);
  if (what == "target") return set_target(request);
  if (what.starts_with("alerts/")) {
    return change_alerts(what, request);
  }
  if (what == "advance") {
    site_.bench.clock.advance(number_or(request.param_or("seconds", "0"), 0));
    return json_reply(200, fmt::format(R"({{"now":"{}"}})", utc_text(site_.bench.clock.now())));
  }
  return site_.directory.control(what, request);
}

}  // namespace itsmc::sim::azure
