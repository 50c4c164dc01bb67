#include "partners/servicenow_draft.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "partners/servicenow_event.hpp"
#include "partners/servicenow_task_words.hpp"
#include "partners/servicenow_template.hpp"
#include "partners/servicenow_written.hpp"
#include "support/fixture.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using namespace itsmc::partners::servicenow;
using nlohmann::json;

namespace {

const std::vector<ChoiceOption> k_urgencies = {{"1", "1 - High", "en"},
                                               {"2", "2 - Medium", "en"},
                                               {"2", "2 - Mittel", "de"},
                                               {"3", "3 - Low", "en"}};

TableRules incident_rules() {
  TableRules rules;
  rules.table = "incident";
  rules.fields = {{"short_description", {"string", "", 20, true}},
                  {"description", {"string", "", 80, false}},
                  {"urgency", {"integer", "", 40, false}},
                  {"assignment_group", {"reference", "sys_user_group", 32, false}},
                  {"caller_id", {"reference", "sys_user", 32, true}},
                  {"due_date", {"glide_date_time", "", 40, false}},
                  {"u_site", {"string", "", 5, true}}};
  rules.choices["urgency"] = k_urgencies;
  return rules;
}

std::string value_of(const RecordDraft& record, const std::string& name) {
  for (const auto& [field, value] : record.fields) {
    if (field == name) return value;
  }
  return "(none)";
}

std::string reason_of(const RecordDraft& record, const std::string& field) {
  for (const FieldProblem& problem : record.problems) {
    if (problem.field == field) return problem.reason;
  }
  return "(none)";
}

ItemDraft draft_with(FieldValues set) {
  ItemDraft draft;
  draft.title = "CPU";
  draft.correlation_id = "a1";
  draft.set = std::move(set);
  draft.set.emplace_back("u_site", "Bonn");
  return draft;
}

RecordDraft record_with(FieldValues set) {
  return draft_record(draft_with(std::move(set)), incident_rules(), {});
}

}  // namespace

TEST_CASE("A choice is its code or its label, in any case and language",
          "[partners][servicenow][intake]") {
  struct Row {
    const char *word, *value;
  };
  for (const Row& row : {Row{"2", "2"}, Row{"2 - Medium", "2"}, Row{"2 - MEDIUM", "2"},
                         Row{"medium", "2"}, Row{"Mittel", "2"}, Row{"high", "1"}}) {
    CAPTURE(row.word);
    CHECK(match_choice(k_urgencies, row.word).value == row.value);
  }
  for (const char* word : {"", "4", "Med", "2 -", "- High"}) {
    CAPTURE(word);
    const Matched matched = match_choice(k_urgencies, word);
    CHECK(matched.value.empty());
    CHECK_THAT(matched.problem, Catch::Contains("valid: 1 - High, 2 - Medium, 3 - Low"));
  }
  CHECK_THAT(match_choice(k_urgencies, "2 - Medum").problem,
             Catch::Contains("did you mean \"2 - Medium\"?"));
  CHECK_THAT(match_choice(k_urgencies, "Hgih").problem, Catch::Contains("did you mean \"High\"?"));
  const std::vector<ChoiceOption> twins = {{"a", "Disk", "en"}, {"b", "disk", "en"}};
  CHECK_THAT(match_choice(twins, "DISK").problem, Catch::Contains("one of a, b"));
  CHECK(match_choice(twins, "b").value == "b");
}

