// getsearchresults: operators, their logic, order, paging, fields.
#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "cherwell_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

constexpr const char* k_search = "V1/getsearchresults";

// Five incidents a..e, a minute apart from 12:00:00 UTC (7 o'clock of the server); d and e level.
void add_five(CherwellOnTest& on) {
  on.sign_in();
  on.put("a", "2025-11-03T12:00:00Z", "alpha");
  on.put("b", "2025-11-03T12:01:00Z", "Beta");
  on.put("c", "2025-11-03T12:02:00Z", "gamma");
  on.put("d", "2025-11-03T12:03:00Z", "delta");
  on.put("e", "2025-11-03T12:03:00Z", "epsilon");
}

Ids found(CherwellOnTest& on, const json& more) {
  return rec_ids(on.post(k_search, incident_search(more)));
}

json with_filters(const json& filters) {
  return {{"filters", filters}};
}

json page(std::int64_t number, std::int64_t size) {
  return {{"pageNumber", number}, {"pageSize", size}};
}

}  // namespace

TEST_CASE("cherwell search: operators") {
  CherwellOnTest on;
  add_five(on);
  struct Case {
    json filters;
    Ids ids;
  };
  const std::string at = "11/03/2025 07:01:00 AM";
  const std::vector<Case> cases{
      {{filter(k_modified, "gt", at)}, {"c", "d", "e"}},  // strict
      {{filter(k_modified, "lt", at)}, {"a"}},
      {{filter(k_modified, "eq", at)}, {"b"}},
      {{filter(k_modified, "gt", "11/3/2025 7:01 AM")}, {"c", "d", "e"}},
      {{filter(k_modified, "gt", "2025-11-03T07:02")}, {"d", "e"}},
      {{filter(k_modified, "gt", "2025-11-03")}, {"a", "b", "c", "d", "e"}},
      {{filter(k_short, "eq", "BETA")}, {"b"}},
      {{filter(k_short, "contains", "ELT")}, {"d"}},
      {{filter(k_short, "startswith", "e")}, {"e"}},
      {{filter(k_short, "StartsWith", "xx")}, {}},
      {{filter(k_rec_id, "gt", "c")}, {"d", "e"}},
  };
  for (const auto& one : cases) {
    INFO(one.filters.dump());
    CHECK(found(on, with_filters(one.filters)) == one.ids);
  }
  for (const char* op : {"ge", "le", "ne", "not", "in", "equals", "startwith"}) {
    INFO(op);
    const auto body = incident_search(with_filters(json::array({filter(k_short, op, "x")})));
    CHECK(on.send("POST", k_search, body.dump()).status == 400);
  }
}

TEST_CASE("cherwell search: filters on one field are OR-ed, on different fields AND-ed") {
  CherwellOnTest on;
  add_five(on);
  // What looks like a window matches everything.
  const json window = {filter(k_modified, "gt", "11/3/2025 7:01:00 AM"),
                       filter(k_modified, "lt", "11/3/2025 7:03:00 AM")};
  CHECK(found(on, with_filters(window)) == Ids{"a", "b", "c", "d", "e"});
  const json two_fields = {filter(k_modified, "gt", "11/3/2025 7:01:00 AM"),
                           filter(k_short, "startswith", "g"), filter(k_short, "startswith", "a")};
  CHECK(found(on, with_filters(two_fields)) == Ids{"c"});
  on.fault("same-field-and");
  CHECK(found(on, with_filters(window)) == Ids{"c"});
}

TEST_CASE("cherwell search: field ids in three spellings") {
  CherwellOnTest on;
  add_five(on);
  for (const std::string& id : {std::string(k_short), std::string("FI:") + k_short,
                                std::string("BO:") + k_incident + ",FI:" + k_short}) {
    INFO(id);
    CHECK(found(on, with_filters(json::array({filter(id, "eq", "gamma")}))) == Ids{"c"});
    CHECK(found(on, {{"sorting", {ascending(id)}}}) == Ids{"a", "b", "d", "e", "c"});
    const json answer =
        on.post(k_search, incident_search({{"includeAllFields", false}, {"fields", {id}}}));
    REQUIRE(answer["businessObjects"][0]["fields"].size() == 1);
    CHECK(answer["businessObjects"][0]["fields"][0]["value"] == "alpha");
  }
}

TEST_CASE("cherwell search: unknown fields are dropped without a word, filters on them are not") {
  CherwellOnTest on;
  add_five(on);
  const json answer =
      on.post(k_search, incident_search({{"includeAllFields", false},
                                         {"fields", {std::string(32, '0'), k_status, k_status}}}));
  CHECK(answer["hasError"] == false);
  REQUIRE(answer["businessObjects"][0]["fields"].size() == 1);
  CHECK(answer["businessObjects"][0]["fields"][0]["name"] == "Status");
  const json unknown = with_filters(json::array({filter(std::string(32, '0'), "eq", "x")}));
  CHECK(on.send("POST", k_search, incident_search(unknown).dump()).status == 400);
  on.fault("unknown-filter-dropped");
  CHECK(found(on, unknown).size() == 5);
}

TEST_CASE("cherwell search: sorting by several fields; what a direction means is a switch") {
  CherwellOnTest on;
  add_five(on);
  const json down = {{"fieldId", k_modified}, {"sortDirection", 0}};
  const json ids_down = {{"fieldId", k_rec_id}, {"sortDirection", 0}};
  CHECK(found(on, {{"sorting", {down, ascending(k_rec_id)}}}) == Ids{"d", "e", "c", "b", "a"});
  CHECK(found(on, {{"sorting", {ascending(k_modified), ids_down}}}) ==
        Ids{"a", "b", "c", "e", "d"});
  on.fault("sort-direction=0-ascending");
  CHECK(found(on, {{"sorting", {down, ids_down}}}) == Ids{"a", "b", "c", "d", "e"});
}

