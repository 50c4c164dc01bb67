#include "partners/cherwell_walk.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using namespace itsmc::partners::cherwell;

namespace {

constexpr TimeValue k_begin = 1'735'689'600'000;  // 2025-01-01T00:00:00Z

Walk walk_of(Order order, std::int64_t seconds = 3600) {
  Walk walk;
  walk.order = order;
  walk.window.from = Timestamp(std::chrono::milliseconds(k_begin));
  if (order == Order::by_time) walk.window.until = walk.window.from + std::chrono::seconds(seconds);
  return walk;
}

Lane lane_of(Order order) {
  Lane lane;
  lane.order = order;
  return lane;
}

/// Rows by id and second of the window.
WorkItemBatch rows_of(const std::vector<std::pair<std::string, int>>& rows) {
  WorkItemBatch batch;
  for (const auto& [id, second] : rows) {
    WorkItemValues values;
    values[TextField::id] = id;
    values[TimeField::updated_at] = k_begin + second * 1000L;
    batch.append(values);
  }
  return batch;
}

struct Stepped {
  Step step;
  Seen seen;
};
Stepped step_of(const Lane& lane, const std::vector<std::pair<std::string, int>>& rows,
                std::optional<std::int64_t> total, std::int64_t asked = 4) {
  const Walk walk = walk_of(lane.order);
  const WorkItemBatch batch = rows_of(rows);
  const Seen seen = look_at(batch, next_search(walk, lane).sorted);
  return {advance(walk, lane, {.rows = batch, .seen = seen, .asked_rows = asked, .total = total}),
          seen};
}

}  // namespace

TEST_CASE("A page's order is told from its rows", "[partners][cherwell]") {
  using Rows = std::vector<std::pair<std::string, int>>;
  struct Case {
    const char* name;
    Rows rows;
    Sequence by_time, by_id;
    std::int64_t different;
  };
  const Case cases[] = {
      {"none", {}, Sequence::ascending, Sequence::ascending, 0},
      {"one", {{"a", 1}}, Sequence::ascending, Sequence::ascending, 1},
      {"both up", {{"a", 1}, {"b", 2}, {"c", 2}}, Sequence::ascending, Sequence::ascending, 3},
      {"time up, ids not",
       {{"c", 1}, {"b", 2}, {"a", 3}},
       Sequence::ascending,
       Sequence::descending,
       3},
      {"both down", {{"c", 2}, {"b", 2}, {"a", 1}}, Sequence::descending, Sequence::descending, 3},
      {"one second, down", {{"c", 2}, {"b", 2}}, Sequence::descending, Sequence::descending, 2},
      {"parts of a second",
       {{"c", 2}, {"b", 2}, {"d", 3}},
       Sequence::mixed_ties,
       Sequence::broken,
       3},
      {"parts of one second",
       {{"c", 2}, {"b", 2}, {"d", 2}},
       Sequence::mixed_ties,
       Sequence::broken,
       3},
      {"neither", {{"a", 2}, {"b", 1}, {"c", 3}}, Sequence::broken, Sequence::ascending, 3},
      {"the same row twice",
       {{"a", 1}, {"a", 1}, {"b", 1}},
       Sequence::ascending,
       Sequence::ascending,
       2},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const WorkItemBatch rows = rows_of(c.rows);
    const Seen timed = look_at(rows, Asked::Sorted::by_time_then_id);
    CHECK(timed.sequence == c.by_time);
    CHECK(timed.rows == c.different);
    const Seen keyed = look_at(rows, Asked::Sorted::by_id);
    CHECK(keyed.sequence == c.by_id);
    CHECK((keyed.sequence == Sequence::ascending) == keyed.broken_at.empty());
  }
  // Both lengths of a RecID stand side by side.
  CHECK(precedes("944b6ae081fc6b7a7f28144ce5b844ce", "944b6ae081fc6b7a7f28144ce5b844ceada8cb9c10"));
  CHECK_FALSE(precedes("a", "a"));
}

TEST_CASE("Searches have a lower end only, a second early", "[partners][cherwell]") {
  Walk walk = walk_of(Order::by_time);
  Lane lane = lane_of(Order::by_time);
  CHECK(next_search(walk, lane).after_time == k_begin - 1000);
  CHECK(next_search(walk, lane).after_id.empty());
  walk.window.from += std::chrono::milliseconds(1);
  CHECK(next_search(walk, lane).after_time == k_begin);
  lane.stage = Stage::ties;
  lane.time = k_begin + 7000;
  lane.id = "x";
  const Asked ties = next_search(walk, lane);
  CHECK(ties.after_time == k_begin + 6000);
  CHECK(ties.after_id == "x");
  CHECK(ties.sorted == Asked::Sorted::by_time_then_id);
  CHECK(next_search(walk, to_rest_by_key(walk, lane)).sorted == Asked::Sorted::by_id);
  lane = lane_of(Order::by_key);
  lane.id = "x";
  lane.last_id = "z";
  const Asked keyed = next_search(walk_of(Order::by_key), lane);
  CHECK(keyed.after_time == k_begin - 1000);
  CHECK(keyed.after_id == "x");
  CHECK(keyed.sorted == Asked::Sorted::by_id);
}

