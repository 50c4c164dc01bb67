#include <array>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"
#include "scsm/bridge_on_test.hpp"

using namespace itsmc::sim;
using namespace itsmc::sim::test;
using nlohmann::json;

namespace {

json incident() {
  return {{"title", "Disk full on web01"},
          {"urgency", "System.WorkItem.TroubleTicket.UrgencyEnum.High"},
          {"impact", "80cc222b-2653-2f68-8cee-3a7dd3b723c1"},
          {"externalId", "alert-1"}};
}

}  // namespace

TEST_CASE("an incident is created with a number, a place and a priority", "[scsm]") {
  BridgeOnTest on;
  const Reply reply = on.post("incidents", incident().dump());
  CHECK(reply.status == 201);
  const json row = body_json(reply);
  CHECK(row["id"].get<std::string>().starts_with("IR"));
  CHECK(row["urgency"]["displayName"] == "High");
  CHECK(row["impact"]["displayName"] == "Medium");
  CHECK(row["priority"] == 2);
  CHECK(row["status"]["name"] == "IncidentStatusEnum.Active");
  const std::string place = header_of(reply, "Location");
  CHECK(place == std::string(k_bridge) + "/api/itsmc/v1/workitems/" + row["id"].get<std::string>());
  CHECK(body_json(on.follow(place)) == row);
}

TEST_CASE("the same external id gives the old incident, or a conflict", "[scsm]") {
  BridgeOnTest on;
  const json first = body_json(on.post("incidents", incident().dump()));
  const Reply again = on.post("incidents", incident().dump(2));
  CHECK(again.status == 200);
  CHECK(body_json(again)["baseId"] == first["baseId"]);
  json other = incident();
  other["title"] = "another";
  const Reply conflict = on.post("incidents", other.dump());
  CHECK(conflict.status == 409);
  CHECK(body_json(conflict)["error"]["code"] == "conflict");
  CHECK(on.all_ids("incidents").size() == 1);
}

TEST_CASE("what is wrong with a new incident is named", "[scsm]") {
  struct Case {
    json change;
    std::string target;
  };
  const auto cases = std::to_array<Case>({
      {{{"title", ""}}, "title"},
      {{{"urgency", "Huge"}}, "urgency"},
      {{{"impact", 2}}, "impact"},
      {{{"source", "Pigeon"}}, "source"},
      {{{"supportGroup", "nobody"}}, "supportGroup"},
      {{{"affectedConfigItem", "33333333-0000-4000-8000-000000000001"}}, "affectedConfigItem"},
      {{{"templateId", "33333333-0000-4000-8000-000000000001"}}, "templateId"},
      {{{"externalId", std::string(129, 'x')}}, "externalId"},
  });
  BridgeOnTest on;
  for (const auto& each : cases) {
    INFO(each.target);
    json body = incident();
    body.update(each.change);
    const Reply reply = on.post("incidents", body.dump());
    CHECK(reply.status == 400);
    CHECK(body_json(reply)["error"]["target"] == each.target);
  }
  CHECK(on.post("incidents", "{").status == 400);
  json large = incident();
  large["description"] = std::string(1 << 20, 'x');
  CHECK(on.post("incidents", large.dump()).status == 413);
  CHECK(on.all_ids("incidents").empty());
}

TEST_CASE("a configuration item is created once and can then be affected", "[scsm]") {
  BridgeOnTest on;
  const std::string body = R"({"class":"Microsoft.Windows.Computer","principalName":"app07.x",)"
                           R"("displayName":"app07"})";
  const Reply made = on.post("configitems", body);
  CHECK(made.status == 201);
  const Reply again = on.post("configitems", body);
  CHECK(again.status == 200);
  CHECK(body_json(again) == body_json(made));
  CHECK(body_json(made)["objectStatus"]["displayName"] == "Active");
  json with = incident();
  with["affectedConfigItem"] = body_json(made)["baseId"];
  const json row = body_json(on.post("incidents", with.dump()));
  CHECK(row["configItems"][0]["displayName"] == "app07");
  // A deleted one does not stand in the way of its name.
  CHECK(on.post("configitems", R"({"class":"Microsoft.Windows.Computer","displayName":"r",)"
                               R"("principalName":"retired01.contoso.local"})")
            .status == 201);
  CHECK(on.post("configitems", R"({"class":"System.Printer","displayName":"p"})").status == 400);
  CHECK(on.post("configitems", R"({"class":"Microsoft.Windows.Computer","displayName":"p"})")
            .status == 400);
  CHECK(on.post("me", "{}").status == 405);
}
