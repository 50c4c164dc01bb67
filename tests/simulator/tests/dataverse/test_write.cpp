#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "dataverse/organisation_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

json case_body(OrganisationOnTest& on, const json& more = json::object()) {
  const std::string account = body_json(on.get("accounts"))["value"][0]["accountid"];
  json body = {{"title", "Sample case"},
               {"prioritycode", 1},
               {"customerid_account@odata.bind", "/accounts(" + account + ")"}};
  body.update(more);
  return body;
}

std::string id_in(const Reply& reply) {
  const std::string entity = header_of(reply, "OData-EntityId");
  const auto open = entity.rfind('(');
  return entity.substr(open + 1, 36);
}

std::string message_of(const Reply& reply) {
  return body_json(reply)["error"]["message"];
}

}  // namespace

TEST_CASE("dataverse: a create is 204 with OData-EntityId, or 201 with the row and without it") {
  OrganisationOnTest on;
  const json recorded = dataverse_fixture("create.204.headers.json");
  const Reply bare = on.send("POST", "incidents", case_body(on).dump());
  CHECK(bare.status == recorded["status"]);
  CHECK(bare.body_size() == 0);
  CHECK(header_of(bare, "OData-Version") == recorded["headers"]["OData-Version"]);
  CHECK(header_of(bare, "OData-EntityId")
            .find("https://org.crm4.dynamics.com/api/data/v9.2/incidents(") == 0);
  const Reply whole = on.send("POST", "incidents?$select=ticketnumber,title", case_body(on).dump(),
                              {{"Prefer", "return=representation"}});
  CHECK(whole.status == 201);
  CHECK(header_of(whole, "OData-EntityId").empty());
  CHECK(header_of(whole, "Preference-Applied") == "return=representation");
  const json row = body_json(whole);
  const json created = dataverse_fixture("create.return-representation.201.response.json");
  CHECK(created["@odata.context"].get<std::string>().ends_with("/$entity"));
  CHECK(row["@odata.context"].get<std::string>().ends_with("/$entity"));
  CHECK(row.contains("@odata.etag"));
  CHECK(row["ticketnumber"].get<std::string>().find("CAS-") == 0);
}

TEST_CASE("dataverse: a client's own key makes a repeated create safe") {
  OrganisationOnTest on;
  const std::string id = OrganisationOnTest::id(7);
  const json body = case_body(on, {{"incidentid", id}});
  CHECK(id_in(on.send("POST", "incidents", body.dump())) == id);
  const Reply again = on.send("POST", "incidents", body.dump());
  CHECK(again.status == 412);
  CHECK(body_json(again)["error"]["code"] == "0x80040237");
}

TEST_CASE("dataverse: PATCH creates or updates, as its headers allow") {
  OrganisationOnTest on;
  const std::string what = "incidents(" + OrganisationOnTest::id(5) + ")";
  const std::string body = case_body(on).dump();
  CHECK(on.send("PATCH", what, body, {{"If-Match", "*"}}).status == 404);
  CHECK(on.send("PATCH", what, body, {{"If-None-Match", "*"}}).status == 204);
  CHECK(on.send("PATCH", what, body, {{"If-None-Match", "*"}}).status == 412);
  CHECK(on.send("PATCH", what, R"({"title":"new"})", {{"If-Match", "*"}}).status == 204);
  const json row = body_json(on.get(what));
  CHECK(row["title"] == "new");
  const Reply stale = on.send("PATCH", what, R"({"title":"x"})", {{"If-Match", "W/\"1\""}});
  CHECK(stale.status == 412);
  CHECK(body_json(stale)["error"]["code"] == "0x80060882");
  CHECK(on.send("PATCH", what, R"({"title":"x"})", {{"If-Match", row["@odata.etag"]}}).status ==
        204);
  const Reply whole =
      on.send("PATCH", what, R"({"title":"y"})", {{"Prefer", "return=representation"}});
  CHECK(whole.status == 200);
  CHECK(body_json(whole)["title"] == "y");
  CHECK(on.send("DELETE", what, "").status == 204);
  CHECK(on.send("DELETE", what, "").status == 404);
}

TEST_CASE("dataverse: wrong payloads are refused in the product's words") {
  OrganisationOnTest on;
  struct Case {
    json more;
    int status;
    const char* words;
  };
  const std::string long_title(201, 'x');
  const std::vector<Case> cases{
      {{{"customerid_account@odata.bind", nullptr}}, 400, "You should specify a parent contact"},
      {{{"nothing", 1}}, 400, "Invalid property 'nothing' was found in entity"},
      {{{"ownerid", "x"}}, 400, "CRM do not support direct update of Entity Reference properties"},
      {{{"OwnerId@odata.bind", "/systemusers(x)"}}, 400, "An undeclared property 'OwnerId'"},
      {{{"prioritycode", "High"}}, 400, "Cannot convert the literal 'High'"},
      {{{"prioritycode", 9}}, 400, "outside the valid range. Accepted Values: 1,2,3"},
      {{{"title", long_title}}, 400, "exceeded the maximum allowed length of '200'"},
      {{{"escalatedon", "yesterday"}}, 400, "Edm.DateTimeOffset"},
      {{{"ownerid@odata.bind", "/systemusers(" + OrganisationOnTest::id(1) + ")"}},
       404,
       "Does Not Exist"}};
  for (const auto& c : cases) {
    INFO(c.more.dump());
    const Reply reply = on.send("POST", "incidents", case_body(on, c.more).dump());
    CHECK(reply.status == c.status);
    CHECK(message_of(reply).find(c.words) != std::string::npos);
  }
  CHECK(on.send("POST", "incidents", "{no json").status == 400);
  CHECK(body_json(on.get("incidents"))["value"].empty());
}

