#include "partners/servicenow_walk.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using namespace itsmc::partners::servicenow;

namespace {

Timestamp at(const char* text) {
  return *parse_rfc3339(text);
}

Walk key_walk() {
  Walk walk;
  walk.order = Order::by_key;
  walk.window.from = at("2025-01-01T00:00:00Z");
  return walk;
}

Walk time_walk() {
  Walk walk = key_walk();
  walk.order = Order::by_time;
  walk.window.until = at("2025-02-01T00:00:00Z");
  return walk;
}

Lane lane_of(Order order) {
  return first_lanes(order, 1).at(0);
}

/// A page of `rows` rows out of 100 asked for.
Step step_of(const Lane& lane, std::int64_t rows, std::optional<std::int64_t> count,
             std::int64_t skip = 0) {
  Asked asked;
  asked.rows = 100;
  asked.skip = skip;
  asked.counted = !lane.blind;
  return advance(lane, asked, {.rows = rows, .count = count, .last_id = "last", .last_time = 5000});
}

}  // namespace

TEST_CASE("Lanes cut the space of ids without gap or overlap", "[partners][servicenow]") {
  for (const int wanted : {-1, 0, 1, 2, 3, 4, 7, 16, 64, 1000}) {
    const std::vector<Lane> lanes = first_lanes(Order::by_key, wanted);
    REQUIRE(!lanes.empty());
    CHECK(lanes.size() <= static_cast<std::size_t>(std::max(1, wanted)));
    CHECK(lanes.front().low.empty());
    CHECK(lanes.back().high.empty());
    for (std::size_t i = 1; i < lanes.size(); ++i) {
      CHECK(lanes[i].low == lanes[i - 1].high);
      CHECK(lanes[i].low > lanes[i - 1].low);
    }
  }
  CHECK(first_lanes(Order::by_key, 4).at(1).low == "40");
  CHECK(first_lanes(Order::by_time, 8).size() == 1);
}

TEST_CASE("Queries are keyset queries with UTC literals", "[partners][servicenow]") {
  Lane lane = lane_of(Order::by_key);
  CHECK(next_request(key_walk(), lane, 100).query ==
        "sys_updated_on>=2025-01-01 00:00:00^ORDERBYsys_id");
  lane.low = "40";
  lane.high = "80";
  CHECK(next_request(key_walk(), lane, 100).query ==
        "sys_updated_on>=2025-01-01 00:00:00^sys_id>=40^sys_id<80^ORDERBYsys_id");
  lane.id = "41ff";
  CHECK(next_request(key_walk(), lane, 100).query ==
        "sys_updated_on>=2025-01-01 00:00:00^sys_id>41ff^sys_id<80^ORDERBYsys_id");
  Lane time = lane_of(Order::by_time);
  CHECK(next_request(time_walk(), time, 100).query ==
        "sys_updated_on>=2025-01-01 00:00:00^sys_updated_on<2025-02-01 00:00:00"
        "^ORDERBYsys_updated_on^ORDERBYsys_id");
  time.time = parse_time("2025-01-05 06:07:08");
  CHECK(next_request(time_walk(), time, 100).query ==
        "sys_updated_on>2025-01-05 06:07:08^sys_updated_on<2025-02-01 00:00:00"
        "^ORDERBYsys_updated_on^ORDERBYsys_id");
  time.ties = true;
  time.id = "odd^id";
  const Asked ties = next_request(time_walk(), time, 100);
  CHECK(ties.query == "sys_updated_on=2025-01-05 06:07:08^sys_id>odd^^id^ORDERBYsys_id");
  CHECK(ties.counted);
  CHECK(ties.bounds.until - ties.bounds.from == 1000);
}

TEST_CASE("Borders within a second are rounded up on both ends", "[partners][servicenow]") {
  Walk walk = time_walk();
  walk.window.from = at("2025-01-01T00:00:00.001Z");
  walk.window.until = at("2025-01-02T00:00:00.999Z");
  const Asked asked = next_request(walk, lane_of(Order::by_time), 100);
  CHECK(asked.query ==
        "sys_updated_on>=2025-01-01 00:00:01^sys_updated_on<2025-01-02 00:00:01"
        "^ORDERBYsys_updated_on^ORDERBYsys_id");
  CHECK(asked.bounds.from == parse_time("2025-01-01 00:00:01"));
  CHECK(asked.bounds.until == parse_time("2025-01-02 00:00:01"));
}

TEST_CASE("A page that stays empty was emptied by access rules", "[partners][servicenow]") {
  Lane lane = lane_of(Order::by_key);
  lane.second_look = true;
  const Step step = step_of(lane, 0, 450);
  CHECK(step.then == Step::Then::go_on);
  CHECK(step.next.look == Look::hidden_block);
}