TEST_CASE("A table's own choice list and fields stand before its parent's",
          "[partners][servicenow][intake]") {
  const auto row = [](std::map<std::string, std::string, std::less<>> values) {
    return Record{std::move(values), {}};
  };
  TableRules rules;
  rules.table = "incident";
  const std::vector<Record> choices = {
      row({{"name", "task"}, {"element", "state"}, {"value", "1"}, {"label", "Open"}}),
      row({{"name", "incident"}, {"element", "state"}, {"value", "1"}, {"label", "New"}}),
      row({{"name", "incident"},
           {"element", "state"},
           {"value", "9"},
           {"label", "Old"},
           {"inactive", "true"}}),
      row({{"name", "task"}, {"element", "impact"}, {"value", "1"}, {"label", "1 - High"}})};
  add_choices(rules, choices);
  REQUIRE(rules.options("state").size() == 1);
  CHECK(rules.options("state")[0].label == "New");
  CHECK(rules.options("impact").size() == 1);
  const std::vector<Record> fields = {
      row({{"name", "incident"}, {"element", "category"}, {"max_length", "40"}}),
      row({{"name", "task"}, {"element", "category"}, {"max_length", "10"}}),
      row({{"name", "task"}, {"element", "gone"}, {"active", "false"}}),
      row({{"name", "task"}, {"element", "number"}, {"mandatory", "true"}, {"default_value", "x"}}),
  };
  add_fields(rules, fields);
  CHECK(rules.field("category")->max_length == 40);
  CHECK(rules.field("gone") == nullptr);
  CHECK_FALSE(rules.field("number")->mandatory);
}

TEST_CASE("Every field that the instance would refuse is named", "[partners][servicenow][intake]") {
  struct Row {
    const char *field, *value, *reason;
  };
  for (const Row& row : {
           Row{"u_sitte", "x", "did you mean u_site?"},
           Row{"nonsense_field", "x", "incident has no such field"},
           Row{"urgency", "Sideways", "valid: 1 - High"},
           Row{"due_date", "tomorrow", "is no time"},
           Row{"description", "javascript:gs.now()", "script"},
           Row{"correlation_id", "x", "--key"},
           Row{"correlation_display", "x", "--key"},
           Row{"priority", "1", "computes"},
           Row{"number", "INC1", "itself"},
           Row{"sys_id", "1", "itself"},
       }) {
    CAPTURE(row.field);
    CHECK_THAT(reason_of(record_with({{row.field, row.value}}), row.field),
               Catch::Contains(row.reason));
  }
  ItemDraft bare;
  const RecordDraft nothing = draft_record(bare, incident_rules(), {});
  CHECK_THAT(reason_of(nothing, "title"), Catch::Contains("required"));
  CHECK_THAT(reason_of(nothing, "u_site"), Catch::Contains("required"));
  CHECK(reason_of(nothing, "caller_id") == "(none)");
  CHECK(draft_record(bare, incident_rules(), {}, Required::by_instance).problems.empty());
  RecordDraft longer = draft_record(draft_with({}), incident_rules(), {});
  CHECK(longer.problems.empty());
  longer = check_fields({{"u_site", "Berlin"}}, incident_rules());
  CHECK_THAT(reason_of(longer, "u_site"), Catch::Contains("6 characters are more than 5"));
  CHECK(check_fields({{"u_site", "M\u00fc\u00fc\u00fcn"}}, incident_rules()).problems.empty());
}

TEST_CASE("Words become stored values", "[partners][servicenow][intake]") {
  CHECK(value_of(record_with({{"urgency", "medium"}}), "urgency") == "2");
  CHECK(value_of(record_with({{"due_date", "2026-02-03T04:05:06Z"}}), "due_date") ==
        "2026-02-03 04:05:06");
  CHECK(value_of(record_with({{"due_date", "2026-02-03 04:05:06"}}), "due_date") ==
        "2026-02-03 04:05:06");
  const RecordDraft named = record_with({{"assignment_group", "Network"}});
  const auto names = names_to_resolve(named, incident_rules());
  REQUIRE(names.size() == 1);
  CHECK(names[0].table == "sys_user_group");
  CHECK(names[0].name == "Network");
  CHECK(names_to_resolve(record_with({{"assignment_group", "0123456789abcdef0123456789abcdef"}}),
                         incident_rules())
            .empty());
  // A dictionary that is not readable lets everything pass, and the shipped references are known.
  TableRules blind;
  blind.table = "incident";
  const RecordDraft unchecked =
      draft_record(draft_with({{"u_any", "x"}, {"caller_id", "jane"}}), blind, {});
  CHECK(unchecked.problems.empty());
  CHECK(names_to_resolve(unchecked, blind).at(0).table == "sys_user");
}

