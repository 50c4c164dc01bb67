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

TEST_CASE("A page that the instance gave up is cancelled, not stored", "[partners][servicenow]") {
  const std::string row = R"({"sys_id":"a1","number":"N","sys_updated_on":"2025-01-02 03:04:05"})";
  const std::string error =
      R"("error":{"message":"Transaction cancelled: maximum execution time exceeded",)"
      R"("detail":null},"status":"failure")";
  const std::string pages[] = {
      R"({"result":[)" + row + "," + row,
      R"({"result":[)" + row + "," + row.substr(0, 30),
      R"({"result":[)" + row + R"(,{"sys_id":"a2","short_descr)",
      R"({"result":[)" + row + "]",
      R"({"result":[)" + row + "],",
      R"({"result":[)",
      R"({"result":[)" + row + "]," + error + "}",
      R"({"result":[)" + row + "," + error + "}",
      "{" + error + "}",
      "{" + error + R"(,"result":[)" + row + "]}",
      R"({"result":[],"status":"failure"})",
  };
  for (const std::string& page : pages) {
    Decoder decoder;
    INFO(page);
    const PageFacts facts = decoder.decode(page);
    CHECK(facts.outcome == PageFacts::Outcome::cancelled);
    CHECK(decoder.batch.empty());
  }
}

TEST_CASE("Every beginning of a page is seen as cut, whatever stands behind it",
          "[partners][servicenow]") {
  const std::string whole = R"({"result":[{"sys_id":"a1","cmdb_ci":{"value":"c","link":"l"},)"
                            R"("sys_updated_on":"2025-01-02 03:04:05"},{"sys_id":"a2","state":"1",)"
                            R"("sys_updated_on":"2025-01-02 03:04:05"}]})";
  // The buffer of the page before: it must not complete this one.
  for (const char behind : {'\0', '}', ']', '"', ',', ' '}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      std::string buffer = whole.substr(0, size) + std::string(64, behind);
      Decoder decoder;
      INFO(size << " bytes, then " << behind);
      const PageFacts facts =
          decode_page({std::string_view(buffer).substr(0, size), 64},
                      {field_map(WorkItemType::incident), decoder.choices, decoder.bounds},
                      *std::make_unique<PageScratch>(), decoder.batch);
      CHECK(facts.outcome == PageFacts::Outcome::cancelled);
      CHECK(decoder.batch.empty());
    }
  }
}

TEST_CASE("What is not a page of the Table API is an error", "[partners][servicenow]") {
  const char* pages[] = {
      "",
      " ",
      "null",
      "[]",
      "{}",
      R"({"results":[]})",
      R"({"result":{}})",
      R"({"result":null})",
      R"({"result":"x"})",
      R"({"result":[1]})",
      R"({"result":[]} trailing)",
      R"({"result":[]}{"result":[]})",
      R"({"result":[],"result":[]})",
      "<html></html>",
      "{\"result\":[{\"sys_id\":\"\xFF\"}]}",
      R"({"result":[{"sys_id":"a","number":tru,"sys_updated_on":"2025-01-02 03:04:05"}]})",
      R"({"result":[{"sys_id":"\q","sys_updated_on":"2025-01-02 03:04:05"}]})",
      R"({"result":[{"sys_id" "a"}]})",
      R"({"result":[{"sys_id":["a"],"sys_updated_on":"2025-01-02 03:04:05"}]})",
  };
  for (const char* page : pages) {
    Decoder decoder;
    INFO(page);
    CHECK(decoder.error_of(page).kind() == ErrorKind::protocol);
  }
}

TEST_CASE("A row without identity stops the page by its number", "[partners][servicenow]") {
  Decoder decoder;
  const auto page = [](const json& row) {
    return json{{"result", json::array({row_of("a1"), row})}}.dump();
  };
  const Error nameless = decoder.error_of(page({{"sys_updated_on", "2025-01-02 03:04:05"}}));
  CHECK_THAT(nameless.text(), Catch::Contains("row 2") && Catch::Contains("sys_id is missing"));
  const Error timeless = decoder.error_of(page({{"sys_id", "b2"}}));
  CHECK_THAT(timeless.text(), Catch::Contains("\"b2\"") && Catch::Contains("sys_updated_on"));
  const Error late = decoder.error_of(page({{"closed_at", "yesterday"}, {"sys_id", "b3"}}));
  CHECK_THAT(late.text(), Catch::Contains("\"b3\"") && Catch::Contains("closed_at") &&
                              Catch::Contains("yesterday"));
}

