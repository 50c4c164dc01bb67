#include "partners/provance_page.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "partners/provance_walk.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using namespace itsmc::partners::provance;
using Catch::Contains;

namespace {

constexpr const char* k_label = "@OData.Community.Display.V1.FormattedValue";

const TableMap& example(WorkItemType type = WorkItemType::incident) {
  return *find_builtin_profile("provance-example")->table(type);
}

/// Decodes with a fresh scratch.
struct Decoded {
  WorkItemBatch items;
  PageFacts facts;
  Decoded(const std::string& text, const RowMap& map, const RowBounds& bounds = {}) {
    PageScratch scratch;
    facts = decode_page({text, 0}, map, bounds, scratch, items);
  }
  [[nodiscard]] std::string text(TextField field, std::size_t row = 0) const {
    return std::string(items[row].text(field));
  }
};

std::string page(const std::string& rows, const std::string& more = "") {
  return R"({"@odata.context":"x","value":[)" + rows + "]" + more + "}";
}

std::string lean(const std::string& id, const std::string& updated, const std::string& more = "") {
  return R"({"x_incidentid":")" + id + R"(","modifiedon":")" + updated + "\"" + more + "}";
}

}  // namespace

TEST_CASE("a row becomes a work item, labels from annotations on either side", "[provance]") {
  const RowMap map(example());
  const std::string row =
      std::string(R"({"@odata.etag":"W/\"7201\"","x_incidentid":"49b0","x_number":"INC1",)") +
      R"("x_title":"A \"title\"","x_state)" + k_label + R"(":"In Progress","x_state":2,)" +
      R"("x_priority":1,"x_priority)" + k_label + R"(":"Critical","x_urgency":null,)" +
      R"("_x_assignedto_value)" + k_label + R"(":"Ann Lee","_x_assignedto_value":"aa-1",)" +
      R"("_x_configurationitem_value":"cc-1","_x_configurationitem_value)" + k_label +
      R"(":"host-7","_x_configurationitem_value@Microsoft.Dynamics.CRM.lookuplogicalname":"x",)" +
      R"("createdon":"2016-09-28T22:57:53Z","createdon)" + k_label + R"(":"9/28/2016 3:57 PM",)" +
      R"("x_closedon":null,"statecode":0,"statecode)" + k_label +
      R"(":"Active","modifiedon":"2016-09-29T00:00:00Z"})";
  const Decoded got(page(row), map);
  REQUIRE(got.items.size() == 1);
  CHECK(got.text(TextField::id) == "49b0");
  CHECK(got.text(TextField::version) == "7201");
  CHECK(got.text(TextField::title) == "A \"title\"");
  CHECK(got.text(TextField::state) == "In Progress");
  CHECK(got.text(TextField::state_code) == "2");
  CHECK(got.text(TextField::priority) == "Critical");
  CHECK(got.text(TextField::priority_code) == "1");
  CHECK(got.text(TextField::urgency).empty());
  CHECK(got.text(TextField::urgency_code).empty());
  CHECK(got.text(TextField::assigned_to) == "Ann Lee");
  CHECK(got.text(TextField::configuration_item) == "host-7");
  CHECK(got.text(TextField::configuration_item_id) == "cc-1");
  CHECK(*got.items[0].time(TimeField::created_at) == *parse_rfc3339("2016-09-28T22:57:53Z"));
  CHECK_FALSE(got.items[0].time(TimeField::closed_at));
  CHECK(got.items[0].open());
}

TEST_CASE("without annotations the values themselves are shown", "[provance]") {
  const RowMap map(example());
  const Decoded got(
      page(lean("1", "2016-09-29T00:00:00Z", R"(,"x_state":3,"_x_assignedto_value":"aa-1")")), map);
  CHECK(got.text(TextField::state) == "3");
  CHECK(got.text(TextField::state_code) == "3");
  CHECK(got.text(TextField::assigned_to) == "aa-1");
}

