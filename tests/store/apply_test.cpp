#include <catch2/catch.hpp>

#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using store::Applied;
using store::OpenMode;
using store::Store;

namespace {

void check_counts(const Applied& applied, std::int64_t created, std::int64_t updated,
                  std::int64_t unchanged) {
  CHECK(applied.created == created);
  CHECK(applied.updated == updated);
  CHECK(applied.unchanged == unchanged);
}

}  // namespace

TEST_CASE("applying a page twice changes nothing the second time") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  check_counts(apply_rows(store, {{1}, {2}, {3}}), 3, 0, 0);
  const std::string counter = value_of(store, "SELECT value FROM meta WHERE name = 'change_seq'");
  check_counts(apply_rows(store, {{1}, {2}, {3}}), 0, 0, 3);
  CHECK(counter == "3");
  CHECK(value_of(store, "SELECT value FROM meta WHERE name = 'change_seq'") == counter);
  CHECK(health_of(dir / "store.db") == "ok");
}

TEST_CASE("created, updated and unchanged rows of one page are told apart") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{2}, {4}, {6}});
  check_counts(apply_rows(store, {{1}, {2}, {3}, {4, "other"}, {5}, {6, "other"}, {7}}), 4, 2, 1);
  CHECK(content_of(store).at(id_of(4)) == "other");
  CHECK(content_of(store).at(id_of(2)) == "disk full");
  CHECK(content_of(store).size() == 7);
  CHECK(health_of(dir / "store.db") == "ok");
}

TEST_CASE("an update right after another table's insert still counts as an update") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1}});
  store.begin_run("a", k_incidents, at(1));
  store.begin_run("b", k_incidents, at(1));
  check_counts(apply_rows(store, {{1, "changed"}}), 0, 1, 0);
}

TEST_CASE("rows out of order are all kept, and of one id's rows in a page the last counts") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  check_counts(apply_rows(store, {{9, "a"}, {3, "b"}, {9, "c"}, {1, "d"}, {9, "e"}}), 3, 0, 2);
  const auto content = content_of(store);
  CHECK(content.at(id_of(9)) == "e");
  CHECK(content.at(id_of(3)) == "b");
  CHECK(content.at(id_of(1)) == "d");
}

TEST_CASE("every change gets the next number of the counter, over streams and openings") {
  const TempDir dir;
  {
    Store store = open_walking(dir / "store.db");
    apply_rows(store, {{1}, {2}});
    apply_rows(store, {{1}, {5}}, k_changes);
  }
  Store store(dir / "store.db", OpenMode::read_write);
  apply_rows(store, {{1, "new"}, {2}});
  const auto numbers =
      rows_of(store,
              "SELECT change_seq, type, lower(hex(id)) FROM work_item JOIN stream USING (stream) "
              "ORDER BY change_seq");
  REQUIRE(numbers.size() == 4);
  CHECK(numbers[0] == std::vector<std::string>{"2", "incident", id_of(2)});
  CHECK(numbers[1] == std::vector<std::string>{"3", "change-request", id_of(1)});
  CHECK(numbers[2] == std::vector<std::string>{"4", "change-request", id_of(5)});
  CHECK(numbers[3] == std::vector<std::string>{"5", "incident", id_of(1)});
}

TEST_CASE("every field comes back as it went in, whatever is in the texts") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  std::vector<std::string> texts;
  WorkItemValues values;
  for (std::size_t i = 0; i < k_text_fields; ++i) {
    texts.push_back(fmt::format("'{}' \"; -- %_\\ Z\xc3\xbcrich \xf0\x9f\x94\xa5 \xff {}", i, i));
  }
  for (std::size_t i = 0; i < k_text_fields; ++i) values.text[i] = texts[i];
  values[TextField::title] = std::string_view("a\0b", 3);
  for (std::size_t i = 0; i < k_time_fields; ++i) {
    values.time[i] = 1'767'323'045'123 + static_cast<TimeValue>(i);
  }
  values[TimeField::closed_at] = k_no_time;
  values.open = false;
  WorkItemBatch batch;
  batch.append(values);
  store.apply(k_incidents, 0, {batch, 0, {}, 0});
  int seen = 0;
  ItemFilter filter;
  store.list(filter, [&](const StoredItem& stored) {
    ++seen;
    CHECK(stored.item.hash() == batch[0].hash());
    for (std::size_t i = 0; i < k_text_fields; ++i) {
      const auto field = static_cast<TextField>(i);
      CHECK(stored.item.text(field) == batch[0].text(field));
    }
    CHECK(stored.item.text(TextField::title) ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK_FALSE(stored.item.time(TimeField::closed_at));
    CHECK_FALSE(stored.item.open());
  });
  CHECK(seen == 1);
}