TEST_CASE("What is too long is cut aloud and loses nothing", "[partners][servicenow][intake]") {
  ItemDraft draft = draft_with({});
  draft.title = "A title of more than twenty characters";
  draft.description = "short";
  RecordDraft record = draft_record(draft, incident_rules(), {});
  CHECK(value_of(record, "short_description") == "A title of more tha\u2026");
  CHECK(value_of(record, "description") == draft.title + "\n\nshort");
  CHECK(record.warnings.size() == 1);
  draft.title = "CPU";
  draft.description = std::string(79, 'x') + "\u00fc\u00fc";
  record = draft_record(draft, incident_rules(), {});
  CHECK_THAT(value_of(record, "description"), Catch::Contains("cut here"));
  CHECK(value_of(record, "description").size() <= 80);
  CHECK(value_of(record, "work_notes") == draft.description);
  CHECK(cut_text("\u00fc\u00fc\u00fc", 2) == "\u00fc\u00fc");
  CHECK(closing_notes("over", incident_rules()) == FieldValues{{"close_notes", "over"}});
  const FieldValues notes = closing_notes(std::string(4001, 'x'), incident_rules());
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].second.size() == 4000);
  CHECK(notes[1] == std::pair<std::string, std::string>("work_notes", std::string(4001, 'x')));
}

TEST_CASE("What the user says stands over the template", "[partners][servicenow][intake]") {
  ItemDraft draft = draft_with({{"description", "mine"}});
  draft.urgency = "Low";
  draft.config_items = {{"c1", "web01", "", "cmdb_ci_server"}, {"c2", "web02", "", "cmdb_ci"}};
  const RecordDraft record = draft_record(draft, incident_rules(),
                                          {{"urgency", "1"},
                                           {"u_site", "Ulm"},
                                           {"description", "theirs"},
                                           {"correlation_id", "evil"},
                                           {"contact_type", "phone"}});
  CHECK(value_of(record, "urgency") == "3");
  CHECK(value_of(record, "u_site") == "Bonn");
  CHECK(value_of(record, "description") == "mine");
  CHECK(value_of(record, "contact_type") == "phone");
  CHECK(value_of(record, "correlation_id") == "a1");
  CHECK(value_of(record, "correlation_display") == "itsmc");
  CHECK(value_of(record, "cmdb_ci") == "c1");
  CHECK(value_of(record, "work_notes") == "Affected as well: web02 (cmdb_ci c2)");
}

TEST_CASE("A correlation id that cannot be kept is refused", "[partners][servicenow][intake]") {
  for (const std::string& id : {std::string(), std::string(101, 'a')}) {
    CHECK(test::error_of([&] { require_correlation_id(id); }).kind() == ErrorKind::invalid);
  }
  require_correlation_id(std::string(100, 'a'));
}

TEST_CASE("Answers are compared field by field", "[partners][servicenow][intake]") {
  const Record answered =
      parse_record({{"short_description", {{"value", "a\r\nb"}, {"display_value", "a\r\nb"}}},
                    {"urgency", {{"value", "3"}, {"display_value", "3 - Low"}}},
                    {"category", ""},
                    {"state", {{"value", -5.0}, {"display_value", "New"}}}});
  const auto warnings = compare_record({{"short_description", "a\nb "},
                                        {"urgency", "1"},
                                        {"category", "software"},
                                        {"u_gone", "x"},
                                        {"state", "-5"},
                                        {"work_notes", "never read back"}},
                                       answered);
  REQUIRE(warnings.size() == 3);
  CHECK_THAT(warnings[0], Catch::Contains("urgency was changed to \"3\""));
  CHECK_THAT(warnings[1], Catch::Contains("category was dropped"));
  CHECK_THAT(warnings[2], Catch::Contains("u_gone was dropped"));
}

