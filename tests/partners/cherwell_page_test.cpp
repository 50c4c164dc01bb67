#include "itsmc/partners/cherwell_page.hpp"

#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "partners/cherwell_blueprint.hpp"
#include "support/fixture.hpp"

using namespace itsmc;
using namespace itsmc::partners::cherwell;
using nlohmann::json;

namespace {

constexpr const char* k_incident_id = "6dd53665c0c24cab86870a21cf6434ae";

/// The recorded fields as a schema would list them: bare ids.
json recorded_definitions() {
  const json read =
      json::parse(test::fixture("cherwell/getbusinessobject.incident-102328.response.json"));
  json definitions = json::array();
  for (const json& field : read["fields"]) {
    definitions.push_back(
        {{"name", field["name"]}, {"fieldId", bare_field_id(field["fieldId"].get<std::string>())}});
  }
  return definitions;
}

json definition(const char* name, const char* id) {
  return {{"name", name}, {"fieldId", id}};
}

Blueprint small_blueprint() {
  return plan_fields(WorkItemType::incident, "b1",
                     {definition("RecID", "f1"), definition("LastModifiedDateTime", "f2"),
                      definition("ShortDescription", "f3"), definition("Description", "f4"),
                      definition("Status", "f5"), definition("ClosedDateTime", "f6"),
                      definition("AssignedTo", "f7"), definition("Stat_IncidentEscalated", "f8")});
}

json field(const std::string& id, const json& value) {
  return {
      {"dirty", false},  {"displayName", "x"}, {"fieldId", id}, {"fullFieldId", "BO:b1,FI:" + id},
      {"html", nullptr}, {"name", "x"},        {"value", value}};
}

/// A list, not json: g++ and clang read the braces of one element of json differently.
using List = std::vector<json>;

json row(const std::string& id, List fields, const std::string& time = "4/28/2019 1:55:55 PM") {
  fields.push_back(field("f2", time));
  return {{"busObId", "b1"},      {"busObPublicId", "10199"}, {"busObRecId", id},
          {"errorCode", nullptr}, {"errorMessage", nullptr},  {"fields", fields},
          {"hasError", false},    {"links", json::array()}};
}

json page(json rows, const json& total) {
  return {{"businessObjects", std::move(rows)},
          {"hasError", false},
          {"errorCode", nullptr},
          {"errorMessage", nullptr},
          {"totalRows", total},
          {"links", json::array()}};
}

/// Decodes pages, with all that it needs.
struct Decoder {
  Blueprint blueprint = small_blueprint();
  std::chrono::minutes offset{-300};
  PageScratch scratch;
  WorkItemBatch batch;

  PageFacts decode(const std::string& text) {
    return decode_page({text, 0}, {blueprint, offset}, scratch, batch);
  }
  WorkItemView only(const json& one) {
    const PageFacts facts = decode(page(json::array({one}), 1).dump());
    REQUIRE(facts.whole);
    REQUIRE(batch.size() == 1);
    return batch[0];
  }
  Error error_of(const std::string& text) {
    try {
      (void)decode(text);
    } catch (const Error& error) {
      CHECK(batch.empty());
      return error;
    }
    FAIL("nothing was thrown");
    return {ErrorKind::unforeseen, ""};
  }
};

std::string time_text(const WorkItemView& item, TimeField field) {
  const auto time = item.time(field);
  return time ? format_rfc3339(*time) : "";
}

}  // namespace

TEST_CASE("A recorded incident becomes a work item", "[partners][cherwell]") {
  Decoder decoder;
  decoder.blueprint = plan_fields(WorkItemType::incident, k_incident_id, recorded_definitions());
  json recorded =
      json::parse(test::fixture("cherwell/getbusinessobject.incident-102328.response.json"));
  const WorkItemView item = decoder.only(recorded);
  CHECK(item.text(TextField::id) == "94308336ffce2054555f9a4312b463b2d93833328a");
  CHECK(item.text(TextField::number) == "102328");
  CHECK(item.text(TextField::assignment_group) == "1st Level Support");
  CHECK(item.text(TextField::source) == "Phone");
  for (const json& given : recorded["fields"]) {
    const std::string name = given["name"], value = given["value"];
    if (name == "Status") {
      CHECK(item.text(TextField::state) == value);
      CHECK(item.text(TextField::state_code) == value);
    }
    if (name == "Description") CHECK(item.text(TextField::description) == value);
    if (name == "LastModifiedDateTime") {
      CHECK(item.time_value(TimeField::updated_at) ==
            parse_local_time(value).ms + 300 * 60 * 1000L);
    }
  }
}