TEST_CASE("open is what the profile's values say, else what has no closed_at", "[provance]") {
  TableMap table = example();
  const std::string closed =
      lean("1", "2016-09-29T00:00:00Z", R"(,"statecode":1,"x_closedon":null)");
  CHECK_FALSE(Decoded(page(closed), RowMap(table)).items[0].open());
  table.open_column.clear();
  table.open_values.clear();
  CHECK(Decoded(page(closed), RowMap(table)).items[0].open());
  const std::string done = lean("1", "2016-09-29T00:00:00Z", R"(,"x_closedon":"2016-09-29")");
  CHECK_FALSE(Decoded(page(done), RowMap(table)).items[0].open());
}

TEST_CASE("a profile's labels take the place of the instance's", "[provance]") {
  TableMap table = example();
  table.labels = {{"priority", "1", "P1"}};
  const std::string rows =
      lean("1", "2016-09-29T00:00:00Z",
           R"(,"x_priority":1,"x_priority)" + std::string(k_label) + R"(":"Critical")") +
      "," + lean("2", "2016-09-29T00:00:00Z", R"(,"x_priority":2)");
  const Decoded got(page(rows), RowMap(table));
  CHECK(got.text(TextField::priority, 0) == "P1");
  CHECK(got.text(TextField::priority, 1) == "2");
}

TEST_CASE("a row that cannot be mapped is named with its column", "[provance]") {
  struct Case {
    std::string row;
    std::vector<std::string> words;
  };
  const std::vector<Case> cases = {
      {lean("49b0", "9/29/2016 1:00 PM"), {"49b0", "modifiedon", "9/29/2016"}},
      {lean("49b0", "2016-09-29T00:00:00Z", R"(,"x_closedon":"soon")"), {"49b0", "x_closedon"}},
      {lean("49b0", "2016-09-29T00:00:00Z", R"(,"x_title":{"a":1})"), {"49b0", "x_title"}},
      {R"({"modifiedon":"2016-09-29T00:00:00Z"})", {"x_incidentid is missing"}},
      {R"({"x_incidentid":"49b0"})", {"49b0", "modifiedon is missing"}},
      {lean("1", "2016-09-29T00:00:01Z") + "," + lean("49b0", "2016-09-29T00:00:00Z"),
       {"row 2", "49b0", "order"}},
  };
  const RowMap map(example());
  for (const Case& one : cases) {
    INFO(one.row);
    const Error error = test::error_of([&] { Decoded(page(one.row), map); });
    CHECK(error.kind() == ErrorKind::protocol);
    for (const std::string& word : one.words) CHECK_THAT(error.text(), Contains(word));
  }
}

TEST_CASE("a page counts only when it is complete", "[provance]") {
  const RowMap map(example());
  const std::string whole = page(lean("1", "2016-09-29T00:00:00Z"), R"(,"@odata.nextLink":"n")");
  CHECK(Decoded(whole, map).facts.next_link == "n");
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    INFO(whole.substr(0, cut));
    const Decoded got(whole.substr(0, cut), map);
    CHECK(got.facts.cut_off);
    CHECK(got.items.empty());
  }
  for (const char* bad : {"[]", "<html></html>", R"({"value":{}})", R"({"a":1})", ""}) {
    INFO(bad);
    CHECK(test::error_of([&] { Decoded(bad, map); }).kind() == ErrorKind::protocol);
  }
  CHECK(test::error_of([&] { Decoded(whole + "x", map); }).kind() == ErrorKind::protocol);
  const Error late = test::error_of(
      [&] { Decoded(page("", R"(,"error":{"code":"","message":"Timed out."})"), map); });
  CHECK(late.kind() == ErrorKind::unavailable);
  CHECK_THAT(late.text(), Contains("Timed out."));
}

