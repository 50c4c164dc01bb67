// Service information, summaries, schema, template, lists, people, rights.
#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "cherwell_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

json template_of(CherwellOnTest& on, const json& more) {
  json body = {{"busObId", k_incident}};
  body.update(more);
  return on.post("V1/getbusinessobjecttemplate", body);
}

std::vector<std::string> names_of(const json& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field["name"]);
  return names;
}

}  // namespace

TEST_CASE("cherwell: serviceinfo needs no token and tells release, culture, zone") {
  CherwellOnTest on;
  const json info = on.get("V1/serviceinfo");
  CHECK(info["apiVersion"] == "10.5.0");
  CHECK(info["systemDateTime"] == "2025-11-24T11:00:00-05:00");
  CHECK(info["systemUtcOffset"] == "-05:00:00");
  CHECK(info["timeZone"]["BaseUtcOffset"] == "-05:00:00");
  on.fault("version=9.3.2");
  CHECK(on.get("V1/serviceinfo")["apiVersion"] == "9.3.2");
  CHECK_FALSE(on.get("V1/serviceinfo").contains("systemUtcOffset"));
  on.bench.faults.clear();
  on.fault("no-utc-offset");
  on.fault("no-time-zone");
  const json poor = on.get("V1/serviceinfo");
  CHECK_FALSE(poor.contains("systemUtcOffset"));
  CHECK(poor["timeZone"].is_null());
  CHECK(poor["systemDateTime"] == "2025-11-24T11:00:00");
  on.bench.faults.clear();
  on.fault("time-zone=eastern");
  CHECK(on.get("V1/serviceinfo")["timeZone"]["AdjustmentRules"].size() == 1);
}

TEST_CASE("cherwell: everything else needs a good bearer") {
  CherwellOnTest on;
  const Reply none = on.send("GET", "V1/getroles");
  CHECK(none.status == 401);
  CHECK(header_of(none, "WWW-Authenticate") == "Bearer");
  on.bearer = "made up";
  CHECK(on.send("GET", "V1/getbusinessobjectsummary/busobname/Incident").status == 401);
}

TEST_CASE(
    "cherwell: the summary is an array, empty when the object is unknown, names in any case") {
  CherwellOnTest on;
  on.sign_in();
  const json recorded = cherwell_fixture("getbusinessobjectsummary.incident.response.json");
  json incident = on.get("V1/getbusinessobjectsummary/busobname/incident");
  REQUIRE(incident.size() == 1);
  CHECK(incident[0]["major"] == true);  // recorded as false in a client's own fake
  incident[0]["major"] = false;
  CHECK(incident == recorded);
  CHECK(on.get("V1/getbusinessobjectsummary/busobname/Nothing") == json::array());
  CHECK(on.get(std::string("v1/GetBusinessObjectSummary/busobid/") + k_change)[0]["name"] ==
        "ChangeRequest");
  const json groups = on.get("V1/getbusinessobjectsummaries/type/Groups");
  REQUIRE(groups.size() == 1);
  CHECK(groups[0]["name"] == "ConfigurationItem");
  CHECK(groups[0]["groupSummaries"].size() == 3);
  CHECK(on.get("V1/getbusinessobjectsummaries/type/All").size() == 7);
}

TEST_CASE("cherwell: known fields have their known ids and names") {
  CherwellOnTest on;
  on.sign_in();
  const json known = cherwell_fixture("known-ids.json");
  for (const char* object : {"Incident", "ChangeRequest"}) {
    const std::string id = known["busObId"][object];
    const json schema = on.get("V1/getbusinessobjectschema/busobid/" + id);
    std::map<std::string, std::string> ids;
    for (const auto& field : schema["fieldDefinitions"]) ids[field["name"]] = field["fieldId"];
    for (const auto& [name, field_id] : known[object].items()) {
      INFO(object << "." << name);
      CHECK(ids[name] == "BO:" + id + ",FI:" + field_id.get<std::string>());
    }
  }
  const json read = cherwell_fixture("getbusinessobject.incident-102328.response.json");
  const json schema = on.get(std::string("V1/getbusinessobjectschema/busobid/") + k_incident);
  std::map<std::string, json> recorded;
  for (const auto& field : read["fields"]) recorded[field["name"]] = field;
  int compared = 0;
  for (const auto& field : schema["fieldDefinitions"]) {
    const std::string name = field["name"];
    INFO(name);
    REQUIRE(recorded.contains(name));
    CHECK(field["fieldId"] == recorded[name]["fieldId"]);
    CHECK(field["displayName"] == recorded[name]["displayName"]);
    ++compared;
  }
  CHECK(compared > 45);
}

