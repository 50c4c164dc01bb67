#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "dataverse/organisation_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

// Three incidents with titles of their own.
void put_titles(OrganisationOnTest& on, const std::vector<std::string>& titles) {
  int n = 0;
  for (const auto& title : titles) {
    on.control("put", json{{"type", "incident"},
                           {"id", OrganisationOnTest::id(n)},
                           {"updated", "2025-11-03T00:00:0" + std::to_string(n) + "Z"},
                           {"title", title}}
                          .dump());
    ++n;
  }
}

Reply filtered(OrganisationOnTest& on, const std::string& filter) {
  return on.get("x_incidents?$select=x_title&$orderby=modifiedon&$filter=" + encoded(filter));
}

std::string titles(const Reply& reply) {
  std::string out;
  const json page = body_json(reply);
  for (const auto& row : page["value"]) {
    out += (out.empty() ? "" : ",") + row["x_title"].get<std::string>();
  }
  return out;
}

}  // namespace

TEST_CASE("dataverse: filters find what they say") {
  OrganisationOnTest on;
  put_titles(on, {"O'Bryan", "disk 100% full", "disk_a"});
  struct Case {
    const char* filter;
    const char* found;
  };
  const std::vector<Case> cases{
      {"x_title eq 'O''Bryan'", "O'Bryan"},
      {"x_title eq 'o''bryan'", "O'Bryan"},
      {"contains(x_title,'DISK')", "disk 100% full,disk_a"},
      {"contains(x_title,'100[%]')", "disk 100% full"},
      {"contains(x_title,'disk_')", "disk 100% full,disk_a"},
      {"startswith(x_title,'%full')", "disk 100% full"},
      {"endswith(x_title,'_a')", "disk_a"},
      {"not contains(x_title,'disk')", "O'Bryan"},
      {"modifiedon ge 2025-11-03T00:00:01Z", "disk 100% full,disk_a"},
      {"modifiedon gt 2025-11-03T00:00:01Z", "disk_a"},
      {"modifiedon ge 2025-11-03T01:00:01+01:00 and modifiedon lt 2025-11-03T00:00:02Z",
       "disk 100% full"},
      {"modifiedon le 2025-11-03T00:00:00Z or x_title eq 'disk_a'", "O'Bryan,disk_a"},
      {"(x_state eq 1 or x_state eq 2) and x_title ne 'disk_a'", "O'Bryan,disk 100% full"},
      {"x_configurationitem eq null", ""},
      {"_x_configurationitem_value eq null", "O'Bryan,disk 100% full,disk_a"},
      {"x_incidentid eq 00010001-0000-4000-8000-000000000001", "disk 100% full"},
      {"modifiedon ge 2030-01-01", ""}};
  for (const auto& c : cases) {
    INFO(c.filter);
    const Reply reply = filtered(on, c.filter);
    if (reply.status == 200)
      CHECK(titles(reply) == c.found);
    else
      CHECK(std::string(c.filter) == "x_configurationitem eq null");
  }
}

TEST_CASE("dataverse: wrong filters are refused in the product's words") {
  OrganisationOnTest on;
  struct Case {
    const char* filter;
    const char* words;
  };
  const std::vector<Case> cases{
      {"modifiedon ge '2025-11-03T00:00:00Z'",
       "Found operand types 'Edm.DateTimeOffset' and 'Edm.String' for operator kind "
       "'GreaterThanOrEqual'."},
      {"x_state eq 'New'", "Found operand types 'Edm.Int32' and 'Edm.String'"},
      {"x_title eq 'O'Bryan'", "There is an unterminated literal at position 20"},
      {"x_nothing eq 1",
       "Could not find a property named 'x_nothing' on type "
       "'Microsoft.Dynamics.CRM.x_incident'."},
      {"x_title like 'a'", "Syntax error at position 8"},
      {"modifiedon ge", "Syntax error"},
      {"tolower(x_title) eq 'a'", "An unknown function with name 'tolower' was found."}};
  for (const auto& c : cases) {
    INFO(c.filter);
    const Reply reply = filtered(on, c.filter);
    CHECK(reply.status == 400);
    const std::string message = body_json(reply)["error"]["message"];
    INFO(message);
    CHECK(message.find(c.words) != std::string::npos);
  }
}

