#include <catch2/catch.hpp>

#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using store::OpenMode;
using store::Store;

namespace {

struct Told {
  const char* id;
  const char* number;
  const char* title;
  const char* state;
  const char* state_code;
  const char* assigned_to;
  const char* ci;
  std::int64_t updated;
  bool open;
};

void put(Store& store, const store::StreamKey& stream, const std::vector<Told>& rows) {
  WorkItemBatch batch;
  for (const Told& row : rows) {
    WorkItemValues values;
    values[TextField::id] = row.id;
    values[TextField::number] = row.number;
    values[TextField::title] = row.title;
    values[TextField::description] = "the tray of the device is jammed";
    values[TextField::state] = row.state;
    values[TextField::state_code] = row.state_code;
    values[TextField::assigned_to] = row.assigned_to;
    values[TextField::configuration_item] = row.ci;
    values[TextField::configuration_item_id] = "00000000000000000000000000000c1c";
    values[TimeField::updated_at] = row.updated * 1000;
    values.open = row.open;
    batch.append(values);
  }
  store.apply(stream, 0, {batch, 0, {"", true}, 0});
}

/// Five work items, a to e by title's first letter; e is marked deleted.
Store sample(const std::filesystem::path& file) {
  Store store = open_walking(file);
  const store::StreamKey other{"test", WorkItemType::incident};
  store::Position position = walking();
  position.walk->marks_missing = true;
  store.begin_walk(other, walking());
  put(store, k_incidents,
      {{"01", "INC1", "a 100% full", "New", "1", "Ann Lee", "srv-1", 50, true},
       {"02", "INC2", "b snake_case", "Closed", "7", "Bob", "srv-2", 40, false}});
  put(store, k_changes, {{"03", "CHG1", "c back\\slash", "New", "-5", "", "srv-1", 30, true}});
  put(store, other,
      {{"01", "INC1", "d plain", "in progress", "2", "ann lee", "SRV-2", 20, true},
       {"05", "INC5", "e gone", "New", "1", "", "", 10, true}});
  store.begin_walk(other, position);
  put(store, other, {{"01", "INC1", "d plain", "in progress", "2", "ann lee", "SRV-2", 20, true}});
  REQUIRE(store.finish_walk(other, 0, at(1), at(99)) == 1);
  return store;
}

struct Listed {
  std::string titles;  // first letters, in order
  std::int64_t total = 0;
};

Listed list(const Store& store, const ItemFilter& filter) {
  Listed listed;
  listed.total = store.list(filter, [&](const StoredItem& stored) {
    listed.titles += stored.item.text(TextField::title).substr(0, 1);
  });
  return listed;
}

ItemFilter filter(const std::function<void(ItemFilter&)>& change) {
  ItemFilter made;
  change(made);
  return made;
}

}  // namespace

TEST_CASE("each filter gives the rows it names, newest first") {
  const TempDir dir;
  const Store store = sample(dir / "store.db");
  using F = ItemFilter&;
  const std::vector<std::pair<ItemFilter, std::string>> cases{
      {filter([](F) {}), "abcd"},
      {filter([](F f) { f.deleted = true; }), "abcde"},
      {filter([](F f) { f.connections = {"test"}; }), "d"},
      {filter([](F f) {
         f.connections = {"test", "prod"};
       }),
       "abcd"},
      {filter([](F f) { f.connections = {"nobody"}; }), ""},
      {filter([](F f) { f.types = {WorkItemType::change_request}; }), "c"},
      {filter([](F f) { f.types = {WorkItemType::event}; }), ""},
      {filter([](F f) { f.states = {"new"}; }), "ac"},
      {filter([](F f) {
         f.states = {"IN PROGRESS", "7"};
       }),
       "bd"},
      {filter([](F f) { f.states = {"-5"}; }), "c"},
      {filter([](F f) { f.open = true; }), "acd"},
      {filter([](F f) { f.open = false; }), "b"},
      {filter([](F f) { f.configuration_item = "srv-2"; }), "bd"},
      {filter([](F f) { f.configuration_item = "00000000000000000000000000000c1c"; }), "abcd"},
      {filter([](F f) { f.assigned_to = "ANN LEE"; }), "ad"},
      {filter([](F f) { f.text = "100%"; }), "a"},
      {filter([](F f) { f.text = "%"; }), "a"},
      {filter([](F f) { f.text = "_"; }), "b"},
      {filter([](F f) { f.text = "BACK\\S"; }), "c"},
      {filter([](F f) { f.text = "chg"; }), "c"},
      {filter([](F f) { f.text = "Jammed"; }), "abcd"},
      {filter([](F f) { f.text = "' OR 1 --"; }), ""},
      {filter([](F f) { f.updated_since = at(30); }), "abc"},
      {filter([](F f) {
         f.open = true;
         f.states = {"New"};
         f.connections = {"prod"};
         f.types = {WorkItemType::incident};
         f.text = "full";
       }),
       "a"},
  };
  for (const auto& [asked, expected] : cases) {
    CAPTURE(expected, &asked - &cases.front().first);
    const Listed listed = list(store, asked);
    CHECK(listed.titles == expected);
    CHECK(listed.total == static_cast<std::int64_t>(expected.size()));
  }
}

