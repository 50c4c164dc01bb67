#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/files.hpp"
#include "support/fixture.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using nlohmann::json;
using Words = std::vector<std::string>;
using itsmc::test::has;

namespace {

void add_connection(CliWorld& world, const std::string& name = "prod") {
  world.input = "hunter2\nclient-s3cret\n";
  const CliResult added =
      world.run({"connection", "add", name, "--partner", "servicenow", "--url",
                 "acme.service-now.com", "--username", "itsmc", "--client-id", "0a1b2c",
                 "--password-stdin", "--client-secret-stdin", "--no-verify"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  world.input.clear();
}

std::string alert_payload() {
  return test::fixture("azure/alerts/common/test-metric-static.json");
}

}  // namespace

TEST_CASE("without actions the list names the command that makes one") {
  CliWorld world;
  const CliResult none = world.run({"action", "list", "-o", "json"});
  CHECK(none.out == "[]\n");
  CHECK(none.err == "no actions yet; make one: itsmc action add NAME --connection NAME\n");
}

TEST_CASE("an action is saved, listed, shown and removed") {
  CliWorld world;
  add_connection(world);
  const CliResult added = world.run(
      {"action", "add", "cpu", "--connection", "prod", "--match", "rule=CPU*,severity<=2", "--per",
       "rule", "--set", "assignment_group=Ops, night", "--set", "contact_type=monitoring"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  CHECK(has(added.err, "warning: the fields of \"cpu\" were not held against the instance"));
  test::check_golden("action/list.table", world.run({"action", "list"}).out);
  test::check_golden("action/list.json", world.run({"action", "list", "-o", "json"}).out);
  const json shown = json::parse(world.run({"action", "show", "cpu", "-o", "json"}).out);
  CHECK(shown["set"] == json({"assignment_group=Ops, night", "contact_type=monitoring"}));
  CHECK(world.run({"action", "add", "cpu", "--connection", "prod"}).code == 2);
  CHECK(world.run({"action", "remove", "cpu"}).code == 2);
  CHECK(world.run({"action", "remove", "cpu", "--yes"}).code == 0);
  const CliResult gone = world.run({"action", "show", "cpu"});
  CHECK(gone.code == 7);
  CHECK(has(gone.err, "there is no action \"cpu\""));
}

TEST_CASE("an action's fields are changed one by one, and its comments stay") {
  CliWorld world;
  add_connection(world);
  REQUIRE(world
              .run({"action", "add", "cpu", "--connection", "prod", "--match", "rule=CPU*", "--set",
                    "contact_type=monitoring", "--no-verify"})
              .code == 0);
  const auto edit = [&world](Words more) {
    Words words{"action", "edit", "cpu"};
    words.insert(words.end(), more.begin(), more.end());
    return world.run(words);
  };
  CHECK(edit({}).code == 2);
  CHECK(world.run({"action", "edit", "cpx", "--per", "rule"}).code == 7);
  CHECK(edit({"--connection", "nowhere"}).code == 7);
  const CliResult bad = edit({"--per", "week"});
  CHECK(bad.code == 2);
  CHECK(has(bad.err, "cpu: not changed: --per: \"week\""));
  const CliResult edited = edit({"--per", "rule", "--match", "", "--set", "category=network",
                                 "--set", "impact=1", "--no-verify"});
  INFO(edited.err);
  REQUIRE(edited.code == 0);
  CHECK(has(edited.err, "--no-verify was given"));
  const json shown = json::parse(world.run({"action", "show", "cpu", "-o", "json"}).out);
  CHECK(shown["per"] == "rule");
  CHECK(shown["match"].is_null());
  CHECK(shown["set"] == json({"category=network", "impact=1"}));
}

TEST_CASE("every problem of an action is told at once") {
  CliWorld world;
  const CliResult wrong =
      world.run({"action", "add", "a b", "--match", "colour=red,rule<3,severity=9,rule", "--per",
                 "week", "--set", "novalue"});
  CHECK(wrong.code == 2);
  for (const char* part :
       {"NAME:", "--connection: is required", "\"colour\" is none of rule", "rule has no order",
        "severity is a number from 0 to 4", "\"rule\" is not KEY=VALUE", "--per: \"week\"",
        "\"novalue\" is not FIELD=VALUE"}) {
    INFO(part);
    CHECK(has(wrong.err, part));
  }
}

TEST_CASE("an action's file is read with file and line of what is wrong in it") {
  CliWorld world;
  add_connection(world);
  write_atomically(world.config_dir() / "actions" / "odd.toml",
                   "connection = \"prod\"\nmacth = \"rule=x\"\n", Privacy::shared);
  const CliResult listed = world.run({"action", "list"});
  CHECK(listed.code == 3);
  CHECK(has(listed.err, "odd.toml:2"));
  CHECK(has(listed.err, "match"));
}

TEST_CASE("an action for a connection that is not there is refused") {
  CliWorld world;
  add_connection(world);
  const CliResult wrong = world.run({"action", "add", "cpu", "--connection", "prdo"});
  CHECK(wrong.code == 7);
  CHECK(has(wrong.err, "prod"));
}

TEST_CASE("inputs that exclude each other are told before anything is read") {
  CliWorld world;
  add_connection(world);
  struct Case {
    Words words;
    std::string says;
  };
  const Case wrong = GENERATE(
      Case{{"--from-alert", "-", "--from-log", "-"}, "--from-alert and --from-log exclude"},
      Case{{"--from-query", "Heartbeat"}, "--from-query needs --workspace"},
      Case{{"--from-alert", "-", "--description", "-"}, "can be read once only"},
      Case{{"--title", "x", "--per", "ci"}, "--per ci goes with --from-alert"},
      Case{{"--from-alert", "nosuch.json"}, "--from-alert: there is no file \"nosuch.json\""},
      Case{{"--from-alert", "-", "--action", "nosuch"}, "there is no action \"nosuch\""},
      Case{{"--set", "x"}, "is not FIELD=VALUE"}, Case{{"--type", "insident"}, "incident"});
  Words words{"workitem", "create"};
  words.insert(words.end(), wrong.words.begin(), wrong.words.end());
  world.input = alert_payload();
  const CliResult result = world.run(words);
  INFO(result.err);
  CHECK((result.code == 2 || result.code == 7));
  CHECK(has(result.err, wrong.says));
}

TEST_CASE("wrong alerts and lines are errors with their place, one result for each line") {
  CliWorld world;
  add_connection(world);
  world.input = "{\"a\":";
  const CliResult cut = world.run({"workitem", "create", "--from-alert", "-"});
  CHECK(cut.code == 2);
  CHECK(has(cut.err, "stdin: not JSON: at byte 5 of 5: "));
  world.input.clear();
  const CliResult empty = world.run({"workitem", "create", "--from-alert", "-"});
  CHECK(empty.code == 2);
  CHECK(has(empty.err, "the input is empty"));
  world.input = "{\"titel\":\"x\"}\n\nnope\n{\"type\":\"x\"}\n";
  const CliResult lines = world.run({"workitem", "create", "--from", "-", "-o", "json"});
  CHECK(lines.code == 2);
  const json results = json::parse(lines.out);
  REQUIRE(results.size() == 3);
  CHECK(has(results[0]["error"].get<std::string>(), "stdin:1: unknown key \"titel\""));
  CHECK(has(results[1]["error"].get<std::string>(), "stdin:3: not a JSON object"));
  CHECK(results[2]["status"] == "failed");
}

TEST_CASE("without a connection, or with two, the choice is said") {
  CliWorld world;
  const CliResult none = world.run({"workitem", "create", "--title", "x"});
  CHECK(none.code == 2);
  CHECK(has(none.err, "itsmc connection add"));
  add_connection(world, "prod");
  add_connection(world, "test");
  const CliResult two = world.run({"ci", "find", "--name", "vm1"});
  CHECK(two.code == 2);
  CHECK(has(two.err, "prod, test"));
}

TEST_CASE("alerts are forwarded only where an action says what they become") {
  CliWorld world;
  CHECK(has(world.run({"alert", "forward"}).err, "itsmc workspace add"));
  const CliResult both = world.run({"alert", "forward", "--once", "--every", "60s"});
  CHECK(both.code == 2);
  CHECK(has(both.err, "exclude each other"));
}

TEST_CASE("a connection that actions are bound to is not removed in silence") {
  CliWorld world;
  add_connection(world);
  add_connection(world, "other");
  for (const auto& [action, connection] :
       {std::pair("cpu", "prod"), std::pair("disk", "prod"), std::pair("net", "other")}) {
    REQUIRE(world.run({"action", "add", action, "--connection", connection}).code == 0);
  }
  const CliResult removed = world.run({"connection", "remove", "prod", "--yes"});
  INFO(removed.err);
  CHECK(removed.code == 0);
  for (const char* line : {"action \"cpu\" still makes", "action \"disk\" still makes",
                           "itsmc action edit disk --connection CONNECTION"}) {
    CHECK(has(removed.err, line));
  }
  CHECK_FALSE(has(removed.err, "\"net\""));
}

TEST_CASE("what is not there is not asked to be removed") {
  CliWorld world;
  add_connection(world);
  REQUIRE(world.run({"action", "add", "disk", "--connection", "prod"}).code == 0);
  struct Row {
    std::vector<std::string> command;
    int code;
    std::string told;
  };
  for (const Row& row :
       {Row{{"action", "remove", "dsk"}, 7, "no action \"dsk\": did you mean \"disk\"?"},
        Row{{"action", "remove", "dsk", "--yes"}, 7, "did you mean \"disk\"?"},
        Row{{"action", "remove", "disk"}, 2, "needs --yes"},
        Row{{"workspace", "remove", "nope"}, 7, "no workspace is called \"nope\""},
        Row{{"connection", "remove", "prd"}, 7, "did you mean \"prod\"?"}}) {
    CAPTURE(row.command);
    const CliResult refused = world.run(row.command);
    INFO(refused.err);
    CHECK(refused.code == row.code);
    CHECK(has(refused.err, row.told));
    CHECK(has(refused.err, "needs --yes") == (row.code == 2));
  }
  // A file that cannot be read is there all the same.
  write_atomically(world.config_dir() / "actions/disk.toml", "connection = \"", Privacy::shared);
  CHECK(world.run({"action", "remove", "disk"}).code == 2);
  CHECK(world.run({"action", "remove", "disk", "--yes"}).code == 0);
  CHECK(world.run({"action", "remove", "disk", "--yes"}).code == 7);
}

TEST_CASE("an action that is named is applied, and said not to fit the alert") {
  CliWorld world;
  add_connection(world);
  REQUIRE(
      world
          .run({"action", "add", "odd", "--connection", "prod", "--match", "rule=CPU*,severity<=4"})
          .code == 0);
  REQUIRE(
      world.run({"action", "add", "fit", "--connection", "prod", "--match", "severity<=4"}).code ==
      0);
  const auto from_alert = [&world](const std::string& action) {
    world.input = alert_payload();
    return world.run({"workitem", "create", "--from-alert", "-", "--action", action, "--dry-run"});
  };
  const CliResult odd = from_alert("odd");
  INFO(odd.err);
  CHECK(has(odd.err, "the match of action \"odd\" does not fit alert "));
  CHECK(has(odd.err, ": rule=CPU*; applied all the same"));
  CHECK_FALSE(has(from_alert("fit").err, "does not fit"));
}
