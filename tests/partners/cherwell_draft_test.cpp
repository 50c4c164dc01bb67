#include "partners/cherwell_draft.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/cherwell_ci_intake.hpp"
#include "partners/cherwell_written.hpp"
#include "support/fixture.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using namespace itsmc::partners::cherwell;
using nlohmann::json;

namespace {

FieldRule field(const std::string& name, const std::string& type = "Text") {
  return {.id = "BO:6dd5,FI:" + name, .name = name, .type = type};
}

FieldRule listed(const std::string& name) {
  FieldRule rule = field(name);
  rule.validated = true;
  return rule;
}

ObjectRules incident_rules() {
  ObjectRules rules;
  rules.id = "6dd5";
  rules.name = "Incident";
  rules.utc_offset = std::chrono::hours(-5);
  rules.states = {"Pending", "Closed", "New", "Resolved"};
  rules.fields = {field("ShortDescription"), field("Description"),     listed("Urgency"),
                  listed("Impact"),          listed("Category"),       field("Priority"),
                  field("ConfigItemRecID"),  field("Due", "DateTime"), field("Comments"),
                  field("Cost", "Number"),   listed("Status"),         field("RecID")};
  rules.fields[0].max_length = 20;
  rules.fields.back().read_only = true;
  rules.choices = {{"BO:6dd5,FI:Urgency", {"Low", "Medium", "High"}},
                   {"BO:6dd5,FI:Impact", {"Individual", "Department", "Company"}},
                   {"BO:6dd5,FI:Category", {"Add", "Change"}}};
  return rules;
}

ItemDraft draft() {
  ItemDraft draft;
  draft.title = "Disk full";
  draft.description = "C: is full";
  draft.correlation_id = "k~2";
  return draft;
}

std::string value_of(const RecordDraft& record, const std::string& name) {
  for (const auto& [field, value] : record.fields) {
    if (field == name) return value;
  }
  return "(none)";
}

Row row_of(const std::vector<std::pair<std::string, std::string>>& values) {
  json fields = json::array();
  for (const auto& [name, value] : values) fields.push_back({{"fieldId", name}, {"value", value}});
  return parse_row({{"busObRecId", "94a"}, {"busObPublicId", "102"}, {"fields", fields}});
}

}  // namespace

TEST_CASE("The key is read out of the last mark", "[partners][cherwell][intake]") {
  const auto [text, key] =
      GENERATE(table<std::string, std::string>({{"words\n\n(itsmc:k~2)", "k~2"},
                                                {"(itsmc:a) (itsmc:b)", "b"},
                                                {"none", ""},
                                                {"(itsmc:cut", ""},
                                                {"", ""}}));
  CHECK(key_in(text) == key);
  CHECK(key_in("x" + mark_of("k-1")) == "k-1");
}

TEST_CASE("The priority follows from urgency and impact", "[partners][cherwell][intake]") {
  const auto [urgency, impact, priority] =
      GENERATE(table<std::string, std::string, std::string>({{"High", "High", "1"},
                                                             {"high", "2", "2"},
                                                             {"", "", "3"},
                                                             {"Low", "Company", "4"},
                                                             {"3", "LOW", "5"}}));
  CHECK(usual_priority(urgency, impact) == priority);
}

TEST_CASE("Urgency and impact are the list's own, or decide the priority only",
          "[partners][cherwell][intake]") {
  ItemDraft given = draft();
  given.urgency = "high";
  given.impact = "High";
  const RecordDraft record = draft_record(given, incident_rules());
  CHECK(record.problems.empty());
  CHECK(value_of(record, "Urgency") == "High");
  CHECK(value_of(record, "Impact") == "(none)");
  CHECK(value_of(record, "Priority") == "1");
  REQUIRE(record.warnings.size() == 1);
  CHECK_THAT(record.warnings[0], Catch::Contains("Impact holds Individual, Department, Company"));
}

TEST_CASE("Titles and descriptions keep the whole text and the mark",
          "[partners][cherwell][intake]") {
  ObjectRules rules = incident_rules();
  ItemDraft given = draft();
  SECTION("both fit") {
    const RecordDraft record = draft_record(given, rules);
    CHECK(value_of(record, "ShortDescription") == "Disk full");
    CHECK(value_of(record, "Description") == "C: is full\n\n(itsmc:k~2)");
  }
  SECTION("no description") {
    given.description.clear();
    CHECK(value_of(draft_record(given, rules), "Description") == "Disk full\n\n(itsmc:k~2)");
  }
  SECTION("a long title") {
    given.title = "A title of more than twenty characters";
    const RecordDraft record = draft_record(given, rules);
    CHECK(value_of(record, "ShortDescription") == "A title of more tha\u2026");
    CHECK_THAT(value_of(record, "Description"), Catch::StartsWith(given.title));
    CHECK(record.warnings.size() == 1);
  }
  SECTION("no field for the title") {
    rules.fields.erase(rules.fields.begin());
    CHECK(value_of(draft_record(given, rules), "Description") ==
          "Disk full\n\nC: is full\n\n(itsmc:k~2)");
  }
  SECTION("a long description") {
    rules.fields[1].max_length = 100;
    given.description = std::string(200, 'x');
    const RecordDraft record = draft_record(given, rules);
    CHECK(value_of(record, "Description").size() == 100);
    CHECK_THAT(value_of(record, "Description"), Catch::EndsWith("(itsmc:k~2)"));
    CHECK(record.warnings.size() == 1);
  }
}