TEST_CASE("cherwell: relationships come with the schema when asked for") {
  CherwellOnTest on;
  on.sign_in();
  const std::string target = std::string("V1/getbusinessobjectschema/busobid/") + k_incident;
  CHECK(on.get(target)["relationships"].empty());
  CHECK(on.get(target + "?includerelationships=true")["relationships"].size() == 1);
  CHECK(on.send("GET", "V1/getbusinessobjectschema/busobid/x").status == 500);
}

TEST_CASE("cherwell: the template maps names to ids and tells what is required") {
  CherwellOnTest on;
  on.sign_in();
  const json required = template_of(on, {{"includeRequired", true}});
  CHECK(names_of(required["fields"]) ==
        std::vector<std::string>{"Priority", "Description", "CustomerRecID"});
  const json sample = cherwell_fixture("getbusinessobjecttemplate.swagger-sample.response.json");
  for (const auto& [name, value] : sample["fields"][0].items()) {
    CHECK(required["fields"][0].contains(name));
  }
  for (const auto& [name, value] : sample.items()) CHECK(required.contains(name));
  CHECK(required["fields"][0]["dirty"] == false);
  CHECK(template_of(on, {{"includeAll", true}})["fields"].size() > 45);
  CHECK(names_of(template_of(on, {{"fieldNames", {"status", "None"}}})["fields"]) ==
        std::vector<std::string>{"Status"});
  CHECK(names_of(template_of(on, {{"fieldIds", {std::string("FI:") + k_short}}})["fields"]) ==
        std::vector<std::string>{"ShortDescription"});
  on.fault("required=Service,Category");
  CHECK(template_of(on, {{"includeRequired", true}})["fields"].size() == 5);
}

TEST_CASE("cherwell: the values of a list, by name or by id") {
  CherwellOnTest on;
  on.sign_in();
  const json named =
      on.post("V1/fieldvalueslookup", {{"busObId", k_incident}, {"fieldName", "Priority"}});
  CHECK(named["values"] == json{"1", "2", "3", "4", "5"});
  CHECK(on.post("V1/fieldvalueslookup", {{"busObId", k_incident}, {"fieldId", k_priority}}) ==
        named);
  CHECK(on.post("V1/fieldvalueslookup",
                {{"busObId", k_incident}, {"fieldName", "Description"}})["values"]
            .empty());
  CHECK(on.send("POST", "V1/fieldvalueslookup",
                json{{"busObId", k_incident}, {"fieldName", "None"}}.dump())
            .status == 500);
}

