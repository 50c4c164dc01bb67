#include <algorithm>
#include <atomic>
#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "client/memory_sink.hpp"
#include "client/push_stream.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/sinks/row.hpp"
#include "store/store_support.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using client::PushContext;
using sinks::Verdict;

namespace {

const std::string k_workspace = "logs";

/// A store with rows, a destination in memory, and pushes from one to the other.
struct World {
  TempDir dir;
  FakeClock clock;
  store::Store store = open_walking(dir / "store.db");
  MemorySink sink;

  void put(int first, int last, const std::string& title = "disk full") {
    std::vector<Row> rows;
    for (int n = first; n < last; ++n) rows.push_back({n, title});
    apply_rows(store, rows);
  }
  PushReport push(int in_flight = 4) {
    const PushContext context{clock, store, sink, k_workspace, in_flight, {}};
    return client::push_stream(context, k_incidents, {});
  }
  [[nodiscard]] std::multiset<std::string> keys() const {
    std::multiset<std::string> all;
    for (const auto& row : sink.rows()) all.insert(row["RecordKey_s"].get<std::string>());
    return all;
  }
  [[nodiscard]] std::size_t distinct() const {
    const auto all = keys();
    return std::set<std::string>(all.begin(), all.end()).size();
  }
};

bool holds(std::string_view array, std::string_view text) {
  return array.find(text) != std::string_view::npos;
}

}  // namespace

TEST_CASE("what changed is sent once, then only what changes again") {
  World world;
  world.put(0, 300);
  const PushReport first = world.push();
  CHECK_FALSE(first.error);
  CHECK(first.sent == 300);
  CHECK(first.owed == 0);
  CHECK(world.keys().size() == 300);
  CHECK(world.push().sent == 0);
  world.put(40, 45, "disk emptied");
  CHECK(world.push().sent == 5);
  const auto rows = world.sink.rows();
  CHECK(rows.back()["Title_s"] == "disk emptied");
}

TEST_CASE("batches are cut by exact size") {
  World world;
  world.put(0, 200);
  const PushReport report = world.push();
  CHECK(report.batches > 5);
  std::size_t largest = 0;
  for (const std::size_t size : world.sink.sizes()) largest = std::max(largest, size);
  CHECK(largest <= world.sink.max_bytes);
  CHECK(largest > world.sink.max_bytes - 400);  // a row is some 330 bytes
}