TEST_CASE("Fields that are set are checked by the blueprint", "[partners][cherwell][intake]") {
  const auto [name, value, problem] = GENERATE(table<std::string, std::string, std::string>(
      {{"Categry", "Add", "did you mean Category?"},
       {"Category", "Ad", "did you mean \"Add\"? valid: Add, Change"},
       {"RecID", "1", "gives it itself"},
       {"Description", "x", "--description"},
       {"Due", "tomorrow", "is no time"},
       {"ShortDescription", "more than twenty characters", "27 characters are more than 20"}}));
  CAPTURE(name);
  const RecordDraft record = check_fields({{name, value}}, incident_rules());
  REQUIRE(record.problems.size() == 1);
  CHECK(record.problems[0].field == name);
  CHECK_THAT(record.problems[0].reason, Catch::Contains(problem));
}

TEST_CASE("A time is sent in the instance's zone", "[partners][cherwell][intake]") {
  const RecordDraft record = check_fields({{"due", "2026-01-31T18:00:00Z"}}, incident_rules());
  CHECK(value_of(record, "Due") == "01/31/2026 01:00:00 PM");
}

TEST_CASE("A save says only what is dirty, and no id for a new row",
          "[partners][cherwell][intake]") {
  const json body = save_body(incident_rules(), "", {{"Priority", "2"}, {"NoSuch", "x"}});
  CHECK(body["busObRecId"] == "");
  REQUIRE(body["fields"].size() == 1);
  CHECK(body["fields"][0] ==
        json{{"dirty", true}, {"fieldId", "BO:6dd5,FI:Priority"}, {"value", "2"}});
}

TEST_CASE("The recorded answer to a save names the row", "[partners][cherwell][intake]") {
  const std::string text = test::fixture("cherwell/save-incident.response.json");
  CHECK_FALSE(read_saved(json::parse(text), incident_rules()).empty());
}

TEST_CASE("An answer that names no row made none", "[partners][cherwell][intake]") {
  for (const json& answer : {json::object(), json::array(), json{{"busObRecId", nullptr}}}) {
    CHECK(test::error_of([&] { (void)read_saved(answer, incident_rules()); }).kind() ==
          ErrorKind::protocol);
  }
}

TEST_CASE("What was sent is compared with what the row shows", "[partners][cherwell][intake]") {
  const ObjectRules rules = incident_rules();
  const Row row = row_of({{"Category", "Add"},
                          {"FI:Due", "4/28/2019 1:57 PM"},
                          {"BO:6dd5,FI:Cost", "2.00"},
                          {"Comments", ""},
                          {"Description", "a\r\nb "}});
  const auto warned = [&](const std::string& name, const std::string& value) {
    return join(compare_row({{name, value}}, rules, row), "");
  };
  CHECK(warned("Category", "Add").empty());
  CHECK(warned("Due", "04/28/2019 01:57:30 PM").empty());
  CHECK(warned("Cost", "2").empty());
  CHECK(warned("Description", "a\nb").empty());
  CHECK_THAT(warned("Category", "Change"), Catch::Contains("Category was changed to \"Add\""));
  CHECK_THAT(warned("Comments", "x"), Catch::Contains("Comments was dropped"));
  CHECK_THAT(warned("Priority", "1"), Catch::Contains("may not read it"));
}

TEST_CASE("Notes go to Comments, or before the mark", "[partners][cherwell][intake]") {
  ObjectRules rules = incident_rules();
  const Row row = row_of({{"Comments", "old"}, {"Description", "text\n\n(itsmc:k)"}});
  CHECK(note_fields("new", rules, row) == FieldValues{{"Comments", "old\n\nnew"}});
  rules.fields[8].max_length = 5;
  CHECK(note_fields("new", rules, row) == FieldValues{{"Description", "text\n\nnew\n\n(itsmc:k)"}});
  CHECK(note_fields("new", rules, row_of({{"Description", "text"}})).front().second ==
        "new");  // Comments are empty here, and have room
}

TEST_CASE("The state that ends an item is the blueprint's", "[partners][cherwell][intake]") {
  ObjectRules rules = incident_rules();
  CHECK(end_state(rules) == "Resolved");
  rules.states = {"New", "closed"};
  CHECK(end_state(rules) == "closed");
  rules.states.clear();
  CHECK(end_state(rules) == "Resolved");
}

TEST_CASE("A template's values are not asked for again", "[partners][cherwell][intake]") {
  ObjectRules rules = incident_rules();
  add_required(rules, json::parse(R"([{"fieldId":"BO:6dd5,FI:Category","value":""},
                                      {"fieldId":"FI:Priority","value":"3"}])"));
  const auto missing = missing_fields({}, rules);
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].field == "category");
}

TEST_CASE("Configuration items are asked for by every name", "[partners][cherwell][intake]") {
  const auto asked = [](const CiQuery& query) {
    std::vector<std::string> words;
    for (const CiStep& step : ci_steps(query)) {
      words.push_back(std::string(step.field) + " " + std::string(step.operation) + " " +
                      step.value);
    }
    return join(words, ", ");
  };
  CHECK(asked({.id = "/subscriptions/1"}).empty());
  CHECK(asked({.id = std::string(42, 'a')}) == "RecID eq " + std::string(42, 'a'));
  CHECK(asked({.name = "web"}) ==
        "FriendlyName eq web, HostName eq web, HostName startswith web., FriendlyName startswith "
        "web.");
  CHECK(asked({.fqdn = "web.a.b"}) ==
        "HostName eq web.a.b, FriendlyName eq web.a.b, FriendlyName eq web, HostName eq web");
  CHECK(asked({.ip = "10.0.0.1"}) == "IPAddress eq 10.0.0.1");
}
