#include <algorithm>
#include <array>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "asking.hpp"
#include "instance_on_test.hpp"
#include "scsm/bridge_on_test.hpp"
#include "scsm/changes.hpp"

using namespace itsmc::sim;
using namespace itsmc::sim::test;
using nlohmann::json;

namespace {

std::vector<std::string> members(const json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

json first_row(BridgeOnTest& on, const std::string& what) {
  return body_json(on.get(what)).at("value").at(0);
}

}  // namespace

TEST_CASE("an incident has the members of the contract's example", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(3);
  const json wanted = scsm_fixture("our-contract.incidents-page.response.json");
  const json page = body_json(on.get("incidents?$top=2"));
  CHECK(members(page) == members(wanted));
  const json& row = page["value"][0];
  const json& example = wanted["value"][0];
  CHECK(members(row) == members(example));
  CHECK(members(row["status"]) == members(example["status"]));
  CHECK(row["status"] == example["status"]);
  CHECK(row["impact"] == example["impact"]);
  CHECK(row["createdBy"]["displayName"] == "ITSMC service");
  CHECK(row["priority"].is_number_integer());
  CHECK(row["lastModified"] == "2025-11-03T00:00:00.000Z");
  CHECK(page["@odata.nextLink"].get<std::string>() ==
        std::string(k_bridge) +
            "/api/itsmc/v1/incidents?$skiptoken=2025-11-03T00%3A00%3A00.000Z%2C" +
            page["value"][1]["baseId"].get<std::string>() + "&$top=2");
}

TEST_CASE("a change has category, risk and an object for priority", "[scsm]") {
  BridgeOnTest on;
  on.control("put", R"({"type":"change-request","id":"33333333-0000-4000-8000-000000000001",)"
                    R"("updated":"2025-11-03T00:00:05Z","title":"t"})");
  const json row = first_row(on, "changerequests");
  CHECK(row["class"] == "System.WorkItem.ChangeRequest");
  CHECK(row["id"].get<std::string>().starts_with("CR"));
  CHECK(row["priority"]["name"] == "ChangePriorityEnum.Medium");
  CHECK(row["status"]["id"] == "a87c003e-8c19-a25f-f8b2-151b56670e5c");
  CHECK(row.contains("category"));
  CHECK(row.contains("risk"));
  CHECK(!row.contains("classification"));
}

TEST_CASE("info is the contract's example", "[scsm]") {
  BridgeOnTest on;
  const json wanted = scsm_fixture("our-contract.info.response.json");
  const json got = body_json(on.get("info"));
  CHECK(got["features"] == json({"externalId", "changes", "templates"}));
  json first_edition = got;
  first_edition.erase("features");
  CHECK(members(first_edition) == members(wanted));
  CHECK(got["contract"] == wanted["contract"]);
  CHECK(got["maxPageSize"] == 1000);
}

TEST_CASE("me says who asks and what it may", "[scsm]") {
  BridgeOnTest on;
  json me = body_json(on.get("me"));
  CHECK(me["clientId"] == "itsmc-client");
  CHECK(me["userRoles"][0]["profile"] == "AdvancedOperator");
  CHECK(me["can"] == json{{"readIncident", true},
                          {"readChange", true},
                          {"createIncident", true},
                          {"createConfigItem", true}});
  on.fault("no-read=change");
  on.fault("no-write");
  on.fault("no-ci-write");
  me = body_json(on.get("me"));
  CHECK(me["can"] == json{{"readIncident", true},
                          {"readChange", false},
                          {"createIncident", false},
                          {"createConfigItem", false}});
  CHECK(on.get("incidents").status == 200);
  CHECK(on.get("changerequests").status == 403);
  CHECK(on.post("incidents", "{}").status == 403);
  CHECK(on.post("configitems", "{}").status == 403);
  on.fault("no-roles");
  CHECK(!body_json(on.get("me")).contains("can"));
}

TEST_CASE("a page has 200 rows unless told otherwise, and pages miss and repeat nothing",
          "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(450);
  CHECK(body_json(on.get("incidents"))["value"].size() == 200);
  for (const char* what : {"incidents", "incidents?$top=7", "incidents?$top=1000",
                           "incidents?$orderby=lastModified%20asc,baseId%20asc&$top=50"}) {
    INFO(what);
    const auto ids = on.all_ids(what);
    CHECK(ids.size() == 450);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 450);
  }
}

TEST_CASE("rows come by lastModified and then by base id", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(300);
  std::vector<std::pair<std::string, std::string>> seen;
  const json page = body_json(on.get("incidents?$top=300"));
  for (const auto& row : page["value"]) {
    seen.emplace_back(row["lastModified"], row["baseId"]);
  }
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(seen.size() == 300);
}