TEST_CASE("The recorded answers of both APIs are read", "[partners][servicenow][intake]") {
  const json change = json::parse(test::fixture("servicenow/change_create_chgapi_200.json"));
  const Record record = parse_record(change["result"]);
  CHECK(record.value("state") == "-5");
  CHECK(record.label("state") == "New");
  CHECK(record.value("active") == "true");
  const FoundItem item = found_item(WorkItemType::change_request, record, "https://acme.example");
  CHECK(item.number == "CHG0030003");
  CHECK(item.open);
  CHECK(item.url == "https://acme.example/change_request.do?sys_id=" + item.id);
  const json made = json::parse(test::fixture("servicenow/docs_incident_create_201.json"));
  const FoundItem incident =
      found_item(WorkItemType::incident, parse_record(made["result"]), "https://acme.example");
  CHECK(incident.number == "INC0010002");
  CHECK(incident.created_at == parse_rfc3339("2016-01-22T14:28:24Z"));
  CHECK(ignored_fields({{"__meta", {{"ignoredFields", {"u_x", 7}}}}}) ==
        std::vector<std::string>{"u_x"});
  CHECK(ignored_fields(change["result"]).empty());
}

TEST_CASE("An ended item says so by its state", "[partners][servicenow][intake]") {
  struct Row {
    WorkItemType type;
    const char *state, *active;
    bool open;
  };
  for (const Row& row : {Row{WorkItemType::incident, "6", "true", false},
                         Row{WorkItemType::incident, "8", "false", false},
                         Row{WorkItemType::incident, "3", "true", true},
                         Row{WorkItemType::incident, "2", "false", false},
                         Row{WorkItemType::change_request, "0", "true", true},
                         Row{WorkItemType::change_request, "3", "true", false},
                         Row{WorkItemType::change_request, "-1", "true", true},
                         Row{WorkItemType::alert, "Closed", "", false},
                         Row{WorkItemType::alert, "Reopen", "", true}}) {
    CAPTURE(row.state);
    const Record record{{{"state", row.state}, {"active", row.active}}, {}};
    CHECK(found_item(row.type, record, "https://a").open == row.open);
  }
}

TEST_CASE("The close code is one that the instance has", "[partners][servicenow][intake]") {
  const auto code = [](const std::vector<ChoiceOption>& options) {
    return choose_close_code(WorkItemType::incident, options);
  };
  CHECK(code({}) == "Solution provided");
  CHECK(code({{"Solved (Work Around)", "x", "en"}, {"Solved (Permanently)", "y", "en"}}) ==
        "Solved (Permanently)");
  CHECK(code({{"done", "Done", "en"}, {"other", "Other", "en"}}) == "done");
  CHECK(choose_close_code(WorkItemType::change_request, {}) == "successful");
}

TEST_CASE("Templates are read, and the unusable say why", "[partners][servicenow][intake]") {
  CHECK(parse_template_fields("urgency=2^short_description=a ^^ b = c^^EQ").size() == 2);
  CHECK(parse_template_fields("short_description=a ^^ b = c^EQ").at(0).second == "a ^ b = c");
  CHECK(parse_template_fields("").empty());
  struct Row {
    std::map<std::string, std::string, std::less<>> values;
    const char* reason;
  };
  for (const Row& row : {
           Row{{{"table", "incident"}, {"template", "urgency=1^EQ"}, {"active", "true"}}, ""},
           Row{{{"table", "incident"}, {"template", "urgency=1"}, {"active", "false"}}, "inactive"},
           Row{{{"table", "problem"}, {"template", "urgency=1"}}, "table problem"},
           Row{{{"table", "incident"}}, "may not be read"},
           Row{{{"table", "incident"}, {"template", "^EQ"}}, "sets no field"},
           Row{{{"table", "incident"}, {"template", "due_date=javascript:gs.now()"}}, "script"},
       }) {
    CAPTURE(row.reason);
    CHECK_THAT(parse_template({row.values, {}}).told.unusable, Catch::Contains(row.reason));
  }
}