TEST_CASE("dataverse: choices are numbers, labels come as annotations when asked for") {
  OrganisationOnTest on;
  on.put_incidents(1);
  const std::string what = "x_incidents?$select=x_state,_x_assignedto_value,modifiedon";
  const json bare = body_json(on.get(what))["value"][0];
  CHECK(bare["x_state"] == 1);
  CHECK_FALSE(bare.contains("x_state@OData.Community.Display.V1.FormattedValue"));
  const Fields prefer{
      {"Prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""}};
  const Reply reply = on.get(what, prefer);
  CHECK(header_of(reply, "Preference-Applied") == prefer[0].value);
  const json shown = body_json(reply)["value"][0];
  CHECK(shown["x_state@OData.Community.Display.V1.FormattedValue"] == "New");
  CHECK(shown["_x_assignedto_value@OData.Community.Display.V1.FormattedValue"] == "User 1");
  // The user's zone and culture: eight hours behind.
  CHECK(shown["modifiedon"] == "2025-11-03T00:00:00Z");
  CHECK(shown["modifiedon@OData.Community.Display.V1.FormattedValue"] == "11/2/2025 4:00 PM");
  CHECK_FALSE(shown.contains("_x_assignedto_value@Microsoft.Dynamics.CRM.lookuplogicalname"));
  const json all =
      body_json(on.get(what, {{"Prefer", "odata.include-annotations=\"*\""}}))["value"][0];
  CHECK(all["_x_assignedto_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "systemuser");
  CHECK(all["_x_assignedto_value@Microsoft.Dynamics.CRM.associatednavigationproperty"] ==
        "x_AssignedTo");
  on.control("fault?name=no-annotations");
  CHECK_FALSE(body_json(on.get(what, prefer))["value"][0].contains(
      "x_state@OData.Community.Display.V1.FormattedValue"));
}

TEST_CASE("dataverse: rows have the recorded members") {
  OrganisationOnTest on;
  on.put_incidents(3);
  const json recorded = dataverse_fixture("page1.response.json");
  const json page =
      body_json(on.get("x_incidents?$select=x_title", {{"Prefer", "odata.maxpagesize=2"}}));
  for (const auto& [key, value] : recorded.items()) {
    INFO(key);
    REQUIRE(page.contains(key));
    CHECK(page[key].type() == value.type());
  }
  CHECK(page["@odata.context"] ==
        "https://org.crm4.dynamics.com/api/data/v9.2/$metadata#x_incidents(x_title)");
  const json& row = page["value"][0];
  CHECK(row.size() == 3);
  CHECK(row["@odata.etag"].get<std::string>().find("W/\"") == 0);
  CHECK(row.contains("x_incidentid"));
}

TEST_CASE("dataverse: one row, and none") {
  OrganisationOnTest on;
  on.put_incidents(1);
  const std::string id = OrganisationOnTest::id(0);
  const json row = body_json(on.get("x_incidents(" + id + ")?$select=x_title"));
  CHECK(row["x_title"] == "title 0");
  CHECK(row["@odata.context"].get<std::string>().ends_with("#x_incidents(x_title)/$entity"));
  const std::string number = body_json(on.get("x_incidents(" + id + ")"))["x_number"];
  CHECK(body_json(on.get("x_incidents(x_number='" + number + "')"))["x_incidentid"] == id);
  const std::string etag = row["@odata.etag"];
  CHECK(on.get("x_incidents(" + id + ")", {{"If-None-Match", etag}}).status == 304);
  CHECK(on.get("x_incidents(" + id + ")", {{"If-None-Match", "null"}}).status == 200);
  const Reply missing = on.get("x_incidents(" + OrganisationOnTest::id(9) + ")");
  CHECK(missing.status == 404);
  CHECK(body_json(missing)["error"]["code"] == "0x80040217");
}

TEST_CASE("dataverse: who am I, what version, which roles") {
  OrganisationOnTest on;
  for (const auto& [what, file] :
       {std::pair{"WhoAmI", "whoami.response.json"},
        std::pair{"RetrieveVersion()", "retrieveversion.response.json"}}) {
    INFO(what);
    const json body = body_json(on.get(what));
    const json recorded = dataverse_fixture(file);
    for (const auto& [key, value] : recorded.items()) CHECK(body.contains(key));
  }
  const std::string user = body_json(on.get("WhoAmI()"))["UserId"];
  const std::string roles = "systemusers(" + user +
                            ")?$select=fullname,domainname,isdisabled&$expand="
                            "systemuserroles_association($select=name)";
  const auto names = [&] {
    std::string out;
    const json body = body_json(on.get(roles));
    for (const auto& role : body["systemuserroles_association"]) {
      out += role["name"].get<std::string>() + ";";
    }
    return out;
  };
  CHECK(names() == "Basic User;");
  const json teams = body_json(
      on.get("systemusers(" + user + ")/teammembership_association?$select=name"))["value"];
  REQUIRE(teams.size() == 1);
  const std::string team = teams[0]["teamid"];
  CHECK(body_json(on.get("teams(" + team + ")/teamroles_association"))["value"][0]["name"] ==
        "ITSM Integration");
  on.control("roles?are=admin");
  CHECK(names() == "Basic User;System Administrator;");
  on.control("roles?are=none");
  CHECK(names().empty());
  on.control("fault?name=version&arg=9.1.0.14134");
  CHECK(body_json(on.get("RetrieveVersion()"))["Version"] == "9.1.0.14134");
}

TEST_CASE("dataverse: the tables describe themselves, with the documented choices") {
  OrganisationOnTest on;
  const json all = body_json(on.get(
      "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,"
      "ChangeTrackingEnabled&$filter=LogicalName%20eq%20'incident'"))["value"];
  REQUIRE(all.size() == 1);
  CHECK(all[0]["EntitySetName"] == "incidents");
  CHECK(all[0]["PrimaryIdAttribute"] == "incidentid");
  CHECK(all[0]["ChangeTrackingEnabled"] == true);
  CHECK_FALSE(all[0].contains("SchemaName"));
  CHECK(body_json(on.get("EntityDefinitions"))["value"].size() == 10);
  const json documented = dataverse_fixture("incident-choices.json");
  for (const auto& [cast, column] :
       {std::pair{"Picklist", "prioritycode"}, std::pair{"Picklist", "caseorigincode"},
        std::pair{"Picklist", "casetypecode"}, std::pair{"State", "statecode"}}) {
    INFO(column);
    const json attributes = body_json(
        on.get(std::string("EntityDefinitions(LogicalName='incident')/Attributes/"
                           "Microsoft.Dynamics.CRM.") +
               cast + "AttributeMetadata?$select=LogicalName&$expand=OptionSet"))["value"];
    json found = json::object();
    for (const auto& attribute : attributes) {
      if (attribute["LogicalName"] != column) continue;
      for (const auto& option : attribute["OptionSet"]["Options"]) {
        found[option["Value"].dump()] = option["Label"]["UserLocalizedLabel"]["Label"];
      }
    }
    CHECK(found == documented[column]);
  }
  const Reply metadata = on.get("$metadata");
  CHECK(metadata.content_type == "application/xml");
  CHECK(metadata.body->find("<EntitySet Name=\"incidents\" "
                            "EntityType=\"Microsoft.Dynamics.CRM.incident\" />") !=
        std::string::npos);
  CHECK(on.get("EntityDefinitions(LogicalName='nothing')").status == 404);
  CHECK(on.get("nothings").status == 404);
}

}  // namespace itsmc::sim::test
