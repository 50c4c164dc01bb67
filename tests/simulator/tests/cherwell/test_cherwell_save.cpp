// savebusinessobject, single reads, links.
#include <catch2/catch.hpp>

#include "cherwell_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

constexpr const char* k_save = "V1/savebusinessobject";

json read(CherwellOnTest& on, const std::string& public_id) {
  return on.get(std::string("V1/getbusinessobject/busobid/") + k_incident + "/publicid/" +
                public_id);
}

std::string body_text(const Reply& reply) {
  return reply.body ? *reply.body : std::string();
}

json with_field(json body, const json& field) {
  body["fields"].push_back(field);
  return body;
}

}  // namespace

TEST_CASE("cherwell save: creating answers as recorded and the record is there") {
  CherwellOnTest on;
  on.sign_in();
  const json saved = on.post(k_save, new_incident(on));
  const json recorded = cherwell_fixture("save-incident.response.json");
  for (const auto& [name, value] : recorded.items()) {
    INFO(name);
    REQUIRE(saved.contains(name));
    CHECK(saved[name].type() == value.type());
  }
  CHECK(saved["hasError"] == false);
  CHECK(saved["fieldValidationErrors"].empty());
  const json incident = read(on, saved["busObPublicId"]);
  CHECK(incident["busObRecId"] == saved["busObRecId"]);
  CHECK(value_of(incident, "Status") == "New");
  CHECK(value_of(incident, "Priority") == "2");
  CHECK(value_of(incident, "Description") == "The queue is full\nand stays so");
  CHECK(value_of(incident, "CustomerDisplayName") == "ITSMC Integration");
  CHECK(value_of(incident, "CreatedDateTime") == "11/24/2025 11:00 AM");
  CHECK(value_of(incident, "LastModBy") == "ITSMC Integration");
}

TEST_CASE("cherwell save: what goes wrong with a write") {
  CherwellOnTest on;
  on.sign_in();
  const auto made = [&] { return body_text(on.control("tickets?type=incident")); };
  SECTION("nothing is made, but the answer is good") {
    on.fault("save-makes-nothing");
    CHECK(on.post(k_save, new_incident(on))["hasError"] == false);
    CHECK(made().empty());
  }
  SECTION("it is made, but the answer is bad") {
    on.fault("save-500-after");
    CHECK(on.send("POST", k_save, new_incident(on).dump()).status == 500);
    CHECK(json::parse(made())["open"] == true);
  }
  SECTION("a rule stores another value") {
    on.fault("change-on-save=Priority:5");
    CHECK(value_of(read(on, on.post(k_save, new_incident(on))["busObPublicId"]), "Priority") ==
          "5");
  }
  SECTION("a state that ends it is refused") {
    on.fault("resolve-refused");
    const json body = with_field(new_incident(on), dirty(k_status, "Resolved"));
    CHECK(on.post(k_save, body)["fieldValidationErrors"][0]["error"] ==
          "Status needs a cause first");
    CHECK(made().empty());
  }
}

TEST_CASE("cherwell controls: tickets carry their key, configuration items their life") {
  CherwellOnTest on;
  on.sign_in();
  json body = {
      {"busObId", k_incident},
      {"fields", {dirty(k_description, "Disk full\n\n(itsmc:k~2)"), dirty(k_priority, "2")}}};
  const json usual = new_incident(on);
  for (const json& field : usual["fields"]) {
    if (field["fieldId"] == k_customer) body["fields"].push_back(field);
  }
  on.post(k_save, body);
  const json ticket = json::parse(body_text(on.control("tickets?type=incident")));
  CHECK(ticket["correlation_id"] == "k~2");
  CHECK(ticket["title"] == "Disk full");
  on.control("ci/clear");
  CHECK(body_text(on.control("ci/truth")).empty());
  on.control("ci/put?id=c0ffee&name=web01&fqdn=web01.a.b&class=ConfigComputer&life=retired");
  const json item = json::parse(body_text(on.control("ci/truth")));
  CHECK(item["name"] == "web01");
  CHECK(item["class"] == "ConfigComputer");
  CHECK(item["life"] == "retired");
}