TEST_CASE("a window holds its first moment and not its last, on every page", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(100);
  const std::string from = "incidents?$filter=lastModified%20ge%202025-11-03T00:00:10.000Z";
  CHECK(on.all_ids(from + "&$top=7").size() == 80);
  CHECK(on.all_ids(from + "%20and%20lastModified%20lt%202025-11-03T00:00:20Z&$top=7").size() == 20);
  CHECK(on.all_ids(from + "%20and%20lastModified%20lt%202025-11-03T00:00:10Z").empty());
}

TEST_CASE("what the contract does not name is a bad request that names it", "[scsm]") {
  struct Case {
    std::string query, target;
  };
  const auto cases = std::to_array<Case>({
      {"$filter=status%20eq%20'Active'", "$filter"},
      {"$filter=lastModified%20gt%202025-11-03T00:00:00Z", "$filter"},
      {"$filter=lastModified%20ge%20yesterday", "$filter"},
      {"$filter=lastModified%20ge%202025-11-03T00:00:00Z%20or%20baseId%20ge%20'1'", "$filter"},
      {"$orderby=baseId", "$orderby"},
      {"$top=0", "$top"},
      {"$top=1001", "$top"},
      {"$top=1x", "$top"},
      {"$skip=5", "$skip"},
      {"$skiptoken=5", "$skiptoken"},
  });
  BridgeOnTest on;
  for (const auto& each : cases) {
    INFO(each.query);
    const Reply reply = on.get("incidents?" + each.query);
    CHECK(reply.status == 400);
    CHECK(body_json(reply)["error"]["code"] == "badRequest");
    CHECK(body_json(reply)["error"]["target"] == each.target);
  }
}

TEST_CASE("a work item is found by display id and by GUID, of both types", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(1);
  const json row = first_row(on, "incidents");
  CHECK(body_json(on.get("workitems/" + row["id"].get<std::string>())) == row);
  CHECK(body_json(on.get("workitems/" + BridgeOnTest::id(0))) == row);
  const Reply none = on.get("workitems/IR9");
  CHECK(none.status == 404);
  CHECK(body_json(none)["error"]["code"] == "notFound");
}

TEST_CASE("enumerations name their values' parents", "[scsm]") {
  BridgeOnTest on;
  const json list = body_json(on.get("enumerations/IncidentStatusEnum"));
  CHECK(list["name"] == "IncidentStatusEnum");
  REQUIRE(list["values"].size() == 4);
  CHECK(list["values"][1]["name"] == "IncidentStatusEnum.Active.Pending");
  CHECK(list["values"][1]["parent"] == list["values"][0]["id"]);
  CHECK(list["values"][0]["parent"] == "89b34802-671e-e422-5e38-7dae9a413ef8");
  CHECK(on.get("enumerations/Nothing").status == 404);
}

TEST_CASE("configuration items are found by either name, active ones only", "[scsm]") {
  BridgeOnTest on;
  const auto found = [&on](const std::string& filter) {
    return body_json(on.get("configitems?$filter=" + filter))["value"].size();
  };
  CHECK(found("displayName%20eq%20'web01.contoso.local'%20or%20principalName%20eq%20'x'") == 1);
  CHECK(found("principalName%20eq%20'web01.contoso.local'") == 1);
  CHECK(found("displayName%20eq%20'it''s'") == 0);
  CHECK(found("displayName%20eq%20'retired01.contoso.local'") == 0);
  on.fault("deleted-cis");
  CHECK(found("displayName%20eq%20'retired01.contoso.local'") == 1);
  CHECK(on.get("configitems").status == 400);
  CHECK(on.get("configitems?$filter=displayName%20ne%20'x'").status == 400);
  CHECK(on.get("configitems?$filter=displayName%20eq%20'x").status == 400);
}

TEST_CASE("the request's id is echoed", "[scsm]") {
  BridgeOnTest on;
  CHECK(header_of(on.get("info", {{"x-request-id", "abc"}}), "x-request-id") == "abc");
  CHECK(header_of(on.get("info"), "x-request-id").empty());
}