TEST_CASE("A page's size and count decide how a lane goes on", "[partners][servicenow]") {
  using Then = Step::Then;
  struct Case {
    const char* name;
    std::int64_t rows;
    std::optional<std::int64_t> count;
    Then then;
    Look look;
    const char* id;
  };
  const Case cases[] = {
      {"all rows, nothing hidden", 7, 7, Then::done, Look::page, ""},
      {"no rows at all", 0, 0, Then::done, Look::page, ""},
      {"just one full page", 100, 100, Then::done, Look::page, ""},
      {"a full page of many", 100, 450, Then::go_on, Look::page, "last"},
      {"more than asked for", 130, 450, Then::go_on, Look::page, "last"},
      {"the rest is said to be hidden", 60, 90, Then::go_on, Look::claimed_end, ""},
      {"shortened by access rules", 60, 450, Then::go_on, Look::page, "last"},
      {"empty for the first time: asked again", 0, 450, Then::ask_again, Look::page, ""},
      {"fewer counted than came", 60, 40, Then::go_on, Look::page, "last"},
      {"no count, rows", 60, std::nullopt, Then::go_on, Look::page, "last"},
      {"no count, no rows", 0, std::nullopt, Then::go_on, Look::blind_end, ""},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const Step step = step_of(lane_of(Order::by_key), c.rows, c.count);
    CHECK(step.then == c.then);
    if (c.then == Then::done) continue;
    CHECK(step.next.look == c.look);
    CHECK(step.next.id == c.id);
  }
}

TEST_CASE("A short page without a count is asked for again with one", "[partners][servicenow]") {
  Asked asked;
  asked.rows = 100;
  const Step step =
      advance(lane_of(Order::by_key), asked, {.rows = 30, .count = {}, .last_id = "x"});
  CHECK(step.then == Step::Then::ask_again);
  CHECK(step.next.counts);
  CHECK(step.next.id.empty());
  CHECK(next_request(key_walk(), step.next, 100).counted);
}

TEST_CASE("By time a full page is followed by its ties, then by what is later",
          "[partners][servicenow]") {
  const Step full = step_of(lane_of(Order::by_time), 100, 450);
  CHECK(full.next.ties);
  CHECK(full.next.time == 5000);
  CHECK(full.next.id == "last");
  const Step none = step_of(full.next, 0, 0);
  CHECK(none.then == Step::Then::go_on);
  CHECK_FALSE(none.next.ties);
  CHECK(none.next.id.empty());
  CHECK(none.next.time == 5000);
  const Step many = step_of(full.next, 100, 300);
  CHECK(many.next.ties);
  CHECK(many.next.id == "last");
}

TEST_CASE("Hidden rows are counted between one anchor and the next", "[partners][servicenow]") {
  const Step shortened = step_of(lane_of(Order::by_key), 60, 450);
  CHECK(shortened.hidden == 0);  // not known yet how many of the 390 lie before the last row
  const Step next = step_of(shortened.next, 100, 360);
  CHECK(next.hidden == 30);
  const Step end = step_of(next.next, 70, 100);
  CHECK(end.next.look == Look::claimed_end);
  const Step proven = step_of(end.next, 0, 100, 100);
  CHECK(proven.then == Step::Then::done);
  CHECK(proven.hidden == 30);
}

TEST_CASE("An end that cannot be proven is a failure, not an end", "[partners][servicenow]") {
  Lane lane = lane_of(Order::by_key);
  const auto search = [&lane] {
    for (int page = 0; page < 1000; ++page) {
      lane = step_of(lane, 0, 900'000'000, lane.skip).next;
    }
  };
  try {
    search();
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::denied);
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("A cursor is the lane, whatever it holds", "[partners][servicenow]") {
  Lane lane;
  CHECK(parse_cursor(to_cursor(lane), Order::by_time) == lane);
  lane.order = Order::by_key;
  lane.low = "40";
  lane.high = "80";
  lane.id = "glide.maint \"^\" \xC3\xA9";
  lane.look = Look::hidden_block;
  lane.skip = 190;
  lane.shown = 3;
  lane.empty_pages = 2;
  lane.counts = true;
  lane.left = 12;
  lane.debt = -4;
  CHECK(parse_cursor(to_cursor(lane), Order::by_key) == lane);
  Lane time;
  time.time = -1000;
  time.ties = true;
  time.entering = true;
  time.blind = true;
  time.outer_debt = 9;
  CHECK(parse_cursor(to_cursor(time), Order::by_time) == time);
  CHECK_THROWS_AS(parse_cursor(to_cursor(time), Order::by_key), Error);
}

TEST_CASE("A count is a number or nothing", "[partners][servicenow]") {
  CHECK(parse_count("73") == 73);
  CHECK(parse_count(" 0 ") == 0);
  for (const char* text : {"", "-1", "1e3", "12x", "99999999999", "99999999999999999999"}) {
    CHECK_FALSE(parse_count(text).has_value());
  }
  CHECK_FALSE(parse_count(std::nullopt).has_value());
}
