#include "itsmc/store/creations.hpp"

#include <catch2/catch.hpp>

#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::store;
using itsmc::test::at;

namespace {

Creation asked(std::string key, std::string rule = "cpu") {
  return {.connection = "prod",
          .type = WorkItemType::incident,
          .correlation_id = std::move(key),
          .rule = std::move(rule),
          .noted_at = at(100)};
}

Creation made(const Creation& asked_for, std::string number) {
  Creation creation = asked_for;
  creation.state = Creation::State::made;
  creation.id = "id-" + number;
  creation.number = std::move(number);
  creation.url = "https://prod.example/" + creation.number;
  return creation;
}

}  // namespace

TEST_CASE("a noted creation is found by another process before it is completed") {
  const test::TempDir directory;
  const auto file = directory.path() / "itsmc.db";
  Creations mine(file, OpenMode::read_write);
  mine.note(asked("a1"));

  const Creations theirs(file, OpenMode::read_only);
  const auto found = theirs.find("prod", WorkItemType::incident, "a1");
  REQUIRE(found);
  CHECK(found->state == Creation::State::sending);
  CHECK(found->noted_at == at(100));
  CHECK_FALSE(theirs.find("prod", WorkItemType::change_request, "a1"));
  CHECK_FALSE(theirs.find("test", WorkItemType::incident, "a1"));

  mine.complete(made(asked("a1"), "INC1"));
  const auto then = theirs.find("prod", WorkItemType::incident, "a1");
  REQUIRE(then);
  CHECK(then->state == Creation::State::made);
  CHECK(then->number == "INC1");
  CHECK(then->url == "https://prod.example/INC1");
}

TEST_CASE("the latest of an alert that fired again is the last of an unbroken row") {
  const test::TempDir directory;
  Creations creations(directory.path() / "itsmc.db", OpenMode::read_write);
  CHECK_FALSE(creations.latest("prod", WorkItemType::incident, "a"));
  for (const char* key : {"a", "a~2", "a~3", "a~5"}) creations.note(asked(key));
  CHECK(creations.latest("prod", WorkItemType::incident, "a")->correlation_id == "a~3");
}

TEST_CASE("alerts stay attached with their newest condition") {
  const test::TempDir directory;
  Creations creations(directory.path() / "itsmc.db", OpenMode::read_write);
  const Creation item = made(asked("rule:cpu"), "INC1");
  creations.complete(item);
  creations.attach(item, {"one", true, at(1)});
  creations.attach(item, {"two", true, at(2)});
  creations.attach(item, {"one", false, at(1)});
  const auto attached = creations.attached(item);
  REQUIRE(attached.size() == 2);
  CHECK(attached[0].alert_id == "one");
  CHECK_FALSE(attached[0].firing);
  CHECK(attached[1].firing);
  CHECK(attached[1].fired_at == at(2));
  CHECK(creations.attached(asked("rule:disk")).empty());
}

TEST_CASE("an alert fires, and its item is open, as last heard of each") {
  struct Case {
    std::string name;
    std::optional<bool> firing;  // absent: of no alert
    std::optional<bool> open;    // absent: no sync has brought it
    Creation::State state;
    std::int64_t fires, stays_open;
  };
  const auto made_state = Creation::State::made, over = Creation::State::resolved;
  const auto one = GENERATE_COPY(values<Case>({
      {"new", true, std::nullopt, made_state, 1, 1},
      {"its alert ended, the item stays", false, std::nullopt, made_state, 0, 1},
      {"ended by people, the alert fires", true, false, made_state, 1, 0},
      {"ended by both", false, false, made_state, 0, 0},
      {"reopened by people", false, true, over, 0, 1},
      {"resolved, not synced yet", false, std::nullopt, over, 0, 0},
      {"of log records", std::nullopt, true, made_state, 0, 1},
      {"being sent", std::nullopt, std::nullopt, Creation::State::sending, 0, 0},
  }));
  CAPTURE(one.name);
  const test::TempDir directory;
  const auto file = directory.path() / "itsmc.db";
  if (one.open) {
    Store store = test::open_walking(file);
    test::apply_rows(store, {{.number = 7, .open = *one.open}});
  }
  Creations creations(file, OpenMode::read_write);
  Creation item = made(asked("1"), "INC7");
  item.id = test::id_of(7);
  item.state = one.state;
  creations.complete(item);
  if (one.firing) creations.attach(item, {.alert_id = "a", .firing = *one.firing});
  const auto counts = creations.by_rule();
  REQUIRE(counts.size() == 1);
  CHECK(counts[0].items == 1);
  CHECK(counts[0].firing == one.fires);
  CHECK(counts[0].open == one.stays_open);
}

TEST_CASE("items are counted by the rule behind them") {
  const test::TempDir directory;
  Creations creations(directory.path() / "itsmc.db", OpenMode::read_write);
  creations.complete(made(asked("1", "cpu"), "INC1"));
  Creation ended = made(asked("2", "cpu"), "INC2");
  ended.state = Creation::State::resolved;
  creations.complete(ended);
  creations.complete(made(asked("3", "disk"), "INC3"));
  creations.complete(made(asked("4", ""), "INC4"));  // by hand: of no rule
  const auto counts = creations.by_rule();
  REQUIRE(counts.size() == 2);
  CHECK(counts[0].rule == "cpu");
  CHECK(counts[0].items == 2);
  CHECK(counts[0].firing == 0);  // nobody told of an alert
  CHECK(counts[0].open == 1);
  CHECK(counts[0].last == at(100));
  CHECK(counts[1].items == 1);
  CHECK(creations.list("prod", 0).size() == 4);
  CHECK(creations.list("", 2).size() == 2);
}

TEST_CASE("the mark of forwarded alerts never moves back") {
  const test::TempDir directory;
  Creations creations(directory.path() / "itsmc.db", OpenMode::read_write);
  CHECK_FALSE(creations.forwarded_until("sub"));
  creations.move_forwarded("sub", at(50));
  creations.move_forwarded("sub", at(40));
  CHECK(creations.forwarded_until("sub") == at(50));
}

TEST_CASE("what was asked once is kept with its age") {
  const test::TempDir directory;
  Creations creations(directory.path() / "itsmc.db", OpenMode::read_write);
  CHECK_FALSE(creations.kept("prod", "templates"));
  creations.keep("prod", "templates", {"[]", at(1)});
  creations.keep("prod", "templates", {"[1]", at(2)});
  CHECK(creations.kept("prod", "templates")->text == "[1]");
  CHECK(creations.kept("prod", "templates")->at == at(2));
}

TEST_CASE("what is purged with a connection's rows are its notes too, and no other's") {
  const test::TempDir directory;
  const auto file = directory.path() / "itsmc.db";
  Creations creations(file, OpenMode::read_write);
  creations.note(asked("a1"));
  Creation other = asked("a1");
  other.connection = "test";
  creations.note(other);
  static_cast<void>(Store(file, OpenMode::read_write).purge("prod"));
  CHECK_FALSE(creations.find("prod", WorkItemType::incident, "a1"));
  CHECK(creations.find("test", WorkItemType::incident, "a1"));
}