TEST_CASE("Recorded values of a search are read as single reads are", "[partners][cherwell]") {
  const json recorded = json::parse(test::fixture("cherwell/flat.incidents.search-results.json"));
  json definitions = json::array();
  for (const auto& [name, value] : recorded[0].items()) {
    definitions.push_back(definition(name.c_str(), ("f" + name).c_str()));
  }
  Decoder decoder;
  decoder.blueprint = plan_fields(WorkItemType::incident, "b1", definitions);
  json rows = json::array();
  for (const json& values : recorded) {
    json fields = json::array();
    for (const auto& [name, value] : values.items()) fields.push_back(field("f" + name, value));
    rows.push_back({{"busObRecId", values["RecordId"]},
                    {"busObPublicId", values["PublicId"]},
                    {"fields", fields}});
  }
  const PageFacts facts = decoder.decode(page(rows, 2).dump());
  CHECK(facts.rows == 2);
  CHECK(facts.total == 2);
  REQUIRE(decoder.batch.size() == 2);
  const WorkItemView first = decoder.batch[0];
  CHECK(first.text(TextField::id) == "944b6ae081fc6b7a7f28144ce5b844ceada8cb9c10");
  CHECK(first.text(TextField::number) == "10199");
  CHECK(first.text(TextField::title) ==
        "This incident was created by Cherwell documentation script");
  CHECK(first.text(TextField::priority_code) == "3");
  CHECK(first.text(TextField::created_by) == "API User");
  CHECK(time_text(first, TimeField::updated_at) == "2019-04-28T15:52:09Z");
  CHECK(time_text(first, TimeField::created_at) == "2019-04-28T15:52:09Z");
  CHECK(time_text(first, TimeField::closed_at).empty());
  CHECK(first.open());
}

TEST_CASE("Field ids are the same in three spellings", "[partners][cherwell]") {
  for (const char* id : {"f5", "FI:f5", "BO:b1,FI:f5", "BO:b1,FI:F5"}) {
    INFO(id);
    Decoder decoder;
    CHECK(decoder.only(row("a", {field(id, "New")})).text(TextField::state) == "New");
  }
  Decoder decoder;
  CHECK(decoder.only(row("a", {field("xf5", "New")})).text(TextField::state).empty());
  CHECK(bare_field_id("BO:b1,FI:f5") == "f5");
  CHECK(bare_field_id("f5") == "f5");
}

TEST_CASE("Rows may list their fields in any order, with others in between",
          "[partners][cherwell]") {
  Decoder decoder;
  const json rows = {
      row("a", {field("f3", "one"), field("f5", "New"), field("f4", "text")}),
      row("b", {field("f5", "Closed"), field("zz", "?"), field("f3", "two")}),
      row("c", {field("f4", "first line\r\nsecond"), field("f7", "Ann")}),
  };
  CHECK(decoder.decode(page(rows, 3).dump()).rows == 3);
  REQUIRE(decoder.batch.size() == 3);
  CHECK(decoder.batch[0].text(TextField::title) == "one");
  CHECK(decoder.batch[0].open());
  CHECK(decoder.batch[1].text(TextField::title) == "two");
  CHECK_FALSE(decoder.batch[1].open());
  CHECK(decoder.batch[2].text(TextField::title) == "first line");
  CHECK(decoder.batch[2].text(TextField::description) == "first line\r\nsecond");
  CHECK(decoder.batch[2].text(TextField::assigned_to) == "Ann");
}

TEST_CASE("The state decides what is open; without one, the closing date", "[partners][cherwell]") {
  const std::pair<const char*, bool> states[] = {
      {"New", true},        {"In Progress", true}, {"Resolved", true},
      {"Reopened", true},   {"Closed", false},     {"closed", false},
      {"Cancelled", false}, {"Completed", false},  {"Customer", true},
  };
  for (const auto& [state, open] : states) {
    INFO(state);
    Decoder decoder;
    const json closed_once = field("f6", "4/28/2019 1:00:00 PM");
    CHECK(decoder.only(row("a", {field("f5", state), closed_once})).open() == open);
  }
  Decoder decoder;
  CHECK_FALSE(decoder.only(row("a", {field("f6", "4/28/2019 1:00:00 PM")})).open());
  CHECK(decoder.only(row("a", {field("f6", "1/1/1900 12:00:00 AM")})).open());
}

TEST_CASE("Equal rows are equal in both of Cherwell's spellings", "[partners][cherwell]") {
  Decoder decoder;
  const auto hash = [&](const json& closed, const json& escalated) {
    return decoder.only(row("a", {field("f6", closed), field("f8", escalated)})).hash();
  };
  CHECK(hash("", "") == hash("1/1/1900 12:00:00 AM", "False"));
  CHECK(hash(nullptr, "false") == hash("0001-01-01T00:00:00", nullptr));
  CHECK(hash("", "True") != hash("", "False"));
}