TEST_CASE("items keep their labels, and an administrator's values tell what they stand below",
          "[scsm]") {
  BridgeOnTest on;
  Item item;
  item.number = "INC0000045";
  item.title = "t";
  item.state = "Awaiting Vendor";
  item.urgency = "2 - Medium";
  item.priority = "3 - Moderate";
  item.category = "Category 55";
  item.assignment_group = "Group 56";
  item.assigned_to = "Resolver 89";
  item.configuration_item = "it's a CI";
  item.updated_ms = 1'762'128'000'000;
  Item done = item;
  done.number = "INC0000046";
  done.state = "Given Up";
  done.open = false;
  scsm::add_items(on.service.site().group, {item, done});
  const json rows = body_json(on.get("incidents"))["value"];
  REQUIRE(rows.size() == 2);
  const json row = body_json(on.get("workitems/INC0000045"));
  CHECK(row["status"]["displayName"] == "Awaiting Vendor");
  CHECK(row["urgency"]["displayName"] == "2 - Medium");
  CHECK(row["priority"] == 3);
  CHECK(row["classification"]["displayName"] == "Category 55");
  CHECK(row["supportGroup"]["displayName"] == "Group 56");
  CHECK(row["assignedTo"]["displayName"] == "Resolver 89");
  CHECK(row["configItems"][0]["displayName"] == "it's a CI");
  const json values = body_json(on.get("enumerations/IncidentStatusEnum"))["values"];
  CHECK(values[4]["displayName"] == "Awaiting Vendor");
  CHECK(values[4]["parent"] == "5e2d3932-ca6d-1515-7310-6f58584df73e");
  CHECK(values[5]["parent"] == "bd0ae7c4-3315-2eb3-7933-82dfc482dbaf");
  const std::string truth = streamed(on.control("truth?type=incident"));
  CHECK(truth.find(R"("state":"Awaiting Vendor","open":true)") != std::string::npos);
  CHECK(truth.find(R"("state":"Given Up","open":false)") != std::string::npos);
}

TEST_CASE("generated rows are as many as asked, in the last 100 days, the same for a seed",
          "[scsm]") {
  BridgeOnTest on;
  on.service.fill_generated(400, 7);
  const json page = body_json(on.get("incidents?$top=1000"));
  CHECK(page["value"].size() == 400);
  CHECK(body_json(on.get("changerequests"))["value"].size() == 20);
  BridgeOnTest again;
  again.service.fill_generated(400, 7);
  std::set<std::string> states;
  for (const auto& row : page["value"]) states.insert(row["status"]["name"]);
  CHECK(states.count("IncidentStatusEnum.Active.Pending") == 1);
  CHECK(states.size() == 4);
  CHECK(again.all_ids("changerequests").size() == 20);
}

TEST_CASE("the controls put, replace, hide, remove, touch, create and delete rows", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(10);
  CHECK(on.control("put", R"({"id":")" + BridgeOnTest::id(3) +
                              R"(","updated":"2025-11-04T00:00:00Z","title":"new"})")
            .status == 200);
  CHECK(on.all_ids("incidents").back() == BridgeOnTest::id(3));
  CHECK(body_json(on.get("workitems/" + BridgeOnTest::id(3)))["title"] == "new");
  on.control("put", R"({"id":")" + BridgeOnTest::id(4) + R"(","title":"x","hidden":true})");
  CHECK(on.all_ids("incidents").size() == 9);
  CHECK(on.get("workitems/" + BridgeOnTest::id(4)).status == 404);
  CHECK(streamed(on.control("truth?type=incident")).find(R"("hidden":true)") != std::string::npos);
  CHECK(body_json(on.control("remove?type=incident&id=" + BridgeOnTest::id(5)))["count"] == 1);
  CHECK(body_json(on.control("remove?type=incident&id=" + BridgeOnTest::id(5)))["count"] == 0);
  CHECK(on.all_ids("incidents").size() == 8);
  const json touched =
      body_json(on.control("touch?type=incident&count=4&at=2025-12-01T00:00:00Z&seed=3"));
  CHECK(touched["ids"].size() == 4);
  CHECK(on.all_ids("incidents?$filter=lastModified%20ge%202025-12-01T00:00:00Z").size() >= 3);
  CHECK(body_json(on.control("create?type=change-request&count=3"))["count"] == 3);
  CHECK(on.all_ids("changerequests").size() == 3);
  CHECK(body_json(on.control("delete?type=change-request&count=2&seed=1"))["count"] == 2);
  CHECK(on.all_ids("changerequests").size() == 1);
  CHECK(on.control("put", "{}").status == 400);
  CHECK(on.control("touch?type=nothing").status == 400);
}

TEST_CASE("a page is packed when that is accepted, and the same the second time", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(50);
  const Fields accepts{{"Accept-Encoding", "gzip"}};
  const Reply first = on.get("incidents", accepts);
  CHECK(header_of(first, "Content-Encoding") == "gzip");
  CHECK(first.body_size() < on.get("incidents").body_size());
  CHECK(on.get("incidents", accepts).body == first.body);
  on.control("touch?count=1");
  CHECK(on.get("incidents", accepts).body != first.body);
  on.fault("no-gzip");
  CHECK(header_of(on.get("incidents", accepts), "Content-Encoding").empty());
}
