#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"
#include "servicenow/record_rules.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

json create(InstanceOnTest& on, const json& record, const std::string& more = "") {
  return body_json(on.send("POST", "/api/now/table/incident" + more, record.dump()))["result"];
}

Reply patch(InstanceOnTest& on, const json& record, const json& changes) {
  return on.send("PATCH", "/api/now/table/incident/" + record["sys_id"].get<std::string>(),
                 changes.dump());
}

}  // namespace

TEST_CASE("priority is computed from impact and urgency whatever is sent") {
  InstanceOnTest on;
  on.service.fill_empty();
  for (int impact = 1; impact <= 3; ++impact) {
    for (int urgency = 1; urgency <= 3; ++urgency) {
      const json made = create(on, {{"impact", impact}, {"urgency", urgency}, {"priority", "1"}});
      CHECK(made["priority"] == std::to_string(impact + urgency - 1));
    }
  }
  CHECK(servicenow::computed_priority("x", "1") == 5);
}

TEST_CASE("the same correlation id may be created twice") {
  InstanceOnTest on;
  on.service.fill_empty();
  const json first = create(on, {{"correlation_id", "alert-1"}});
  const json second = create(on, {{"correlation_id", "alert-1"}});
  CHECK(first["number"] != second["number"]);
  const auto rows = body_json(on.get(list_target("incident", "correlation_id=alert-1")));
  CHECK(rows["result"].size() == 2);
}

TEST_CASE("unknown fields, unknown choices and unresolved names behave as documented") {
  InstanceOnTest on;
  on.service.fill_empty();
  json made = create(on, {{"u_nonsense", "x"},
                          {"state", "99"},
                          {"contact_type", "pigeon"},
                          {"assignment_group", "No such group"},
                          {"sys_mod_count", "7"}});
  CHECK_FALSE(made.contains("u_nonsense"));
  CHECK(made["state"] == "1");
  CHECK(made["contact_type"] == "");
  CHECK(made["assignment_group"]["value"] == "No such group");  // stored, broken
  CHECK(made["sys_mod_count"] == "0");
  on.control("fault?name=invalid-choice-stored");
  CHECK(create(on, {{"contact_type", "pigeon"}})["contact_type"] == "pigeon");
  made = create(on,
                {{"state", "In Progress"},
                 {"assigned_to", "System Administrator"},
                 {"assignment_group", "No such group"},
                 {"due_date", "2026-01-01 00:00:00"}},
                "?sysparm_input_display_value=true");
  CHECK(made["state"] == "2");
  CHECK(made["assigned_to"]["value"].get<std::string>().size() == 32);
  CHECK(made["assignment_group"] == "");
  CHECK(made["due_date"] == "2026-01-01 08:00:00");  // the user is eight hours behind UTC
}

TEST_CASE("updates count, append to journals and pull state dates along") {
  InstanceOnTest on;
  on.service.fill_empty();
  const json made = create(on, {{"short_description", "x"}, {"comments", "first"}});
  CHECK(made["comments"] == "");
  json now = body_json(patch(on, made, {{"work_notes", "second"}}))["result"];
  CHECK(now["sys_mod_count"] == "1");
  now = body_json(patch(on, made, {{"short_description", "x"}}))["result"];
  CHECK(now["sys_mod_count"] == "1");  // nothing changed
  const auto refused = patch(on, made, {{"state", "6"}});
  CHECK(refused.status == 403);
  CHECK(body_json(refused)["error"]["detail"] ==
        "Data Policy Exception: The following fields are mandatory: Resolution code, "
        "Resolution notes");
  now = body_json(patch(
      on, made,
      {{"state", "7"}, {"close_code", "Solution provided"}, {"close_notes", "done"}}))["result"];
  CHECK(now["active"] == "false");
  CHECK(now["incident_state"] == "7");
  CHECK(now["closed_at"] != "");
  const std::string id = made["sys_id"];
  const auto journal = body_json(on.get(list_target("sys_journal_field", "element_id=" + id)));
  CHECK(journal["result"].size() == 2);
  const auto text =
      body_json(on.get("/api/now/table/incident/" + id + "?sysparm_display_value=true"))["result"];
  CHECK(text["comments_and_work_notes"].get<std::string>().find("second") != std::string::npos);
}

TEST_CASE("a deleted record is gone and leaves an audit row") {
  InstanceOnTest on;
  on.service.fill_empty();
  const json made = create(on, {{"short_description", "x"}});
  const std::string id = made["sys_id"];
  CHECK(on.send("DELETE", "/api/now/table/incident/" + id, "").status == 204);
  CHECK(on.get("/api/now/table/incident/" + id).status == 404);
  CHECK(on.send("DELETE", "/api/now/table/incident/" + id, "").status == 404);
  const auto audit = body_json(on.get(list_target("sys_audit_delete", "tablename=incident")));
  REQUIRE(audit["result"].size() == 1);
  CHECK(audit["result"][0]["documentkey"] == id);
  CHECK(audit["result"][0]["display_value"] == made["number"]);
}

TEST_CASE("bodies are read as the product reads them") {
  InstanceOnTest on;
  on.service.fill_empty();
  const std::string target = "/api/now/table/incident";
  CHECK(on.send("POST", target, "{broken").status == 400);
  CHECK(on.send("POST", target, "<x/>", {{"Content-Type", "application/xml"}}).status == 415);
  CHECK(on.get(target, {{"Accept", "application/xml"}}).status == 406);
  CHECK(on.send("POST", "/api/now/table/nonsense", "{}").status == 400);
  const auto array =
      on.send("POST", target, R"([{"short_description":"a"},{"short_description":"b"}])");
  CHECK(body_json(array)["result"]["short_description"] == "a");
  const auto silent = on.send("POST", target, "{}", {{"X-no-response-body", "true"}});
  CHECK(silent.status == 201);
  CHECK(silent.body_size() == 0);
  CHECK(body_json(on.get(
            "/api/now/stats/incident?sysparm_count=true"))["result"]["stats"]["count"] == "2");
}

TEST_CASE("control touches, deletes and creates the wanted number of rows") {
  InstanceOnTest on;
  on.service.fill_generated(100, 1);
  const json touched = body_json(on.control("touch?count=30&at=2026-02-03%2004:05:06&seed=9"));
  CHECK(touched["count"] == 30);
  const auto same_second =
      body_json(on.get(list_target("incident", "sys_updated_on=2026-02-03 04:05:06")));
  CHECK(same_second["result"].size() == 30);
  CHECK(body_json(on.control("delete?count=10"))["count"] == 10);
  CHECK(body_json(on.control("create?count=3&table=change_request"))["count"] == 3);
  CHECK(body_json(on.control("row?sys_id=global"))["count"] == 1);
  const std::string truth = streamed(on.control("truth?table=incident"));
  CHECK(std::count(truth.begin(), truth.end(), '\n') == 91);
  CHECK(truth.find("{\"sys_id\":\"global\"") != std::string::npos);
  const std::string recent = streamed(on.control("truth?table=incident&since=2100-01-01"));
  CHECK(recent.empty());
  CHECK(on.control("touch?table=nonsense").status == 404);
  CHECK(on.control("nonsense").status == 404);
}

}  // namespace itsmc::sim::test