TEST_CASE("A row that cannot be mapped is named by number, RecID and field",
          "[partners][cherwell]") {
  struct Case {
    List rows;
    const char* says;
  };
  json failed = row("r2", {});
  failed["hasError"] = true;
  failed["errorMessage"] = "Record is locked";
  json nameless = row("", {});
  const Case cases[] = {
      {{row("r1", {}), row("r2", {field("f6", "28.04.2019")})}, "ClosedDateTime \"28.04"},
      {{row("r1", {}), row("r2", {}, "")}, "LastModifiedDateTime is missing"},
      {{row("r1", {}), failed}, "Record is locked"},
      {{row("r1", {}), nameless}, "busObRecId is missing"},
  };
  for (const Case& c : cases) {
    Decoder decoder;
    const Error error = decoder.error_of(page(c.rows, 2).dump());
    INFO(error.text());
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK_THAT(error.text(), Catch::Contains("row 2 of the page") && Catch::Contains(c.says));
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("A 200 that carries an error is one", "[partners][cherwell]") {
  Decoder decoder;
  json denied = page(nullptr, 0);
  denied["hasError"] = true;
  denied["errorCode"] = "INSUFFICIENTRIGHTS";
  denied["errorMessage"] = "You are not authorized to view this object";
  const Error error = decoder.error_of(denied.dump());
  CHECK(error.kind() == ErrorKind::denied);
  CHECK_THAT(error.text(), Catch::Contains("not authorized to view"));
  CHECK(decoder.error_of(R"({"businessObjects":[],"totalRows":0,"hasError":true})").kind() ==
        ErrorKind::protocol);
  CHECK(decoder.error_of(test::fixture("cherwell/error.500-searchnotfound.json")).kind() ==
        ErrorKind::not_found);
  // The swagger's sample has an error in each place.
  CHECK(decoder.error_of(test::fixture("cherwell/getsearchresults.swagger-sample.response.json"))
            .kind() == ErrorKind::protocol);
}

TEST_CASE("Only a whole answer of a search counts", "[partners][cherwell]") {
  Decoder decoder;
  const std::string whole = page(List{row("a", {field("f3", "x \"y\" \u00e9")})}, 1).dump();
  CHECK(decoder.decode(whole).whole);
  for (std::size_t length = 1; length < whole.size(); ++length) {
    CHECK_FALSE(decoder.decode(whole.substr(0, length)).whole);
    CHECK(decoder.batch.empty());
  }
  for (const std::string& text : {std::string("[]"), std::string("{}"), std::string("<html>"),
                                  whole + "x", std::string(R"({"businessObjects":7})"),
                                  std::string(R"({"businessObjects":[7],"totalRows":1})"),
                                  std::string(R"({"businessObjects":[],"totalRows":"x"})")}) {
    INFO(text);
    CHECK(decoder.error_of(text).kind() == ErrorKind::protocol);
  }
  CHECK(decoder.decode(R"({"businessObjects":[],"totalRows":0})").total == 0);
  CHECK_FALSE(decoder.decode(R"({"businessObjects":[],"totalRows":null})").total);
}

TEST_CASE("Blueprints are joined by name, with what is missing named", "[partners][cherwell]") {
  const Blueprint found = small_blueprint();
  CHECK(found.record_id_field == "BO:b1,FI:f1");
  CHECK(found.last_modified_field == "BO:b1,FI:f2");
  const auto lacks = [&](const char* what) {
    return std::find(found.lacking.begin(), found.lacking.end(), what) != found.lacking.end();
  };
  CHECK(lacks("resolved_by (ResolvedBy)"));
  CHECK(lacks("assignment_group (OwnedByTeam, AssignedTeam)"));
  CHECK_FALSE(lacks("assigned_to (OwnedBy, AssignedTo)"));
  CHECK(found.fields.size() + found.lacking.size() == source_fields(WorkItemType::incident).size());
  // Names match in any case, and the first of the alternatives counts.
  const Blueprint both =
      plan_fields(WorkItemType::change_request, "b2",
                  {definition("recid", "f1"), definition("LASTMODIFIEDDATETIME", "BO:b2,FI:f2"),
                   definition("ProposedStartDate", "f3"), definition("ScheduledStartDate", "f4")});
  const auto start = std::find_if(both.fields.begin(), both.fields.end(), [](const auto& planned) {
    return planned.source->fills == "planned_start";
  });
  REQUIRE(start != both.fields.end());
  CHECK(start->id == "BO:b2,FI:f4");
  CHECK(both.last_modified_field == "BO:b2,FI:f2");
  for (const char* missing : {"RecID", "LastModifiedDateTime"}) {
    json definitions = {definition("RecID", "f1"), definition("LastModifiedDateTime", "f2")};
    definitions.erase(definitions[0]["name"] == missing ? 0U : 1U);
    try {
      (void)plan_fields(WorkItemType::incident, "b1", definitions);
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::not_found);
      CHECK_THAT(error.text(), Catch::Contains(missing));
    }
  }
}

TEST_CASE("An object is found by its name in the summaries", "[partners][cherwell]") {
  const json summaries =
      json::parse(test::fixture("cherwell/getbusinessobjectsummary.incident.response.json"));
  CHECK(find_object_id(summaries, WorkItemType::incident) == k_incident_id);
  for (const json& none : {json::array(), json::object(), summaries}) {
    try {
      (void)find_object_id(none, WorkItemType::change_request);
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::not_found);
      CHECK_THAT(error.text(), Catch::Contains("no business object ChangeRequest"));
    }
  }
}