TEST_CASE("cherwell save: missing and bad values are told in a 200") {
  CherwellOnTest on;
  on.sign_in();
  const json none = {{"busObId", k_incident}, {"fields", {dirty(k_description, "x")}}};
  const Reply reply = on.send("POST", k_save, none.dump());
  CHECK(reply.status == 200);
  const json body = body_json(reply);
  CHECK(body["hasError"] == true);
  CHECK(body["busObPublicId"].is_null());
  CHECK(body["fieldValidationErrors"].size() == 2);
  CHECK(body["fieldValidationErrors"][0]["error"] == "Priority is required");
  json bad = with_field(new_incident(on), dirty(k_status, "No such state"));
  CHECK(on.post(k_save, bad)["fieldValidationErrors"][0]["error"] ==
        "Status must be a value of its list");
  json stranger = new_incident(on);
  stranger["fields"][2]["value"] = std::string(42, '0');
  CHECK(on.post(k_save, stranger)["hasError"] == true);
  on.fault("validation-errors-only");
  CHECK(on.post(k_save, none)["hasError"] == false);
  CHECK(on.post(k_save, none)["fieldValidationErrors"].size() == 2);
  CHECK(streamed(on.control("truth")).empty());
}

TEST_CASE("cherwell save: only dirty fields are saved, the product's own never") {
  CherwellOnTest on;
  on.sign_in();
  json body = new_incident(on);
  body["fields"].push_back({{"dirty", false}, {"fieldId", k_short}, {"value", "not dirty"}});
  body["fields"].push_back({{"fieldId", k_short}, {"value", "not said to be"}});
  body["fields"].push_back(dirty(k_rec_id, "mine"));
  body["fields"].push_back(dirty(k_modified, "1/1/2020 1:00 AM"));
  body["fields"].push_back(dirty(std::string(32, '0'), "unknown"));
  const json saved = on.post(k_save, body);
  json incident = read(on, saved["busObPublicId"]);
  CHECK(value_of(incident, "ShortDescription").empty());
  CHECK(value_of(incident, "RecID") == saved["busObRecId"]);
  CHECK(value_of(incident, "LastModifiedDateTime") == "11/24/2025 11:00 AM");
  json update = {{"busObId", k_incident},
                 {"busObRecId", saved["busObRecId"]},
                 {"fields", {{{"dirty", "true"}, {"fieldId", k_short}, {"value", "as text"}}}}};
  CHECK(on.post(k_save, update)["busObPublicId"] == saved["busObPublicId"]);
  CHECK(value_of(read(on, saved["busObPublicId"]), "ShortDescription") == "as text");
  on.fault("drop-on-save=ShortDescription");
  update["fields"][0]["value"] = "dropped";
  CHECK(on.post(k_save, update)["hasError"] == false);
  CHECK(value_of(read(on, saved["busObPublicId"]), "ShortDescription") == "as text");
}

TEST_CASE("cherwell save: persist false only caches") {
  CherwellOnTest on;
  on.sign_in();
  json body = new_incident(on);
  body["persist"] = false;
  const json cached = on.post(k_save, body);
  CHECK(cached["busObPublicId"].is_null());
  CHECK(streamed(on.control("truth")).empty());
  const json saved = on.post(k_save, {{"busObId", k_incident},
                                      {"cacheKey", cached["cacheKey"]},
                                      {"persist", true},
                                      {"fields", {dirty(k_short, "later")}}});
  CHECK(saved["hasError"] == false);
  CHECK(value_of(read(on, saved["busObPublicId"]), "ShortDescription") == "later");
  CHECK(value_of(read(on, saved["busObPublicId"]), "Priority") == "2");
}