TEST_CASE("values that are too long are counted, once an arrival") {
  World world;
  world.sink.max_bytes = 200'000;
  world.put(0, 1, std::string(70'000, 'x'));
  world.put(1, 3);
  CHECK(world.push().cut == 1);
  CHECK(world.sink.rows().front()["Title_s"].get<std::string>().ends_with(
      "x [cut by itsmc: 64000 of 70000 bytes]"));
  CHECK(world.push().cut == 0);
}

TEST_CASE("a failure keeps everything owed that was not acknowledged") {
  World world;
  world.put(0, 300);
  int calls = 0;
  world.sink.before = [&](std::string_view) -> Verdict {
    if (++calls > 5) throw Error(ErrorKind::unavailable, "the connection was cut");
    return {};
  };
  const PushReport failed = world.push(1);
  REQUIRE(failed.error);
  CHECK(failed.error->kind() == ErrorKind::unavailable);
  CHECK(failed.error->text() == "logs: sending incidents of prod: the connection was cut");
  CHECK(failed.owed == 300 - failed.sent);
  world.sink.before = nullptr;
  CHECK(world.push().owed == 0);
  CHECK(world.keys().size() == 300);
}

TEST_CASE("a lost answer repeats at most what was in flight, and loses nothing") {
  for (const int in_flight : {1, 4}) {
    World world;
    world.put(0, 400);
    std::atomic<int> calls{0};
    world.sink.after = [&](std::string_view) {
      if (++calls == 7) throw Error(ErrorKind::unavailable, "no answer");
    };
    const PushReport failed = world.push(in_flight);
    REQUIRE(failed.error);
    world.sink.after = nullptr;
    CHECK(world.push(in_flight).owed == 0);
    CHECK(world.distinct() == 400);
    const std::size_t a_batch = world.sink.max_bytes / 300;
    CHECK(world.keys().size() - 400 <= a_batch * static_cast<std::size_t>(in_flight));
  }
}

TEST_CASE("a refused row is set aside with the reason and holds no other") {
  World world;
  world.put(0, 120);
  apply_rows(world.store, {{60, "poison"}, {61, "fine"}});
  world.sink.before = [](std::string_view array) -> Verdict {
    if (holds(array, "poison")) return {Verdict::Kind::refused, "InvalidRow: not this one"};
    return {};
  };
  const PushReport report = world.push();
  CHECK_FALSE(report.error);
  CHECK(report.sent == 119);
  CHECK(report.rejected == 1);
  CHECK(report.owed == 0);
  const auto aside = world.store.rejected(k_workspace);
  REQUIRE(aside.size() == 1);
  CHECK(aside[0].id == id_of(60));
  CHECK(aside[0].reason == "InvalidRow: not this one");
  SECTION("it is sent again on demand") {
    const PushContext context{world.clock, world.store, world.sink, k_workspace, 4, {}};
    CHECK(client::resend_rejected(context, k_incidents, {}).rejected == 1);
    CHECK(world.store.rejected(k_workspace).size() == 1);
    world.sink.before = nullptr;
    CHECK(client::resend_rejected(context, k_incidents, {}).sent == 1);
    CHECK(world.store.rejected(k_workspace).empty());
  }
  SECTION("it is forgiven when a later version is taken") {
    apply_rows(world.store, {{60, "antidote"}});
    CHECK(world.push().sent == 1);
    CHECK(world.store.rejected(k_workspace).empty());
  }
}

TEST_CASE("a batch that is too large is halved, a row alone set aside") {
  World world;
  world.put(0, 50);
  world.sink.before = [](std::string_view array) -> Verdict {
    if (array.size() > 700) return {Verdict::Kind::too_large, "ContentLengthLimitExceeded"};
    return {};
  };
  apply_rows(world.store, {{7, std::string(900, 'x')}});
  const PushReport report = world.push();
  CHECK(report.sent == 49);
  CHECK(report.rejected == 1);
  CHECK(world.store.rejected(k_workspace).at(0).id == id_of(7));
}

TEST_CASE("a row larger than any call is set aside without being sent") {
  World world;
  world.put(0, 10);
  apply_rows(world.store, {{3, std::string(5'000, 'x')}});
  const PushReport report = world.push();
  CHECK(report.sent == 9);
  CHECK(report.rejected == 1);
  CHECK(holds(world.store.rejected(k_workspace).at(0).reason, "more than the"));
}

TEST_CASE("a workspace that refuses everything keeps everything owed") {
  World world;
  world.put(0, 100);
  SECTION("even an empty write") {
    world.sink.before = [](std::string_view) -> Verdict {
      return {Verdict::Kind::refused, "InvalidStream: no such stream"};
    };
  }
  SECTION("every row, but not an empty write") {
    world.sink.before = [](std::string_view array) -> Verdict {
      if (array == "[]") return {};
      return {Verdict::Kind::refused, "InvalidRow"};
    };
  }
  const PushReport report = world.push();
  REQUIRE(report.error);
  CHECK(report.error->kind() == ErrorKind::invalid);
  CHECK(report.owed == 100);
  CHECK(world.store.rejected(k_workspace).empty());
}

TEST_CASE("deleted work items are owed too") {
  World world;
  world.put(0, 3);
  CHECK(world.push().sent == 3);
  store::Position again = walking();
  again.walk->marks_missing = true;
  world.store.begin_walk(k_incidents, again);
  apply_rows(world.store, {{0}, {1}});
  CHECK(world.store.finish_walk(k_incidents, 0, at(1'000'000), at(2'000'000)) == 1);
  CHECK(world.push().sent == 1);
  CHECK(world.sink.rows().back()["DeletedDate_t"] == "1970-01-24T03:33:20Z");
}

TEST_CASE("a stop keeps what was not sent") {
  World world;
  world.put(0, 100);
  std::stop_source source;
  source.request_stop();
  const PushContext context{world.clock, world.store, world.sink, k_workspace, 4, {}};
  const PushReport report = client::push_stream(context, k_incidents, source.get_token());
  CHECK(report.sent == 0);
  CHECK(report.owed == 100);
}

TEST_CASE("each ledger line reaches the connector's log once") {
  World world;
  StreamReport done{.connection = "prod", .fetched = 7, .created = 5};
  const std::int64_t run = world.store.begin_run("r1", k_incidents, at(10));
  const PushContext context{world.clock, world.store, world.sink, k_workspace, 4, {}};
  CHECK(client::push_lines(context, k_incidents, {}).sent == 0);  // it has not ended
  done.status = StreamState::failed;
  done.error = Error(ErrorKind::auth, "prod: signing in: refused");
  world.store.end_run(run, done, at(20));
  CHECK(client::push_lines(context, k_incidents, {}).sent == 1);
  CHECK(client::push_lines(context, k_incidents, {}).sent == 0);
  const auto rows = world.sink.rows(sinks::Table::service_desk_log);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["LogType_s"] == "ERROR");
  CHECK(rows[0]["ExceptionMessage_s"] == "prod: signing in: refused");
  CHECK(rows[0]["StatusLogTime_t"] == "1970-01-01T00:00:20Z");
}