TEST_CASE("By key a lane goes behind the last row, up to its own end", "[partners][cherwell]") {
  Lane lane = lane_of(Order::by_key);
  Step step = step_of(lane, {{"a", 9}, {"b", 1}, {"c", 5}, {"d", 2}}, 9).step;
  CHECK(step.then == Step::Then::go_on);
  CHECK(step.keep == 4);
  CHECK(step.next.id == "d");
  CHECK(step.remaining == 5);
  CHECK(step.next.count == Count{"", std::nullopt, 9, 4});
  CHECK(step_of(lane, {{"a", 9}, {"b", 1}}, 2).step.then == Step::Then::done);
  // A full page whose count says that it is the last may be counted wrongly.
  CHECK(step_of(lane, {{"a", 9}, {"b", 1}, {"c", 5}, {"d", 2}}, 4).step.then == Step::Then::go_on);
  CHECK(step_of(lane, {}, 0).step.then == Step::Then::done);
  CHECK(step_of(lane, {}, std::nullopt).step.then == Step::Then::done);
  CHECK(step_of(lane, {}, 3).step.then == Step::Then::ask_again);
  // Shorter than asked for, but not all: go on; without a count until an empty page.
  CHECK(step_of(lane, {{"a", 9}, {"b", 1}}, 7).step.next.id == "b");
  CHECK(step_of(lane, {{"a", 9}, {"b", 1}}, std::nullopt).step.then == Step::Then::go_on);
  // A row that came twice is one row.
  CHECK(step_of(lane, {{"a", 9}, {"a", 9}, {"b", 1}}, 3).step.then == Step::Then::go_on);
  lane.last_id = "b";
  step = step_of(lane, {{"a", 9}, {"b", 1}, {"c", 5}, {"d", 2}}, 9).step;
  CHECK(step.then == Step::Then::done);
  CHECK(step.keep == 2);
  lane.last_id = "d";
  CHECK(step_of(lane, {{"a", 9}, {"b", 1}, {"c", 5}, {"d", 2}}, 9).step.then == Step::Then::done);
}

TEST_CASE("By time a page's last second is left for the next page", "[partners][cherwell]") {
  const Lane lane = lane_of(Order::by_time);
  const Step step = step_of(lane, {{"d", 1}, {"a", 2}, {"b", 2}, {"c", 3}}, 9).step;
  CHECK(step.keep == 3);
  CHECK(step.next.time == k_begin + 3000);
  CHECK(step.next.stage == Stage::page);
  CHECK(step.next.count == Count{"", std::nullopt, 9, 3});
  const Step last = step_of(lane, {{"d", 1}, {"a", 2}}, 2).step;
  CHECK(last.then == Step::Then::done);
  CHECK(last.keep == 2);
  const Step beyond = step_of(lane, {{"d", 1}, {"a", 3599}, {"b", 3600}, {"c", 3601}}, 9).step;
  CHECK(beyond.then == Step::Then::done);
  CHECK(beyond.keep == 2);
}