TEST_CASE("ids of every shape are kept exactly and stay apart") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  const std::vector<std::string> ids{"0123456789abcdef0123456789abcdef",
                                     "0123456789ABCDEF0123456789ABCDEF",
                                     "0123456789abcdef0123456789abcdeg",
                                     "0123456789abcdef0123456789abcde",
                                     "6b1c6e2e-5d1f-4c0e-9d3a-2b1c6e2e5d1f",
                                     "42",
                                     "Z\xc3\xbcrich"};
  WorkItemBatch batch;
  for (const std::string& id : ids) {
    WorkItemValues values;
    values[TextField::id] = id;
    values[TextField::configuration_item_id] = id;
    batch.append(values);
  }
  CHECK(store.apply(k_incidents, 0, {batch, 0, {}, 0}).created == 7);
  CHECK(store.apply(k_incidents, 0, {batch, 0, {}, 0}).unchanged == 7);
  std::vector<std::string> found;
  ItemFilter filter;
  store.list(filter, [&](const StoredItem& stored) {
    CHECK(stored.item.text(TextField::configuration_item_id) == stored.item.text(TextField::id));
    found.emplace_back(stored.item.text(TextField::id));
  });
  CHECK_THAT(found, Catch::Matchers::UnorderedEquals(ids));
}

TEST_CASE("a field that was there and is empty now is empty") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1, "full"}, {2, "full"}});
  apply_rows(store, {{1, ""}, {2, "full"}});
  CHECK(content_of(store).at(id_of(1)).empty());
  CHECK(value_of(store, "SELECT count(*) FROM work_item WHERE title IS NULL") == "1");
}

TEST_CASE("a preview counts what apply would, and writes nothing") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1}, {2}});
  const std::vector<Row> rows{{1}, {3}, {2, "x"}, {3, "later"}};
  check_counts(store.preview(k_incidents, batch_of(rows)), 1, 1, 2);
  check_counts(store.preview({"unknown", WorkItemType::incident}, batch_of({{1}})), 1, 0, 0);
  CHECK(content_of(store).size() == 2);
  check_counts(apply_rows(store, rows), 1, 1, 2);
}

TEST_CASE("a page moves its lane and the run's counters in the same commit") {
  const TempDir dir;
  Store store(dir / "store.db", OpenMode::read_write);
  store.begin_walk(k_incidents, walking(2));
  const std::int64_t run = store.begin_run("r1", k_incidents, at(5));
  const WorkItemBatch batch = batch_of({{1}, {2}});
  store.apply(k_incidents, run, {batch, 1, {"half way", false}, 7});
  const auto position = store.position(k_incidents);
  REQUIRE(position);
  REQUIRE(position->walk);
  CHECK(position->walk->lanes[0] == store::Lane{});
  CHECK(position->walk->lanes[1] == store::Lane{"half way", false});
  const auto line = store.history({}).at(0);
  CHECK(line.status == "running");
  CHECK(line.report.pages == 1);
  CHECK(line.report.fetched == 2);
  CHECK(line.report.created == 2);
  CHECK(line.report.hidden == 7);
}

TEST_CASE("several pages are stored in one commit, or none of them") {
  const TempDir dir;
  Store store(dir / "store.db", OpenMode::read_write);
  store.begin_walk(k_incidents, walking(2));
  const std::int64_t run = store.begin_run("r1", k_incidents, at(5));
  const WorkItemBatch first = batch_of({{1}, {2}}), second = batch_of({{2, "later"}, {3}});
  const WorkItemBatch third = batch_of({{4}});
  const auto commit = [&](std::size_t lane_of_last) {
    const std::vector<store::PageCommit> pages{{first, 0, {"a", false}, 1},
                                               {second, 0, {"b", false}, 2},
                                               {third, lane_of_last, {"", true}, 4}};
    return store.apply(k_incidents, run, pages);
  };
  CHECK_THROWS_AS(commit(7), Error);
  CHECK(content_of(store).empty());
  CHECK(store.position(k_incidents)->walk->lanes[0] == store::Lane{});
  CHECK(store.history({}).at(0).report.pages == 0);
  check_counts(commit(1), 4, 1, 0);
  CHECK(content_of(store).size() == 4);
  CHECK(content_of(store).at(id_of(2)) == "later");
  CHECK(store.position(k_incidents)->walk->lanes[0] == store::Lane{"b", false});
  CHECK(store.position(k_incidents)->walk->lanes[1] == store::Lane{"", true});
  const auto line = store.history({}).at(0);
  CHECK(line.report.pages == 3);
  CHECK(line.report.fetched == 5);
  CHECK(line.report.created == 4);
  CHECK(line.report.updated == 1);
  CHECK(line.report.hidden == 7);
}

TEST_CASE("a page for a lane that is not there changes nothing") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  const WorkItemBatch batch = batch_of({{1}});
  CHECK_THROWS_AS(store.apply(k_incidents, 0, {batch, 3, {}, 0}), Error);
  CHECK(content_of(store).empty());
  CHECK(apply_rows(store, {{1}}).created == 1);
}
