#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "partners/servicenow_decoder.hpp"
#include "support/servicenow_fixture.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;
using itsmc::test::Decoder;
using itsmc::test::row_of;
using itsmc::test::time_text;
using nlohmann::json;

TEST_CASE("A recorded list in value mode becomes incidents", "[partners][servicenow]") {
  Decoder decoder;
  const PageFacts facts =
      decoder.decode(test::servicenow_fixture("incident_list_one_value_mode_full.json"));
  REQUIRE(facts.outcome == PageFacts::Outcome::complete);
  REQUIRE(decoder.batch.size() == 1);
  const WorkItemView item = decoder.batch[0];
  const std::pair<TextField, const char*> texts[] = {
      {TextField::id, "1c741bd70b2322007518478d83673af3"},
      {TextField::number, "INC0000060"},
      {TextField::title, "Unable to connect to email"},
      {TextField::state, "Closed"},
      {TextField::state_code, "7"},
      {TextField::urgency, "2 - Medium"},
      {TextField::urgency_code, "2"},
      {TextField::impact, "2 - Medium"},
      {TextField::impact_code, "2"},
      {TextField::priority, "3 - Moderate"},
      {TextField::priority_code, "3"},
      {TextField::category, "Inquiry / Help"},
      {TextField::category_code, "inquiry"},
      {TextField::source, "Self-service"},
      {TextField::source_code, "self-service"},
      {TextField::escalation, "Normal"},
      {TextField::escalation_code, "0"},
      {TextField::configuration_item_id, "109562a3c611227500a7b7ff98cc0dc7"},
      {TextField::configuration_item, ""},  // an id is no name
      {TextField::assigned_to, ""},
      {TextField::version, "15"},
  };
  for (const auto& [field, wanted] : texts) CHECK(item.text(field) == wanted);
  CHECK(time_text(item, TimeField::created_at) == "2016-12-12T15:19:57Z");
  CHECK(time_text(item, TimeField::closed_at) == "2016-12-14T02:46:44Z");
  CHECK(time_text(item, TimeField::resolved_at) == "2016-12-13T21:43:14Z");
  CHECK(time_text(item, TimeField::updated_at) == "2016-12-14T02:46:44Z");
  CHECK_FALSE(item.open());
  CHECK(facts.last_id == "1c741bd70b2322007518478d83673af3");
}

TEST_CASE("A recorded list in mode all gives value, label and name", "[partners][servicenow]") {
  Decoder decoder;
  const json pages = json::parse(test::servicenow_fixture("exchange_incident_pages_all_mode.json"));
  REQUIRE(pages.size() == 3);
  for (const json& page : pages) {
    const PageFacts facts = decoder.decode(page["body"].dump());
    REQUIRE(facts.outcome == PageFacts::Outcome::complete);
    REQUIRE(decoder.batch.size() == 1);
    const WorkItemView item = decoder.batch[0];
    CHECK(item.text(TextField::state) == "Closed");
    CHECK(item.text(TextField::state_code) == "7");
    CHECK(item.text(TextField::assigned_to) == "David Loo");
    CHECK(item.text(TextField::created_by) == "Joe Employee");
    // The value is UTC; the display is in the user's zone and is not read.
    CHECK(time_text(item, TimeField::updated_at) == "2024-09-24T05:39:40Z");
    CHECK(time_text(item, TimeField::created_at) == "2016-12-12T15:19:57Z");
    CHECK_FALSE(item.open());  // active is absent: closed_at decides
  }
}

TEST_CASE("A recorded change request is mapped field by field", "[partners][servicenow]") {
  Decoder decoder(WorkItemType::change_request);
  json list = json::parse(test::servicenow_fixture("change_request_list_all_mode_no_links.json"));
  list["result"][0]["opened_at"]["value"] = "2015-07-06 18:55:46";
  const PageFacts facts = decoder.decode(list.dump());
  REQUIRE(facts.outcome == PageFacts::Outcome::complete);
  const WorkItemView item = decoder.batch[0];
  const std::pair<TextField, const char*> texts[] = {
      {TextField::id, "1766f1de47410200e90d87e8dee490f6"},
      {TextField::number, "CHG0000024"},
      {TextField::title, "Clear BGP sessions on a Cisco router"},
      {TextField::state, "Closed"},
      {TextField::state_code, "3"},
      {TextField::change_type, "Standard"},
      {TextField::change_type_code, "standard"},
      {TextField::risk, "Moderate"},
      {TextField::risk_code, "3"},
      {TextField::conflict_status, "Not Run"},
      {TextField::conflict_status_code, "Not Run"},
      {TextField::category, "Other"},
      {TextField::source, "Phone"},
      {TextField::source_code, "phone"},
      {TextField::assignment_group, "Network"},
      {TextField::assigned_to, ""},
      {TextField::created_by, "System Administrator"},
      {TextField::closed_by, "System Administrator"},
      {TextField::configuration_item, ""},
      {TextField::configuration_item_id, ""},
      {TextField::version, "10"},
  };
  for (const auto& [field, wanted] : texts) CHECK(item.text(field) == wanted);
  CHECK(time_text(item, TimeField::work_start) == "2015-07-06T18:56:04Z");
  CHECK(time_text(item, TimeField::work_end) == "2015-07-06T18:56:10Z");
  CHECK(time_text(item, TimeField::updated_at) == "2015-07-06T18:59:27Z");
  CHECK(time_text(item, TimeField::requested_at).empty());
  CHECK(time_text(item, TimeField::planned_start).empty());
  CHECK_FALSE(item.open());
}