TEST_CASE("cherwell: a blueprint without a field, with other names, without an object") {
  CherwellOnTest on;
  on.sign_in();
  on.put("a", "2025-11-03T12:00:00Z", "alpha");
  on.fault("blueprint-lacks=ShortDescription,ChangeRequest.Status");
  on.fault("field-renamed=OwnedBy:AssignedTo,OwnedByTeam:AssignedTeam");
  on.fault("object-renamed=Incident:Ticket");
  const auto names = names_of(template_of(on, {{"includeAll", true}})["fields"]);
  const auto has = [&](const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  CHECK_FALSE(has("ShortDescription"));
  CHECK(has("Status"));
  CHECK(has("AssignedTo"));
  CHECK_FALSE(has("OwnedBy"));
  const json row = on.post("V1/getsearchresults", incident_search())["businessObjects"][0];
  CHECK(value_of(row, "ShortDescription") == "(no field ShortDescription)");
  CHECK(value_of(row, "AssignedTo").empty());
  CHECK(on.get("V1/getbusinessobjectsummary/busobname/Incident").empty());
  CHECK(on.get("V1/getbusinessobjectsummary/busobname/Ticket").size() == 1);
  CHECK(on.get("V1/getbusinessobjectsummary/busobname/ChangeRequest")[0]["stateFieldId"] == "");
  on.fault("object-lacks=ChangeRequest");
  CHECK(on.get("V1/getbusinessobjectsummary/busobname/ChangeRequest").empty());
}

TEST_CASE("cherwell: the user, the group behind its id, the rights") {
  CherwellOnTest on;
  on.sign_in();
  const json two = on.get("V2/getuserbyloginid?loginid=ITSMC.Integration&loginidtype=Internal");
  CHECK(two["displayName"] == "ITSMC Integration");
  CHECK(two.contains("error"));
  CHECK_FALSE(two.contains("errorMessage"));
  const json three = on.get("V3/getuserbyloginid?loginid=itsmc.integration&loginidtype=Internal");
  CHECK(three.contains("errorMessage"));
  CHECK(on.get("V1/getuserbyloginid/loginid/itsmc.integration") == two);
  CHECK(on.get("V1/getuserbyrecid/recid/" + two["recordId"].get<std::string>())["publicId"] ==
        "itsmc.integration");
  const Reply nobody = on.send("GET", "V2/getuserbyloginid?loginid=nobody&loginidtype=Internal");
  CHECK(nobody.status == 500);
  CHECK(body_json(nobody)["errorCode"] == "RECORDNOTFOUND");
  std::string group;
  const json groups = on.get("V2/getsecuritygroups");
  for (const auto& one : groups["securityGroups"]) {
    if (one["groupId"] == two["securityGroupId"]) group = one["groupName"];
  }
  CHECK(group == "Integration");
  const std::string rights =
      "getsecuritygroupbusinessobjectpermissionsforcurrentuserbybusobname/busobname/Incident";
  CHECK(on.get("V1/" + rights)[0]["view"] == true);
  on.fault("no-edit=Incident");
  const json permission = on.get("V2/" + rights)["businessObjectPermissions"][0];
  CHECK(permission["view"] == true);
  CHECK(permission["edit"] == false);
  on.fault("no-view=Incident");
  CHECK(on.get("V2/" + rights)["businessObjectPermissions"][0]["view"] == false);
}

TEST_CASE("cherwell: getroles is refused to a user of few rights") {
  CherwellOnTest on;
  on.sign_in();
  for (const char* target : {"V1/getroles", "V2/getroles"}) {
    const Reply reply = on.send("GET", target);
    CHECK(reply.status == 500);
    CHECK(body_json(reply)["errorCode"] == "INSUFFICIENTRIGHTS");
    CHECK(body_json(reply)["errorMessage"] == "Insufficient rights to view personas");
  }
  on.fault("roles-readable");
  CHECK(on.get("V2/getroles")["roles"].size() == 1);
}

TEST_CASE("cherwell: both base paths in any case, nothing beside them") {
  CherwellOnTest on;
  Request request;
  request.method = "GET";
  struct Case {
    const char* path;
    int status;
  };
  for (const auto& one :
       {Case{"/CherwellAPI/api/V1/serviceinfo", 200}, Case{"/cherwellapi/API/v1/ServiceInfo", 200},
        Case{"/Trebuchet.WebApi/api/V1/serviceinfo", 200}, Case{"/api/V1/serviceinfo", 404},
        Case{"/CherwellAPI", 404}, Case{"/CherwellAPI/swagger", 404}, Case{"/", 404}}) {
    request.path = one.path;
    INFO(one.path);
    CHECK(on.raw(request).status == one.status);
  }
  on.fault("base-path=/");
  request.path = "/api/V1/serviceinfo";
  CHECK(on.raw(request).status == 200);
}

}  // namespace itsmc::sim::test