TEST_CASE("A template is named by id or name, once", "[partners][servicenow][intake]") {
  const auto make = [](const char* id, const char* name, WorkItemType type, const char* unusable) {
    Template one;
    one.told = {id, name, type, {{"urgency", "1"}}, unusable};
    return one;
  };
  const std::vector<Template> all = {make("t1", "Azure", WorkItemType::incident, ""),
                                     make("t2", "azure", WorkItemType::change_request, ""),
                                     make("t3", "Disk", WorkItemType::incident, ""),
                                     make("t4", "disk", WorkItemType::incident, ""),
                                     make("t5", "Old", WorkItemType::incident, "it is inactive")};
  const auto chosen = [&](const char* word) {
    return choose_template(all, WorkItemType::incident, word);
  };
  CHECK(chosen("AZURE").found == &all[0]);
  CHECK(chosen("t4").found == &all[3]);
  CHECK_THAT(chosen("Disk").problem, Catch::Contains("t3") && Catch::Contains("t4"));
  CHECK_THAT(chosen("Old").problem, Catch::Contains("inactive"));
  CHECK_THAT(chosen("t2").problem, Catch::Contains("change-request"));
  CHECK_THAT(chosen("Azur").problem, Catch::Contains("did you mean \"Azure\"?"));
}

TEST_CASE("An event says what Event Management needs", "[partners][servicenow][intake]") {
  ItemDraft draft;
  draft.title = "CPU";
  draft.description = "97 %";
  draft.correlation_id = "a1";
  draft.severity = "major";
  draft.resource = "cpu";
  draft.config_items = {{"c1", "web01", "web01.contoso.local", "cmdb_ci_server"}};
  draft.set = {{"metric_name", "Percentage CPU"}, {"additional_info.rule", "r1"}};
  const Timestamp now = *parse_rfc3339("2026-01-02T03:04:05Z");
  const RecordDraft event = draft_event(draft, now);
  CHECK(event.problems.empty());
  CHECK(value_of(event, "severity") == "2");
  CHECK(value_of(event, "message_key") == "a1");
  CHECK(value_of(event, "node") == "web01.contoso.local");
  CHECK(value_of(event, "description") == "CPU\n\n97 %");
  CHECK(value_of(event, "time_of_event") == "2026-01-02 03:04:05");
  CHECK(value_of(event, "metric_name") == "Percentage CPU");
  const json addition = json::parse(value_of(event, "additional_info"));
  CHECK(addition["rule"] == "r1");
  const json body = json::parse(event_body(event.fields));
  CHECK(body["records"][0]["additional_info"].is_string());
  draft.severity.clear();
  CHECK(value_of(draft_event(draft, now), "severity") == "4");
  draft.set = {{"severity", "9"}, {"metricname", "x"}, {"ci_type", std::string(101, 'x')}};
  const RecordDraft wrong = draft_event(draft, now);
  CHECK_THAT(reason_of(wrong, "severity"), Catch::Contains("Critical (1)"));
  CHECK_THAT(reason_of(wrong, "metricname"), Catch::Contains("did you mean metric_name?"));
  CHECK_THAT(reason_of(wrong, "ci_type"), Catch::Contains("100"));
}

TEST_CASE("How many events were taken is read from words", "[partners][servicenow][intake]") {
  CHECK(inserted_events(json::parse(test::fixture("servicenow/em_jsonv2_200.json"))) == 1);
  CHECK(inserted_events(
            json::parse(R"({"result":{"Default Bulk Endpoint":"0 events were inserted"}})")) == 0);
  for (const char* text :
       {"{}", R"({"result":[]})", R"({"result":{"x":"no idea"}})", R"({"result":{"x":3}})"}) {
    CHECK_FALSE(inserted_events(json::parse(text)));
  }
}