TEST_CASE("The recorded date that is not UTC stops the page with row, id and field",
          "[partners][servicenow]") {
  Decoder decoder(WorkItemType::change_request);
  const Error error =
      decoder.error_of(test::servicenow_fixture("change_request_list_all_mode_no_links.json"));
  CHECK(error.kind() == ErrorKind::protocol);
  for (const char* part :
       {"row 1", "1766f1de47410200e90d87e8dee490f6", "opened_at", "10/24/2023 7:07:31"}) {
    CHECK_THAT(error.text(), Catch::Contains(part));
  }
}

TEST_CASE("The recorded empty list is a complete page without rows", "[partners][servicenow]") {
  Decoder decoder;
  const PageFacts facts = decoder.decode(test::servicenow_fixture("table_list_empty.json"));
  CHECK(facts.outcome == PageFacts::Outcome::complete);
  CHECK(facts.rows == 0);
}

TEST_CASE("Dot-walked names are texts in value mode", "[partners][servicenow]") {
  Decoder decoder;
  json row = row_of("a1");
  row["assigned_to.name"] = "David Loo";
  row["cmdb_ci.name"] = "mail-01";
  row["cmdb_ci"] = "109562a3c611227500a7b7ff98cc0dc7";
  const WorkItemView item = decoder.only(row);
  CHECK(item.text(TextField::assigned_to) == "David Loo");
  CHECK(item.text(TextField::configuration_item) == "mail-01");
  CHECK(item.text(TextField::configuration_item_id) == "109562a3c611227500a7b7ff98cc0dc7");
}

TEST_CASE("Every spelling of a value is understood", "[partners][servicenow]") {
  struct Case {
    json state;
    const char *label, *code;
  };
  const Case cases[] = {
      {"2", "In Progress", "2"},
      {"", "", ""},
      {nullptr, "", ""},
      {2, "In Progress", "2"},
      {-5.0, "-5.0", "-5.0"},
      {"77", "77", "77"},  // unknown: the code is the label
      {json{{"value", "2"}, {"display_value", "In arbeit"}}, "In arbeit", "2"},
      {json{{"display_value", "In arbeit"}, {"link", "https://x"}, {"value", "2"}}, "In arbeit",
       "2"},
      {json{{"value", ""}, {"display_value", nullptr}}, "", ""},
      {json{{"value", 2}, {"display_value", nullptr}}, "In Progress", "2"},
      {json{{"display_value", "On Hold"}}, "On Hold", ""},
  };
  for (const Case& c : cases) {
    Decoder decoder;
    json row = row_of("a1");
    row["state"] = c.state;
    const WorkItemView item = decoder.only(row);
    INFO(c.state.dump());
    CHECK(item.text(TextField::state) == c.label);
    CHECK(item.text(TextField::state_code) == c.code);
  }
}

TEST_CASE("Review, code 0, and negative states of changes have labels", "[partners][servicenow]") {
  const std::pair<const char*, const char*> states[] = {
      {"-5", "New"},       {"-4", "Assess"}, {"-3", "Authorize"}, {"-2", "Scheduled"},
      {"-1", "Implement"}, {"0", "Review"},  {"3", "Closed"},     {"4", "Canceled"}};
  for (const auto& [code, label] : states) {
    Decoder decoder(WorkItemType::change_request);
    json row = row_of("a1");
    row["state"] = code;
    const WorkItemView item = decoder.only(row);
    CHECK(item.text(TextField::state_code) == code);
    CHECK(item.text(TextField::state) == label);
  }
}

TEST_CASE("Open follows active, whatever its spelling", "[partners][servicenow]") {
  const std::pair<json, bool> cases[] = {{"true", true}, {"false", false}, {true, true},
                                         {false, false}, {"1", true},      {"0", false}};
  for (const auto& [active, open] : cases) {
    Decoder decoder;
    json row = row_of("a1");
    row["active"] = active;
    CHECK(decoder.only(row).open() == open);
  }
  Decoder decoder;
  json row = row_of("a1");
  CHECK(decoder.only(row).open());
  row["closed_at"] = "2025-01-01 00:00:00";
  CHECK_FALSE(decoder.only(row).open());
}