TEST_CASE("By time a second of many rows is walked by RecID", "[partners][cherwell]") {
  Lane lane = lane_of(Order::by_time);
  Step step = step_of(lane, {{"z", 1}, {"a", 2}, {"b", 2}, {"c", 2}}, 19).step;
  CHECK(step.keep == 4);
  CHECK(step.next.stage == Stage::ties);
  CHECK(step.next.id == "c");
  CHECK(step.next.time == k_begin + 2000);
  lane = step.next;
  step = step_of(lane, {{"d", 2}, {"e", 2}, {"f", 2}, {"g", 2}}, 12).step;
  CHECK(step.next.stage == Stage::ties);
  CHECK(step.next.id == "g");
  CHECK(step.next.count->came == 8);
  lane = step.next;
  SECTION("until a later second appears, whose rows come again") {
    step = step_of(lane, {{"h", 2}, {"k", 3}, {"i", 4}}, 8).step;
    CHECK(step.keep == 1);
    CHECK(step.next.stage == Stage::page);
    CHECK(step.next.id.empty());
    CHECK(step.next.time == k_begin + 3000);
    CHECK(step.next.count == Count{"", std::nullopt, 19, 9});
  }
  SECTION("or until there are no more: of later seconds only larger RecIDs were asked for") {
    step = step_of(lane, {}, 0).step;
    CHECK(step.then == Step::Then::go_on);
    CHECK(step.next.stage == Stage::page);
    CHECK(step.next.time == k_begin + 3000);
  }
  SECTION("or not in order, because parts of a second are kept: the rest goes by key") {
    step = step_of(lane, {{"k", 2}, {"i", 2}, {"m", 2}, {"l", 2}}, 8).step;
    CHECK(step.next.stage == Stage::rest_by_key);
    CHECK(step.next.id.empty());
    CHECK(step.next.time == k_begin + 2000);
    lane = step.next;
    step = step_of(lane, {{"a", 7}, {"b", 2}, {"c", 9}, {"d", 4000}}, 6).step;
    CHECK(step.keep == 4);
    CHECK(step.next.id == "d");
    lane = step.next;
    CHECK(step_of(lane, {{"e", 2}, {"f", 2}}, 2).step.then == Step::Then::done);
  }
}

TEST_CASE("A second of many rows at the window's end ends the walk", "[partners][cherwell]") {
  Lane lane = lane_of(Order::by_time);
  lane.stage = Stage::ties;
  lane.time = k_begin + 3599 * 1000L;
  lane.id = "b";
  const Step step = step_of(lane, {{"c", 3599}, {"d", 3600}}, 2).step;
  CHECK(step.keep == 1);
  CHECK(step.then == Step::Then::done);
}

TEST_CASE("Counts tell what was deleted from what was skipped", "[partners][cherwell]") {
  Lane lane = lane_of(Order::by_key);
  lane.id = "d";
  lane.count = Count{"", std::nullopt, 100, 40};
  struct Case {
    std::int64_t here, again;
    bool is_short, skipped;
    const char* name;
  };
  const Case cases[] = {
      {60, 100, false, false, "all as promised"},
      {75, 115, false, false, "rows came in"},
      {55, 95, true, false, "five behind were deleted"},
      {55, 90, true, false, "five behind and five that had come were deleted"},
      {55, 100, true, true, "five were never sent"},
      {0, 100, true, true, "the end came too early"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(is_short(lane, c.here) == c.is_short);
    CHECK(proves_skip(lane, c.here, c.again) == c.skipped);
  }
  CHECK_FALSE(is_short(lane, std::nullopt));
  lane.stage = Stage::ties;
  CHECK_FALSE(is_short(lane, 0));
  lane.count.reset();
  CHECK_FALSE(is_short(lane, 0));
  lane.count = Count{"c", k_begin + 5000, 9, 3};
  lane.order = Order::by_time;
  const Asked again = count_search(walk_of(Order::by_time), lane);
  CHECK(again.after_time == k_begin + 4000);
}

TEST_CASE("A cursor keeps all that a lane knows", "[partners][cherwell]") {
  Lane lane = lane_of(Order::by_time);
  CHECK(parse_cursor(to_cursor(lane), Order::by_time) == lane);
  lane.stage = Stage::ties;
  lane.id = "944b";
  lane.time = k_begin;
  lane.ascending = 1;
  lane.left = 12;
  lane.doubts = 2;
  lane.count = Count{"a", k_begin - 1000, 30, 4};
  CHECK(parse_cursor(to_cursor(lane), Order::by_time) == lane);
  Lane keyed = lane_of(Order::by_key);
  keyed.last_id = "\xff";
  CHECK(parse_cursor(to_cursor(keyed), Order::by_key).last_id == "\xEF\xBF\xBD");
  for (const char* text :
       {"", "{", "[]", "{\"v\":2,\"o\":\"time\"}", "{\"v\":1}", "{\"v\":1,\"o\":\"key\"}",
        "{\"v\":1,\"o\":\"time\",\"stage\":1}", "{\"v\":1,\"o\":\"time\",\"stage\":9,\"t\":1}",
        "{\"v\":1,\"o\":\"time\",\"asc\":2}", "{\"v\":1,\"o\":\"time\",\"t\":\"x\"}",
        "{\"v\":1,\"o\":\"time\",\"count\":{}}", "{\"v\":1,\"o\":\"time\",\"count\":7}"}) {
    INFO(text);
    const Error error = test::error_of([&] { (void)parse_cursor(text, Order::by_time); });
    CHECK(error.kind() == ErrorKind::damaged);
  }
}