TEST_CASE("rows beyond the window's milliseconds are left out, but move the place", "[provance]") {
  RowBounds bounds;
  bounds.from = parse_rfc3339("2016-09-29T00:00:00.001Z")->time_since_epoch().count();
  bounds.until = parse_rfc3339("2016-09-29T00:00:02Z")->time_since_epoch().count();
  const Decoded got(
      page(lean("1", "2016-09-29T00:00:00Z") + "," + lean("2", "2016-09-29T00:00:01Z") + "," +
           lean("3", "2016-09-29T00:00:02Z")),
      RowMap(example()), bounds);
  REQUIRE(got.items.size() == 1);
  CHECK(got.text(TextField::id) == "2");
  CHECK(got.facts.rows == 3);
  CHECK(got.facts.last_id == "3");
}

TEST_CASE("the query has the window in whole seconds, bare times, the key behind the time",
          "[provance]") {
  TableMap table = example();
  table.filter = "x_category eq 3";
  const RowMap map(table);
  Walk walk;
  walk.window.from = *parse_rfc3339("2018-05-24T00:00:00.250Z");
  walk.window.until = *parse_rfc3339("2018-09-21T00:00:00.001Z");
  const http::Query query = walk_query(walk, {}, map);
  REQUIRE(query.size() == 3);
  CHECK_THAT(query[0].second, Contains("x_incidentid,x_number,x_title"));
  CHECK(query[1].second ==
        "modifiedon ge 2018-05-24T00:00:00Z and modifiedon lt 2018-09-21T00:00:01Z and "
        "(x_category eq 3)");
  CHECK(query[2].second == "modifiedon asc,x_incidentid asc");
  Lane lane;
  lane.time = parse_rfc3339("2018-06-01T10:00:00Z")->time_since_epoch().count();
  CHECK_THAT(walk_query(walk, lane, map)[1].second,
             Contains("modifiedon ge 2018-06-01T10:00:00Z and"));
}

TEST_CASE("a cursor keeps the link to the byte, and what its page was asked for with",
          "[provance]") {
  Lane lane;
  lane.link = "https://o/api/data/v9.2/x?$skiptoken=%3Ccookie%20a=%22%253c%22/%3E";
  lane.rows = 5000;
  lane.time = 1'762'128'000'000;
  lane.id = "49b0";
  lane.restarts = 1;
  CHECK(parse_cursor(to_cursor(lane)) == lane);
  CHECK(parse_cursor(to_cursor({})) == Lane{});
  for (const char* bad : {"", "{", "[]", R"({"v":2})", R"({"v":1,"link":"x"})", R"({"v":1,"n":-1})",
                          R"({"v":1,"t":"x"})"}) {
    INFO(bad);
    CHECK(test::error_of([&] { (void)parse_cursor(bad); }).kind() == ErrorKind::damaged);
  }
}

TEST_CASE("after a refused link the walk goes on from the last row, not for ever", "[provance]") {
  Lane lane;
  lane.link = "https://o/x";
  lane.rows = 100;
  lane.time = 1000;
  for (int i = 0; i < 3; ++i) {
    lane = after_refused_link(lane, "expired");
    CHECK(lane.link.empty());
    CHECK(*lane.time == 1000);
    lane.link = "https://o/y";
  }
  const Error error = test::error_of([&] { (void)after_refused_link(lane, "expired"); });
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK_THAT(error.text(), Contains("expired"));
  PageFacts facts;
  facts.rows = 1;
  facts.last_time = 2000;
  CHECK(after_page(lane, facts, "https://o/z").restarts == 0);
}

TEST_CASE("a page that repeats rows at its end is taken without them", "[provance]") {
  const RowMap map(example());
  const std::string first = lean("1", "2016-09-29T00:00:00Z");
  const Decoded got(page(first + "," + lean("2", "2016-09-29T00:00:05Z") + "," + first), map);
  CHECK(got.items.size() == 2);
  CHECK(got.facts.last_id == "2");
}