TEST_CASE("cherwell search: no sorting, no order") {
  CherwellOnTest on;
  on.service.fill_generated(200, 1);
  on.sign_in();
  const json unsorted = {{"sorting", json::array()}};
  CHECK(found(on, unsorted) != found(on, unsorted));
  CHECK(found(on, json::object()) == found(on, json::object()));
  const json by_status = {{"sorting", {ascending(k_status)}}};
  CHECK(found(on, by_status) == found(on, by_status));
  on.fault("ties-shuffle");
  CHECK(found(on, by_status) != found(on, by_status));
  CHECK(found(on, json::object()) == found(on, json::object()));  // RecID settles every tie
  on.fault("sort-ignored");
  CHECK(found(on, json::object()) != found(on, json::object()));
}

TEST_CASE("cherwell search: pageNumber is a row from 9.7.0 on and a page before") {
  CherwellOnTest on;
  add_five(on);
  struct Case {
    const char* version;
    std::int64_t number;
    Ids ids;
  };
  const std::vector<Case> cases{
      {"9.3.2", 0, {"a", "b"}}, {"9.3.2", 1, {"a", "b"}}, {"9.3.2", 2, {"c", "d"}},
      {"9.6.0", 3, {"e"}},      {"9.6.0", 4, {}},         {"9.7.0", 0, {"a", "b"}},
      {"9.7.0", 1, {"a", "b"}}, {"9.7.0", 2, {"b", "c"}}, {"9.7.0", 3, {"c", "d"}},
      {"10.5.0", 5, {"e"}},     {"10.5.0", 6, {}},        {"9.10.1", 3, {"c", "d"}},
  };
  for (const auto& one : cases) {
    on.bench.faults.clear();
    on.fault(std::string("version=") + one.version);
    INFO(one.version << " " << one.number);
    const json answer = on.post(k_search, incident_search(page(one.number, 2)));
    CHECK(rec_ids(answer) == one.ids);
    CHECK(answer["totalRows"] == 5);
    CHECK(answer.contains("hasMoreRecords") == (std::string(one.version) == "10.5.0"));
  }
  on.bench.faults.clear();
  CHECK(on.post(k_search, incident_search(page(3, 2)))["hasMoreRecords"] == true);
  CHECK(on.post(k_search, incident_search(page(4, 2)))["hasMoreRecords"] == false);
  on.fault("page-number=page");
  CHECK(found(on, page(2, 2)) == Ids{"c", "d"});
}

TEST_CASE("cherwell search: all pages together are all rows, once each") {
  CherwellOnTest on;
  on.service.fill_generated(500, 7);
  on.sign_in();
  std::set<std::string> seen;
  Ids order;
  for (std::int64_t row = 1; row <= 500; row += 60) {
    for (auto& id : found(on, page(row, 60))) {
      seen.insert(id);
      order.push_back(id);
    }
  }
  CHECK(seen.size() == 500);
  CHECK(order.size() == 500);
  CHECK(order == found(on, page(1, 1000)));
}

TEST_CASE("cherwell search: without a target, of a saved one, of an object one may not view") {
  CherwellOnTest on;
  on.sign_in();
  const Reply none = on.send("POST", k_search, "{}");
  CHECK(none.status == 500);
  json expected = cherwell_fixture("error.500-searchnotfound.json");
  expected["httpStatusCode"] = "InternalServerError";  // a name, not a number
  CHECK(body_json(none) == expected);
  on.fault("version=9.3.2");
  CHECK(body_json(on.send("POST", k_search, "{}")) ==
        cherwell_fixture("error.500-searchnotfound.json"));
  CHECK(on.send("POST", k_search, R"({"searchName":"Mine","busObId":"x"})").status == 500);
  on.fault("no-view=Incident");
  const Reply barred = on.send("POST", k_search, incident_search().dump());
  CHECK(barred.status == 403);
  CHECK(body_json(barred) == cherwell_fixture("error.403-insufficientrights.json"));
  CHECK(on.send("POST", k_search, json{{"busObId", k_change}}.dump()).status == 200);
}

TEST_CASE("cherwell search: rows that the user cannot see are not there, or only counted") {
  CherwellOnTest on;
  add_five(on);
  on.control("put", R"({"type":"incident","id":"c","updated":"2025-11-03T12:02:00Z",)"
                    R"("title":"gamma","hidden":true})");
  json answer = on.post(k_search, incident_search());
  CHECK(rec_ids(answer) == Ids{"a", "b", "d", "e"});
  CHECK(answer["totalRows"] == 4);
  on.fault("count-hidden");
  answer = on.post(k_search, incident_search(page(1, 3)));
  CHECK(rec_ids(answer) == Ids{"a", "b"});
  CHECK(answer["totalRows"] == 5);
}

TEST_CASE("cherwell search: searchText, and searchResultsFields only when asked for") {
  CherwellOnTest on;
  add_five(on);
  CHECK(found(on, {{"searchText", "GAMM"}}) == Ids{"c"});
  CHECK(on.post(k_search, incident_search())["searchResultsFields"].empty());
  const json answer = on.post(k_search, incident_search({{"includeSchema", true}}));
  const json sample = cherwell_fixture("getsearchresults.swagger-sample.response.json");
  std::set<std::string> names, wanted;
  for (const auto& item : answer["searchResultsFields"][0].items()) names.insert(item.key());
  for (const auto& item : sample["searchResultsFields"][0].items()) wanted.insert(item.key());
  CHECK(names == wanted);
}

}  // namespace itsmc::sim::test