TEST_CASE("dataverse: a case is resolved by its action alone and is read-only then") {
  OrganisationOnTest on;
  const std::string id =
      id_in(on.send("POST", "incidents", case_body(on, {{"statecode", 1}}).dump()));
  const std::string what = "incidents(" + id + ")";
  CHECK(body_json(on.get(what))["statecode"] == 0);  // not settable on create
  const Reply patched = on.send("PATCH", what, R"({"statecode":1,"statuscode":5})");
  CHECK(patched.status == 400);
  CHECK(message_of(patched).find("use the CloseIncidentRequest message") != std::string::npos);
  const json close = {{"IncidentResolution",
                       {{"subject", "done"}, {"incidentid@odata.bind", "/incidents(" + id + ")"}}},
                      {"Status", 5}};
  CHECK(on.send("POST", "CloseIncident", close.dump()).status == 204);
  CHECK(body_json(on.get(what))["statuscode"] == 5);
  CHECK(on.send("PATCH", what, R"({"title":"x"})").status == 400);
  CHECK(on.send("PATCH", what, R"({"statecode":0})").status == 204);
  CHECK(body_json(on.get(what))["statuscode"] == 1);
  CHECK(on.send("PATCH", what, R"({"title":"x"})").status == 204);
  CHECK(on.send("PATCH", what, R"({"statuscode":2})").status == 204);
  CHECK(body_json(on.get(what))["statuscode"] == 2);
}

TEST_CASE("dataverse: duplicates are looked for when the header asks for it") {
  OrganisationOnTest on;
  const std::string body = case_body(on).dump();
  CHECK(on.send("POST", "incidents", body).status == 204);
  CHECK(on.send("POST", "incidents", body).status == 204);
  const Reply reply =
      on.send("POST", "incidents", body, {{"MSCRM.SuppressDuplicateDetection", "false"}});
  CHECK(reply.status == 412);
  CHECK(body_json(reply)["error"]["code"] == "0x80040333");
}

TEST_CASE("dataverse: change tracking gives the table, then what changed and what went") {
  OrganisationOnTest on;
  on.put_incidents(5);
  const Fields track{{"Prefer", "odata.track-changes,odata.maxpagesize=2"}};
  const std::string what = "x_incidents?$select=x_title";
  json page = body_json(on.get(what, track));
  std::size_t rows = page["value"].size();
  while (page.contains("@odata.nextLink")) {
    page = body_json(on.follow(page["@odata.nextLink"], track));
    rows += page["value"].size();
  }
  CHECK(rows == 5);
  const json recorded = dataverse_fixture("delta-initial.response.json");
  for (const auto& [key, value] : recorded.items()) {
    INFO(key);
    CHECK(page.contains(key));
  }
  const std::string link = page["@odata.deltaLink"];
  CHECK(link.find("&$deltatoken=") != std::string::npos);
  CHECK(body_json(on.follow(link))["value"].empty());
  on.control("remove?type=incident&id=" + OrganisationOnTest::id(1));
  on.control(
      "put",
      json{{"type", "incident"}, {"id", OrganisationOnTest::id(2)}, {"title", "again"}}.dump());
  const json delta = body_json(on.follow(link));
  REQUIRE(delta["value"].size() == 2);
  CHECK(delta["value"][0]["x_title"] == "again");
  CHECK(delta["value"][1]["reason"] == "deleted");
  CHECK(delta["value"][1]["id"] == OrganisationOnTest::id(1));
  CHECK(body_json(on.follow(delta["@odata.deltaLink"]))["value"].empty());
  on.control("advance?seconds=700000");
  const Reply late = on.follow(link);
  CHECK(late.status == 400);
  CHECK(body_json(late)["error"]["code"] == "");
}

TEST_CASE("dataverse: change tracking refuses what it cannot do") {
  OrganisationOnTest on;
  const Fields track{{"Prefer", "odata.track-changes"}};
  for (const char* option :
       {"$filter=x_state%20eq%201", "$orderby=modifiedon", "$expand=ownerid", "$top=3"}) {
    INFO(option);
    const Reply reply = on.get(std::string("x_incidents?") + option, track);
    CHECK(reply.status == 400);
    CHECK(message_of(reply).find("query parameter isn't supported when Change Tracking is "
                                 "enabled.") != std::string::npos);
  }
  CHECK(on.get("systemusers", track).status == 400);
  on.control("fault?name=no-org-read");
  CHECK(on.get("x_incidents", track).status == 403);
}

}  // namespace itsmc::sim::test