TEST_CASE("Rows outside what was asked for are told, and none is kept", "[partners][servicenow]") {
  struct Case {
    const char* name;
    std::vector<std::pair<const char*, const char*>> rows;
    bool by_time = false;
    bool good = false;
  };
  const Case cases[] = {
      {"too old", {{"b1", "2024-12-31 23:59:59"}}},
      {"at the end of the window", {{"b1", "2025-02-01 00:00:00"}}},
      {"first second", {{"b1", "2025-01-01 00:00:00"}}, false, true},
      {"at the anchor", {{"a0", "2025-01-01 00:00:00"}}},
      {"below the anchor", {{"9f", "2025-01-01 00:00:00"}}},
      {"at the upper bound", {{"e0", "2025-01-01 00:00:00"}}},
      {"not sorted by id", {{"c1", "2025-01-02 00:00:00"}, {"b1", "2025-01-02 00:00:00"}}},
      {"twice the same id", {{"c1", "2025-01-02 00:00:00"}, {"c1", "2025-01-02 00:00:00"}}},
      {"not sorted by time", {{"b1", "2025-01-03 00:00:00"}, {"b2", "2025-01-02 00:00:00"}}, true},
      {"tie not sorted by id",
       {{"b2", "2025-01-02 00:00:00"}, {"b1", "2025-01-02 00:00:00"}},
       true},
      {"by time, ids crosswise",
       {{"d1", "2025-01-02 00:00:00"}, {"b1", "2025-01-03 00:00:00"}},
       true,
       true},
      {"case may be ignored by the collation",
       {{"b5", "2025-01-02 00:00:00"},
        {"B6", "2025-01-02 00:00:00"},
        {"b7", "2025-01-02 00:00:00"}},
       false,
       true},
      {"words have no certain place",
       {{"b5", "2025-01-02 00:00:00"}, {"Global", "2025-01-02 00:00:00"}},
       false,
       true},
  };
  for (const Case& c : cases) {
    Decoder decoder;
    decoder.bounds.from = parse_time("2025-01-01 00:00:00");
    decoder.bounds.until = parse_time("2025-02-01 00:00:00");
    decoder.bounds.above_id = "a0";
    decoder.bounds.below_id = "e0";
    if (c.by_time) {
      decoder.bounds.sorted = RowBounds::Sorted::by_time_then_id;
      decoder.bounds.above_id.clear();
      decoder.bounds.below_id.clear();
    }
    json list = json::array();
    for (const auto& [id, time] : c.rows) list.push_back(row_of(id, time));
    const PageFacts facts = decoder.decode(json{{"result", list}}.dump());
    INFO(c.name << ": " << facts.words);
    CHECK((facts.outcome == PageFacts::Outcome::complete) == c.good);
    if (c.good) continue;
    CHECK(facts.outcome == PageFacts::Outcome::unasked);
    CHECK(decoder.batch.empty());
  }
}

TEST_CASE("A decoder serves pages of different tables and sizes in turn",
          "[partners][servicenow]") {
  PageScratch scratch;
  WorkItemBatch batch;
  const RowBounds bounds;
  for (int round = 0; round < 3; ++round) {
    for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request}) {
      const Choices choices = built_in_choices(type);
      json list = json::array();
      for (int n = 0; n < 20 * (round + 1); ++n) {
        json row = row_of("a" + std::to_string(1000 + n));
        row["short_description"] = std::string(static_cast<std::size_t>(n) * 7, 'x') + "\n";
        row["requested_by.name"] = "someone";
        list.push_back(row);
      }
      const std::string text = json{{"result", list}}.dump();
      const PageFacts facts =
          decode_page({text, 0}, {field_map(type), choices, bounds}, scratch, batch);
      REQUIRE(facts.rows == list.size());
      CHECK(batch[list.size() - 1].text(TextField::title).size() == 7 * (list.size() - 1) + 1);
      CHECK(batch[0].text(TextField::created_by) ==
            (type == WorkItemType::change_request ? "someone" : ""));
    }
  }
}