TEST_CASE("a list is sorted by any field, either way") {
  const TempDir dir;
  const Store store = sample(dir / "store.db");
  const auto sorted = [&](const char* field, bool descending) {
    ItemFilter asked;
    asked.sort = field;
    asked.descending = descending;
    return list(store, asked).titles;
  };
  CHECK(sorted("updated_at", true) == "abcd");
  CHECK(sorted("updated_at", false) == "dcba");
  CHECK(sorted("title", true) == "dcba");
  CHECK(sorted("state", false) == "bdac");
  CHECK(sorted("open", true) == "acdb");
  CHECK(sorted("assigned_to", true) == "badc");
  CHECK(sorted("connection", true) == "dabc");
  CHECK(sorted("type", true) == "abdc");
  for (const Field& field : work_item_fields()) {
    CAPTURE(field.name);
    CHECK(sorted(std::string(field.name).c_str(), true).size() == 4);
  }
}

TEST_CASE("sorting by a field that does not exist names the nearest") {
  const TempDir dir;
  const Store store = sample(dir / "store.db");
  for (const char* wrong : {"udpated_at", "updated_at; DROP TABLE run", "change_seq", ""}) {
    CAPTURE(wrong);
    ItemFilter asked;
    asked.sort = wrong;
    try {
      list(store, asked);
      FAIL_CHECK("it sorted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      if (std::string(wrong) == "udpated_at") {
        CHECK(error.hint() == "did you mean --sort updated_at");
      }
    }
  }
}

TEST_CASE("a limit cuts the list but not the count") {
  const TempDir dir;
  const Store store = sample(dir / "store.db");
  for (const std::int64_t limit : {1, 2, 4, 5, 0}) {
    ItemFilter asked;
    asked.limit = limit;
    const Listed listed = list(store, asked);
    CHECK(listed.total == 4);
    CHECK(listed.titles ==
          std::string("abcd").substr(0, limit == 0 ? 4 : static_cast<std::size_t>(limit)));
  }
}

TEST_CASE("what a list hands out says where it comes from and when it was deleted") {
  const TempDir dir;
  const Store store = sample(dir / "store.db");
  ItemFilter asked;
  asked.deleted = true;
  asked.text = "gone";
  store.list(asked, [](const StoredItem& stored) {
    CHECK(stored.connection == "test");
    CHECK(stored.type == WorkItemType::incident);
    CHECK(stored.deleted_at == at(99));
  });
}

TEST_CASE("a work item is found by id or number, in one connection or all") {
  const TempDir dir;
  Store store = sample(dir / "store.db");
  put(store, k_changes,
      {{"0123456789abcdef0123456789abcdef", "CHG9", "f", "New", "1", "", "", 1, true},
       {"INC2", "INC2", "g", "New", "1", "", "", 1, true}});
  const auto found = [&](const char* word, const char* connection) {
    std::string titles;
    store.find(word, connection, [&](const StoredItem& stored) {
      titles += stored.item.text(TextField::title).substr(0, 1);
    });
    return titles;
  };
  CHECK(found("02", "") == "b");
  CHECK(found("inc2", "") == "bg");
  CHECK(found("INC2", "prod").size() == 2);
  CHECK(found("INC1", "") == "ad");
  CHECK(found("INC1", "test") == "d");
  CHECK(found("01", "prod") == "a");
  CHECK(found("CHG1", "test").empty());
  CHECK(found("INC5", "") == "e");  // deleted ones too
  CHECK(found("0123456789ABCDEF0123456789ABCDEF", "") == "f");
  CHECK(found("no such", "").empty());
  CHECK(found("", "").empty());
}

TEST_CASE("a summary counts by connection, type and state") {
  const TempDir dir;
  const Store store = sample(dir / "store.db");
  const auto lines = store.summary({});
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].connection == "prod");
  CHECK(lines[0].state == "Closed");
  CHECK(lines[0].count == 1);
  CHECK(lines[0].open == 0);
  CHECK(lines[1].state == "New");
  CHECK(lines[1].open == 1);
  CHECK(lines[1].newest == at(50));
  CHECK(lines[2].type == WorkItemType::change_request);
  CHECK(lines[3].connection == "test");
  ItemFilter asked;
  asked.open = false;
  CHECK(store.summary(asked).size() == 1);
}
