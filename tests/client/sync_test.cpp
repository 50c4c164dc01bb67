#include "itsmc/client/sync.hpp"

#include <catch2/catch.hpp>

#include "client/sync_bench.hpp"
#include "itsmc/core/error.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace std::chrono_literals;

TEST_CASE("a first sync brings everything, a second only what changed") {
  SyncBench bench;
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  const StreamReport first = bench.sync();
  CHECK(first.status == StreamState::ok);
  CHECK(first.created == 16);
  CHECK(first.fetched == 16);
  CHECK(bench.stored() == bench.truth());

  bench.instance.now += 1h;
  bench.instance.put(SyncBench::fmt_id(3), bench.instance.now - 10min, "second");
  bench.instance.put(SyncBench::fmt_id(20), bench.instance.now - 5min, "new");
  const StreamReport second = bench.sync();
  CHECK(second.created == 1);
  CHECK(second.updated == 1);
  CHECK(second.unchanged == 0);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("the end of a load that is read again counts once; what changed meanwhile counts") {
  SyncBench bench;
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  for (int i = 20; i < 23; ++i) bench.instance.put(SyncBench::fmt_id(i), k_start - 2min, "young");
  int last = 0;  // the delta's fetch, which reads the young ones again
  bench.instance.before_fetch = [&](int fetch) { last = fetch; };
  SECTION("nothing changes") {
    const StreamReport first = bench.sync();
    CHECK(first.fetched == 19);
    CHECK(first.created == 19);
    CHECK(first.updated == 0);
    CHECK(first.unchanged == 0);
    const LedgerLine line =
        client::sync_history(bench.platform(), {.connections = {"prod"}, .limit = 1}).front();
    CHECK(line.report.fetched == 19);
    CHECK(line.report.unchanged == 0);
    CHECK(last > 1);
  }
  SECTION("one changes between load and delta") {
    SyncBench twin;
    twin.instance.order = bench.instance.order;
    twin.instance.rows = bench.instance.rows;
    twin.instance.before_fetch = [&](int fetch) { last = fetch; };
    twin.sync();
    bench.instance.before_fetch = [&](int fetch) {
      if (fetch != last) return;
      bench.instance.put(SyncBench::fmt_id(20), k_start - 1min, "second");
    };
    const StreamReport first = bench.sync();
    CHECK(first.fetched == 20);
    CHECK(first.created == 19);
    CHECK(first.updated == 1);
    CHECK(first.unchanged == 0);
  }
  SECTION("a later run tells what it reads again") {
    bench.sync();
    bench.instance.now += 1min;
    const StreamReport second = bench.sync();
    CHECK(second.fetched == 3);
    CHECK(second.unchanged == 3);
    CHECK(second.created + second.updated == 0);
  }
  SECTION("a full walk reads what is known already") {
    bench.sync();
    bench.options.full = true;
    const StreamReport full = bench.sync();
    CHECK(full.fetched == 19);
    CHECK(full.unchanged == 19);
  }
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("rows of one instant are neither lost nor repeated at a page's border") {
  SyncBench bench;
  for (int i = 0; i < 40; ++i) bench.instance.put(SyncBench::fmt_id(i), k_start - 1h, "tie");
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  CHECK(bench.sync().created == 40);
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("requests at once: the option's, else the connection's, else the default") {
  struct Row {
    std::optional<int> option, connection;
    int used;
  };
  for (const Row& row : {Row{2, 3, 2}, Row{2, {}, 2}, Row{{}, 4, 4}, Row{{}, {}, 7}}) {
    SyncBench bench;
    bench.options.in_flight = row.option;
    bench.options.default_in_flight = 7;
    bench.connection.in_flight = row.connection;
    CHECK(bench.sync().status == StreamState::ok);
    CHECK(bench.instance.lanes_wanted == row.used);
  }
}

TEST_CASE("what changes while a load runs is in the store at its end") {
  SyncBench bench;
  bench.connection.in_flight = 1;
  bench.instance.before_fetch = [&](int number) {
    if (number > 12) return;
    bench.instance.now += 10s;
    bench.instance.put(SyncBench::fmt_id(number % 16), bench.instance.now, "moved");
    bench.instance.now += 10s;
  };
  CHECK(bench.sync().status == StreamState::ok);
  bench.instance.before_fetch = [](int) {};
  bench.instance.now += 5s;
  bench.sync();
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("a changed scope is read again, and said so") {
  SyncBench bench;
  bench.sync();
  CHECK(bench.notes.empty());
  SECTION("other fields") {
    bench.instance.fields = "v2";
  }
  SECTION("more days") {
    bench.connection.sync_days = 60;
  }
  const StreamReport again = bench.sync();
  CHECK(again.unchanged >= 16);
  REQUIRE_FALSE(bench.notes.empty());
  CHECK(bench.notes.front().find("read again") != std::string::npos);
}

TEST_CASE("since reads the window again from there, and never leaves a gap") {
  SyncBench bench;
  bench.sync();
  bench.instance.now += 2h;
  bench.clock.set(bench.instance.now);
  bench.instance.put(SyncBench::fmt_id(2), bench.instance.now - 90min, "older than since");
  bench.options.since = GENERATE(k_start - 8h, k_start + 1h + 59min);
  const StreamReport report = bench.sync();
  CHECK(report.updated == 1);
  CHECK(bench.stored() == bench.truth());
  bench.options.since = bench.clock.now() - std::chrono::days(121);
  CHECK_THROWS_AS(bench.sync(), Error);
}

TEST_CASE("a dry run counts and writes nothing") {
  SyncBench bench;
  bench.options.dry_run = true;
  const StreamReport report = bench.sync();
  CHECK(report.created == 16);
  CHECK(bench.stored().empty());
  CHECK_FALSE(std::filesystem::exists(bench.dir.path() / "data" / "itsmc.db"));
}

TEST_CASE("what an instance lacks is said when a window is read anew, not at every run") {
  SyncBench bench;
  bench.instance.facts = {"no field for urgency"};
  bench.sync();
  CHECK(bench.notes == std::vector<std::string>{"no field for urgency"});
  bench.notes.clear();
  bench.sync();
  CHECK(bench.notes.empty());
  bench.instance.fields = "v2";
  bench.sync();
  REQUIRE_FALSE(bench.notes.empty());
  CHECK(bench.notes.front() == "no field for urgency");
}

TEST_CASE("a full walk marks what has disappeared, and only that") {
  SyncBench bench;
  bench.sync();
  bench.instance.erase(SyncBench::fmt_id(5));
  bench.instance.now += 1h;
  bench.options.full = true;
  const StreamReport full = bench.sync();
  CHECK(full.deleted == 1);
  CHECK(full.unchanged >= 15);
  CHECK(bench.stored() == bench.truth());
  CHECK(bench.sync().deleted == 0);
}

TEST_CASE("a row that changes during a full walk is not taken for deleted") {
  SyncBench bench;
  bench.instance.order = GENERATE(partners::Order::by_key, partners::Order::by_time);
  bench.sync();
  bench.clock.advance(1h);
  bench.instance.now = bench.clock.now();
  bench.options.full = true;
  const int before = bench.instance.fetches;
  bench.instance.before_fetch = [&](int fetch) {
    // After the first page: the walk has yet to come to it.
    if (fetch != before + 2) return;
    bench.instance.put(SyncBench::fmt_id(2), bench.clock.now(), "changed meanwhile");
  };
  const StreamReport full = bench.sync();
  CHECK(full.deleted == 0);
  bench.options.full = false;  // the youngest second is left to the next run
  bench.instance.now += 1min;
  bench.sync();
  CHECK(bench.stored() == bench.truth());
}

TEST_CASE("a full walk that fails midway goes on and marks what was missing all along") {
  SyncBench bench;
  bench.sync();
  bench.instance.erase(SyncBench::fmt_id(1));
  bench.options.full = true;
  const int first = bench.instance.fetches;
  bench.instance.before_fetch = [&](int number) {
    if (number == first + 3) throw Error(ErrorKind::unavailable, "cut off");
  };
  CHECK(bench.sync().status == StreamState::failed);
  CHECK(bench.sync().deleted == 1);
  CHECK(bench.stored() == bench.truth());
}
