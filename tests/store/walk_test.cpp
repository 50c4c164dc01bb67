#include <catch2/catch.hpp>

#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using store::OpenMode;
using store::Position;
using store::Store;

namespace {

Position full_walk(std::int64_t from, std::int64_t started) {
  Position position = walking();
  position.complete_until = at(500);
  position.walk->marks_missing = true;
  position.walk->from = at(from);
  position.walk->started = at(started);
  return position;
}

std::map<std::string, std::string> deleted_of(const Store& store) {
  std::map<std::string, std::string> deleted;
  for (const auto& row :
       rows_of(store, "SELECT number, deleted_at FROM work_items WHERE deleted_at IS NOT NULL")) {
    deleted.emplace(row[0], row[1]);
  }
  return deleted;
}

}  // namespace

TEST_CASE("a position comes back as it was given, also in another process's eyes") {
  const TempDir dir;
  Position position;
  position.fingerprint = "fields-1 \xc3\xbc";
  SECTION("before the first walk") {}
  SECTION("between walks") {
    position.complete_until = Timestamp(std::chrono::milliseconds(123));
  }
  SECTION("in a walk") {
    position.walk = store::WalkState{};
    position.walk->by_key = true;
    position.walk->marks_missing = true;
    position.walk->from = at(10);
    position.walk->until = at(20);
    position.walk->started = at(30);
    position.walk->lanes = {{"", false}, {"sys_id>'7f'", true}, {"c", false}};
  }
  Store store(dir / "store.db", OpenMode::read_write);
  CHECK_FALSE(store.position(k_incidents));
  store.begin_walk(k_incidents, position);
  CHECK(store.position(k_incidents) == position);
  CHECK_FALSE(store.position(k_changes));
  const Store reader(dir / "store.db", OpenMode::read_only);
  CHECK(reader.position(k_incidents) == position);
}

TEST_CASE("a stream with lines in the ledger only has no position") {
  const TempDir dir;
  Store store(dir / "store.db", OpenMode::read_write);
  store.begin_run("r", k_incidents, at(1));
  CHECK_FALSE(store.position(k_incidents));
}

TEST_CASE("the end of a walk leaves complete_until and no walk") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1}});
  CHECK(store.finish_walk(k_incidents, 0, at(900), at(901)) == 0);
  const auto position = store.position(k_incidents);
  REQUIRE(position);
  CHECK(position->complete_until == at(900));
  CHECK_FALSE(position->walk);
}

TEST_CASE("a walk does not end before its lanes have") {
  const TempDir dir;
  Store store(dir / "store.db", OpenMode::read_write);
  store.begin_walk(k_incidents, walking(2));
  apply_rows(store, {{1}});
  CHECK_THROWS_AS(store.finish_walk(k_incidents, 0, at(900), at(901)), Error);
  CHECK(store.position(k_incidents)->walk);
}

TEST_CASE("a full walk marks what it did not see, and only that") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store,
             {{1}, {2}, {3, "before the window", 50}, {4, "changed later", 2'000}, {5}, {6}});
  apply_rows(store, {{2}, {7}}, k_changes);
  store.finish_walk(k_incidents, 0, at(1'500), at(1'500));
  const std::int64_t run = store.begin_run("r", k_incidents, at(1'600));
  store.begin_walk(k_incidents, full_walk(100, 1'700));
  apply_rows(store, {{1}, {5, "news", 1'650}}, k_incidents, run);
  CHECK(store.finish_walk(k_incidents, run, at(1'700), at(1'800)) == 2);
  CHECK(deleted_of(store) ==
        std::map<std::string, std::string>{{"INC0000002", "1970-01-01T00:30:00Z"},
                                           {"INC0000006", "1970-01-01T00:30:00Z"}});
  CHECK(content_of(store).size() == 6);
  CHECK(store.history({.limit = 1}).at(0).report.deleted == 2);
  // Marked rows are changes like any other: they have the last numbers.
  CHECK(value_of(store,
                 "SELECT group_concat(number) FROM (SELECT number FROM work_item "
                 "WHERE deleted_at IS NOT NULL ORDER BY change_seq)") == "INC0000002,INC0000006");
  CHECK(value_of(store, "SELECT max(change_seq) = (SELECT value FROM meta) FROM work_item") == "1");
  CHECK(health_of(dir / "store.db") == "ok");
}

TEST_CASE("a full walk with an end leaves what lies behind the end alone") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1, "a", 200}, {2, "b", 400}});
  Position position = full_walk(100, 1'700);
  position.walk->until = at(300);
  store.begin_walk(k_incidents, position);
  apply_rows(store, {});
  CHECK(store.finish_walk(k_incidents, 0, at(1'700), at(1'800)) == 1);
  CHECK(content_of(store).count(id_of(2)) == 1);
}

TEST_CASE("what was marked deleted and is seen again is there again, as an update") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1}, {2}});
  store.begin_walk(k_incidents, full_walk(0, 2'000));
  apply_rows(store, {{1}});
  REQUIRE(store.finish_walk(k_incidents, 0, at(2'000), at(2'001)) == 1);
  store.begin_walk(k_incidents, walking());
  CHECK(store.preview(k_incidents, batch_of({{2}})).updated == 1);
  const auto applied = apply_rows(store, {{1}, {2}});
  CHECK(applied.updated == 1);
  CHECK(applied.unchanged == 1);
  CHECK(deleted_of(store).empty());
  CHECK(health_of(dir / "store.db") == "ok");
}

TEST_CASE("a walk that was interrupted keeps what it has seen; a new one starts with nothing") {
  const TempDir dir;
  {
    Store store = open_walking(dir / "store.db");
    apply_rows(store, {{1}, {2}, {3}});
    store.begin_walk(k_incidents, full_walk(0, 2'000));
    apply_rows(store, {{1}});
  }
  Store store(dir / "store.db", OpenMode::read_write);
  SECTION("going on") {
    apply_rows(store, {{2}});
    CHECK(store.finish_walk(k_incidents, 0, at(2'000), at(2'001)) == 1);
  }
  SECTION("beginning again") {
    store.begin_walk(k_incidents, full_walk(0, 2'000));
    apply_rows(store, {{2}});
    CHECK(store.finish_walk(k_incidents, 0, at(2'000), at(2'001)) == 2);
  }
  CHECK(value_of(store, "SELECT count(*) FROM walk_seen") == "0");
}