TEST_CASE("A date alone is its midnight in UTC", "[partners][servicenow]") {
  Decoder decoder(WorkItemType::change_request);
  json row = row_of("a1");
  row["requested_by_date"] = "2025-03-30";
  CHECK(time_text(decoder.only(row), TimeField::requested_at) == "2025-03-30T00:00:00Z");
  row["requested_by_date"] = "2025-03-30 11:12:13";
  CHECK(time_text(decoder.only(row), TimeField::requested_at) == "2025-03-30T11:12:13Z");
  row["requested_by_date"] = "";
  CHECK(time_text(decoder.only(row), TimeField::requested_at).empty());
}

TEST_CASE("Times are read exactly or not at all", "[partners][servicenow]") {
  CHECK(parse_time("1970-01-01 00:00:00") == 0);
  CHECK(parse_time("2016-12-14 02:46:44") == 1481683604000);
  CHECK(parse_time("2024-02-29") == 1709164800000);
  CHECK(parse_time("1969-12-31 23:59:59") == -1000);
  for (const char* text :
       {"", "2023-02-29", "2016-13-01 00:00:00", "2016-12-14 24:00:00", "2016-12-14 02:60:00",
        "2016-12-14 02:46:60", "2016-12-14T02:46:44", "14/12/2016 02:46:44", "2016-12-14 02:46",
        "2016-1-14 02:46:444", "10/24/2023 7:07:31", "UNKNOWN", "2016-12-14 02:46:4x",
        "0000-00-00 00:00:00"}) {
    INFO(text);
    CHECK(parse_time(text) == k_no_time);
  }
  for (const TimeValue ms : {TimeValue{0}, TimeValue{1481683604000}, TimeValue{-1000}}) {
    CHECK(parse_time(format_time(ms)) == ms);
  }
  CHECK(format_time(1) == "1970-01-01 00:00:01");
}

TEST_CASE("Texts keep what JSON can hold", "[partners][servicenow]") {
  const std::pair<const char*, const char*> cases[] = {
      {R"("a\"b\\c\/d\n\t\r\b\f")", "a\"b\\c/d\n\t\r\b\f"},
      {R"("\u00e9\u20ac")", "\xC3\xA9\xE2\x82\xAC"},
      {R"("\ud83d\ude00")", "\xF0\x9F\x98\x80"},
      {R"("cut \ud83d")", "cut \xEF\xBF\xBD"},
      {R"("cut \ud83d here")", "cut \xEF\xBF\xBD here"},
      {R"("\ude00 odd")", "\xEF\xBF\xBD odd"},
      {R"("\ud83d\u0041")",
       "\xEF\xBF\xBD"
       "A"},
      {R"("x\u0000y")", "x\xEF\xBF\xBDy"},
      {"\"\xEF\xB7\x90\"", "\xEF\xB7\x90"},  // U+FDD0, as encrypted fields have it
      {R"("\ufdd0")", "\xEF\xB7\x90"},
      {R"("\uffff")", "\xEF\xBF\xBF"},
      {R"("ends in \\")", "ends in \\"},
  };
  for (const auto& [literal, wanted] : cases) {
    Decoder decoder;
    const std::string text = std::string(R"({"result":[{"sys_id":"a1","short_description":)") +
                             literal +
                             R"(,"number":"INC1","sys_updated_on":"2025-01-02 03:04:05"}]})";
    INFO(text);
    REQUIRE(decoder.decode(text).outcome == PageFacts::Outcome::complete);
    CHECK(decoder.batch[0].text(TextField::title) == wanted);
    CHECK(decoder.batch[0].text(TextField::number) == "INC1");
  }
}

TEST_CASE("Rows may have different keys in any order", "[partners][servicenow]") {
  Decoder decoder;
  const std::string text = R"({"result":[
    {"sys_id":"a1","number":"N1","unknown":{"deep":[1,{"x":"]"}]},"state":"1",
     "sys_updated_on":"2025-01-02 03:04:05"},
    {"state":"2","sys_updated_on":"2025-01-02 03:04:05","sys_id":"a2"},
    {"sys_id":"a3","sys_updated_on":"2025-01-02 03:04:05","number":"N3","extra":null,"state":"3"},
    {"sys_id":"a4","number":"N4","state":"6","sys_updated_on":"2025-01-02 03:04:05"}]})";
  REQUIRE(decoder.decode(text).outcome == PageFacts::Outcome::complete);
  REQUIRE(decoder.batch.size() == 4);
  const char* numbers[] = {"N1", "", "N3", "N4"};
  const char* states[] = {"1", "2", "3", "6"};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(decoder.batch[i].text(TextField::number) == numbers[i]);
    CHECK(decoder.batch[i].text(TextField::state_code) == states[i]);
  }
}