TEST_CASE("cherwell save: states carry their dates") {
  CherwellOnTest on;
  on.sign_in();
  const json saved = on.post(k_save, new_incident(on));
  const auto set = [&](const char* status) {
    on.post(k_save, {{"busObId", k_incident},
                     {"busObPublicId", saved["busObPublicId"]},
                     {"fields", {dirty(k_status, status)}}});
    return read(on, saved["busObPublicId"]);
  };
  on.pass(60'000);
  json incident = set("Resolved");
  CHECK(value_of(incident, "Stat_DateTimeResolved") == "11/24/2025 11:01 AM");
  CHECK(value_of(incident, "ClosedDateTime").empty());
  incident = set("Closed");
  CHECK(value_of(incident, "ClosedDateTime") == "11/24/2025 11:01 AM");
  CHECK(value_of(incident, "ClosedBy") == "ITSMC Integration");
  CHECK(value_of(set("Reopened"), "ClosedDateTime").empty());
}

TEST_CASE("cherwell save: what is not there, not allowed, not to be saved") {
  CherwellOnTest on;
  on.sign_in();
  const Reply missing = on.send("GET", std::string("V1/getbusinessobject/busobid/") + k_incident +
                                           "/busobrecid/" + std::string(42, '0'));
  CHECK(missing.status == 500);
  CHECK(body_json(missing)["errorCode"] == "RECORDNOTFOUND");
  CHECK(body_json(missing)["errorMessage"] == "Record not found");
  const json update = {{"busObId", k_incident}, {"busObPublicId", "1"}, {"fields", json::array()}};
  CHECK(on.send("POST", k_save, update.dump()).status == 500);
  const auto group = on.get("V1/getbusinessobjectsummary/busobname/ConfigurationItem");
  const json on_group = {{"busObId", group[0]["busObId"]}, {"fields", json::array()}};
  CHECK(on.post(k_save, on_group)["hasError"] == true);
  on.fault("no-edit=Incident");
  CHECK(on.send("POST", k_save, new_incident(on).dump()).status == 403);
  on.bench.faults.clear();
  on.fault("save-has-error");
  CHECK(on.post(k_save, new_incident(on))["hasError"] == true);
  on.bench.faults.clear();
  on.fault("save-402");
  CHECK(on.send("POST", k_save, new_incident(on).dump()).status == 402);
  CHECK(streamed(on.control("truth")).empty());
}

TEST_CASE("cherwell save: a batch tells each one's failure") {
  CherwellOnTest on;
  on.sign_in();
  const json bad = {{"busObId", "x"}};
  const json batch = {{"saveRequests", {new_incident(on), bad, new_incident(on)}}};
  const json answer = on.post("V1/savebusinessobjectbatch", batch);
  REQUIRE(answer["responses"].size() == 3);
  CHECK(answer["responses"][0]["hasError"] == false);
  CHECK(answer["responses"][1]["hasError"] == true);
  json stops = batch;
  stops["stopOnError"] = true;
  CHECK(on.post("V1/savebusinessobjectbatch", stops)["responses"].size() == 2);
}

TEST_CASE("cherwell links: a GET links a CI, in V1 and V2; a field does it too") {
  CherwellOnTest on;
  on.sign_in();
  const json saved = on.post(k_save, new_incident(on));
  const auto servers = on.get("V1/getbusinessobjectsummary/busobname/ConfigServer");
  const auto schema = on.get(std::string("V1/getbusinessobjectschema/busobid/") + k_incident +
                             "?includerelationships=true");
  const std::string server_type = servers[0]["busObId"];
  const json found =
      on.post("V1/getsearchresults", {{"busObId", server_type},
                                      {"sorting", {{{"fieldId", "x"}, {"sortDirection", 1}}}},
                                      {"includeAllFields", true}});
  REQUIRE(found["totalRows"] == 2);
  const json& server = found["businessObjects"][0];
  const std::string parent = std::string("parentbusobid/") + k_incident + "/parentbusobrecid/" +
                             saved["busObRecId"].get<std::string>() + "/relationshipid/" +
                             schema["relationships"][0]["relationshipId"].get<std::string>();
  const std::string child =
      "/busobid/" + server_type + "/busobrecid/" + server["busObRecId"].get<std::string>();
  const json one = on.get("V1/linkrelatedbusinessobject/" + parent + child);
  CHECK(one["totalRecords"] == 1);
  CHECK(one["relatedBusinessObjects"][0]["busObRecId"] == server["busObRecId"]);
  CHECK(value_of(read(on, saved["busObPublicId"]), "ConfigItemDisplayName") ==
        value_of(server, "FriendlyName"));
  const json two = on.get("V2/linkrelatedbusinessobject/" + parent + child);
  CHECK_FALSE(two.contains("totalRecords"));
  CHECK(two["hasError"] == false);
  CHECK(on.get("V1/getrelatedbusinessobject/" + parent)["totalRecords"] == 1);
  CHECK(on.send("DELETE", "V1/unlinkrelatedbusinessobject/" + parent + child).status == 200);
  CHECK(value_of(read(on, saved["busObPublicId"]), "ConfigItemDisplayName").empty());
  const std::string ci_field = "9354c1c37a136d59ef5e874940bd225039776d5778";
  on.post(k_save, {{"busObId", k_incident},
                   {"busObRecId", saved["busObRecId"]},
                   {"fields", {dirty(ci_field, server["busObRecId"])}}});
  const json linked = read(on, saved["busObPublicId"]);
  CHECK(value_of(linked, "ConfigItemDisplayName") == value_of(server, "FriendlyName"));
  CHECK(value_of(linked, "ConfigItemTypeID") == server_type);
}

}  // namespace itsmc::sim::test
