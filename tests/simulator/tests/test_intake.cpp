#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"

// The writing APIs beside the Table API: servicenow reference 6 and 7.
namespace itsmc::sim::test {
namespace {

using nlohmann::json;

constexpr const char* k_changes = "/api/sn_chg_rest/change";
constexpr const char* k_events = "/api/global/em/jsonv2";
constexpr const char* k_engine = "/api/now/identifyreconcile?sysparm_data_source=ServiceNow";

std::vector<json> lines(const Reply& reply) {
  std::vector<json> found;
  const std::string text = reply.stream ? streamed(reply) : *reply.body;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    found.push_back(json::parse(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return found;
}

Reply send_event(InstanceOnTest& on, const json& event) {
  return on.send("POST", k_events, json{{"records", {event}}}.dump());
}

json payload(const std::string& name) {
  return {{"items",
           {{{"className", "cmdb_ci_server"}, {"internal_id", "1"}, {"values", {{"name", name}}}}}},
          {"relations", json::array()}};
}

json identify(InstanceOnTest& on, const std::string& target, const std::string& name) {
  return body_json(on.send("POST", target, payload(name).dump()))["result"]["items"][0];
}

}  // namespace

TEST_CASE("the Change Management API types its values and tells what it ignores") {
  InstanceOnTest on;
  on.service.fill_empty();
  const Reply reply = on.send("POST", k_changes,
                              R"({"short_description":"x","u_nonsense":"1","type":"emergency"})");
  CHECK(reply.status == 200);
  const json made = body_json(reply)["result"];
  CHECK(made["state"]["value"] == -5.0);
  CHECK(made["state"]["display_value"] == "New");
  CHECK(made["active"]["value"] == true);
  CHECK(made["type"]["value"] == "emergency");
  CHECK(made["opened_at"].contains("display_value_internal"));
  CHECK(made["__meta"]["ignoredFields"] == json{"u_nonsense"});
  const std::string item =
      std::string(k_changes) + "/" + made["sys_id"]["value"].get<std::string>();
  const json closed = body_json(on.send("PATCH", item, R"({"state":"3"})"))["result"];
  CHECK(closed["state"]["value"] == 3.0);
  CHECK(closed["active"]["value"] == false);
  CHECK(on.send("POST", std::string(k_changes) + "/standard/none", "{}").status == 404);
  on.control("fault?name=no-change-api");
  CHECK(on.send("POST", k_changes, "{}").status == 400);
}

TEST_CASE("events of one key make one alert, severity 0 closes it, another reopens it") {
  InstanceOnTest on;
  on.service.fill_empty();
  const json event = {{"source", "s"}, {"message_key", "k"}, {"severity", "2"}, {"node", "web01"}};
  CHECK(body_json(send_event(on, event))["result"]["Default Bulk Endpoint"] ==
        "1 events were inserted");
  CHECK(send_event(on, event).status == 200);
  const auto alert = [&] { return lines(on.control("tickets?type=alert")).at(0); };
  CHECK(lines(on.control("tickets?type=alert")).size() == 1);
  CHECK(alert()["events"] == "2");
  json clear = event;
  clear["severity"] = "0";
  CHECK(send_event(on, clear).status == 200);
  CHECK(alert()["open"] == false);
  CHECK(send_event(on, event).status == 200);
  CHECK(alert()["state"] == "Reopen");
  clear["message_key"] = "another";
  CHECK(send_event(on, clear).status == 200);
  CHECK(lines(on.control("tickets?type=alert")).size() == 1);
  CHECK(send_event(on, {{"message_key", "blank"}}).status == 200);
  const json failed = body_json(on.get(list_target("em_event", "message_key=blank")))["result"][0];
  CHECK(failed["state"] == "Error");
  on.control("fault?name=no-event-management");
  CHECK(send_event(on, event).status == 400);
  CHECK(on.get("/api/now/table/em_alert").status == 400);
}

TEST_CASE("configuration items are identified by name before one is made") {
  InstanceOnTest on;
  on.service.fill_empty();
  const std::string dry = "/api/now/identifyreconcile/query?sysparm_data_source=ServiceNow";
  json item = identify(on, dry, "web01");
  CHECK(item["operation"] == "INSERT");
  CHECK(item["sysId"] == "Unknown");
  CHECK(lines(on.control("ci/truth")).empty());
  item = identify(on, k_engine, "web01");
  CHECK(item["operation"] == "INSERT");
  CHECK(lines(on.control("ci/truth")).at(0)["id"] == item["sysId"]);
  CHECK(identify(on, k_engine, "WEB01")["operation"] == "NO_CHANGE");
  on.control("ci/put?id=0000&name=web01");
  item = identify(on, k_engine, "web01");
  CHECK(item["identificationAttempts"][0]["attemptResult"] == "MULTI_MATCH");
  CHECK(item["errorCount"] == 1);
  item = identify(on, "/api/now/identifyreconcile?sysparm_data_source=Nobody", "web02");
  CHECK(item["operation"] == "INSERT_AS_INCOMPLETE");
  CHECK(lines(on.control("ci/truth")).size() == 2);
}

TEST_CASE("a configuration item that is put has a life") {
  InstanceOnTest on;
  on.service.fill_empty();
  for (const std::string life : {"active", "retired", "duplicate"}) {
    on.control("ci/put?id=00&name=web01&fqdn=web01.example&ip=10.0.0.1&life=" + life);
    const auto truth = lines(on.control("ci/truth"));
    REQUIRE(truth.size() == 1);
    CHECK(truth[0]["life"] == life);
    CHECK(truth[0]["class"] == "cmdb_ci_server");
    CHECK(truth[0]["fqdn"] == "web01.example");
  }
}

TEST_CASE("rules of the instance drop, change and refuse what is written") {
  InstanceOnTest on;
  on.service.fill_empty();
  on.control("fault?name=drop-field&arg=contact_type");
  on.control("fault?name=change-field&arg=subcategory:disk");
  const std::string target = "/api/now/table/incident";
  const json made = body_json(
      on.send("POST", target, R"({"contact_type":"phone","subcategory":"os"})"))["result"];
  CHECK(made["contact_type"] == "");
  CHECK(made["subcategory"] == "disk");
  const std::string item = target + "/" + made["sys_id"].get<std::string>();
  const std::string end = R"({"state":"6","close_code":"Solution provided","close_notes":"x"})";
  on.control("fault?name=resolve-refused");
  CHECK(body_json(on.send("PATCH", item, end))["result"]["state"] == "1");
  on.control("faults/clear");
  on.control("fault?name=resolve-refused&arg=rule");
  CHECK(on.send("PATCH", item, end).status == 403);
  on.control("faults/clear");
  CHECK(on.send("PATCH", item, end).status == 200);
  const json ticket = lines(on.control("tickets?type=incident")).at(0);
  CHECK(ticket["open"] == false);
  CHECK(ticket["notes"] == json{"x"});
  on.control("fault?name=nothing-made");
  CHECK(on.send("POST", target, "{}").status == 201);
  CHECK(lines(on.control("tickets?type=incident")).size() == 1);
}

TEST_CASE("the dictionary tells the tables' own fields and task's") {
  InstanceOnTest on;
  on.service.fill_empty();
  const auto field = [&](const std::string& query) {
    return body_json(on.get(list_target("sys_dictionary", query)))["result"];
  };
  CHECK(field("element=short_description")[0]["name"] == "task");
  CHECK(field("element=short_description")[0]["max_length"] == "160");
  CHECK(field("element=caller_id")[0]["name"] == "incident");
  CHECK(field("element=assignment_group")[0]["reference"] == "sys_user_group");
  on.control("fault?name=dictionary-unreadable");
  CHECK(field("element=caller_id").empty());
}

}  // namespace itsmc::sim::test
