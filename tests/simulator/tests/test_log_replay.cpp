#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

std::string count_of(InstanceOnTest& on, const std::string& query) {
  const auto reply =
      on.get("/api/now/stats/incident?sysparm_count=true&sysparm_query=" + encoded(query));
  return body_json(reply)["result"]["stats"]["count"];
}

}  // namespace

TEST_CASE("the log at 2016-06-10 12:00 is 24,645 incidents, ten days later 450 have changed") {
  InstanceOnTest on;
  on.service.fill_from_log(SIM_LOG, parse_utc("2016-06-10 12:00").value());
  CHECK(count_of(on, "") == "24645");
  const std::string before = utc_text(on.bench.clock.now());
  const auto clock = body_json(on.control("clock"));
  CHECK(clock["log_time"] == "2016-06-10 12:00:00");
  CHECK(std::abs(clock["offset"].get<int>()) <= 30);
  // 120 days back from now reach behind the beginning of the log.
  const std::string from = utc_text(on.bench.clock.now() - 120L * 86400);
  CHECK(count_of(on, "sys_updated_on>=" + from) == "24645");

  const auto advanced = body_json(on.control("advance?to=2016-06-20%2000:00"));
  CHECK(advanced["log_time"] == "2016-06-20 00:00:00");
  CHECK(count_of(on, "sys_updated_on>=" + before) == "450");
  CHECK(on.bench.clock.now() - parse_utc(before).value() > 9L * 86400);
  CHECK(on.control("advance?to=nonsense").status == 400);
}

TEST_CASE("the log's rows carry codes, names, references and whole minutes") {
  InstanceOnTest on;
  on.service.fill_from_log(SIM_LOG, parse_utc("2016-03-24 18:30").value());
  CHECK(count_of(on, "") == "7379");
  const auto row = body_json(on.get(list_target(
      "incident", "number=INC0000045",
      "&sysparm_display_value=all&sysparm_exclude_reference_link=true&sysparm_fields="
      "state,assigned_to.name,assignment_group.name,category,priority,sys_mod_count,opened_at,"
      "closed_at,sys_updated_on,closed_by")))["result"][0];
  CHECK(row["state"]["value"] == "7");
  CHECK(row["state"]["display_value"] == "Closed");
  CHECK(row["assignment_group.name"]["value"] == "Group 56");
  CHECK(row["category"]["display_value"] == "Category 55");
  CHECK(row["priority"]["display_value"] == "3 - Moderate");
  CHECK(row["sys_mod_count"]["value"] == "4");
  CHECK(row["closed_by"]["display_value"] == "User 908");
  const auto shift = body_json(on.control("clock"))["shift"].get<std::int64_t>();
  const std::int64_t closed = parse_utc("2016-03-05 12:00").value() + shift;
  CHECK(row["closed_at"]["value"] == utc_text(closed));
  CHECK(row["sys_updated_on"]["value"] == utc_text(closed));
  CHECK(row["sys_updated_on"]["value"].get<std::string>().ends_with(":00"));

  const std::string before = utc_text(on.bench.clock.now());
  on.control("advance?to=2016-03-24%2019:10");
  CHECK(count_of(on, "sys_updated_on>=" + before) == "3154");
  const auto codes =
      body_json(on.get("/api/now/stats/incident?sysparm_count=true"
                       "&sysparm_group_by=state"))["result"];
  CHECK(codes.size() >= 6);
}

TEST_CASE("the whole log ends with the last line of every incident and 181 changes") {
  InstanceOnTest on;
  on.service.fill_from_log(SIM_LOG, parse_utc("2017-03-01 00:00").value());
  CHECK(count_of(on, "") == "24918");
  const auto changes = body_json(on.get("/api/now/stats/change_request?sysparm_count=true"));
  CHECK(changes["result"]["stats"]["count"] == "181");
  // A change named as a cause that no row stands for: value without a name.
  const auto row =
      body_json(on.get(list_target("incident", "caused_byISNOTEMPTY^caused_by.numberISEMPTY",
                                   "&sysparm_display_value=all&sysparm_limit=1")))["result"];
  REQUIRE(row.size() == 1);
  CHECK(row[0]["caused_by"]["display_value"] == "");
  CHECK(row[0]["caused_by"]["value"].get<std::string>().size() == 32);
}

}  // namespace itsmc::sim::test
