#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;
using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

void put_connection(const CliWorld& world, const std::string& name) {
  write_atomically(world.config_dir() / "connections" / (name + ".toml"),
                   "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\n"
                   "username = \"u\"\nclient-id = \"c\"\n",
                   Privacy::shared);
}

/// Two connections, and somebody at a terminal who types this.
struct Asked : CliWorld {
  explicit Asked(const std::string& typed) {
    put_connection(*this, "prod");
    put_connection(*this, "test");
    input = typed;
    in_is_terminal = err_is_terminal = true;
  }
};

json actions(CliWorld& world) {
  return json::parse(world.run({"action", "list", "-o", "json"}).out);
}

}  // namespace

TEST_CASE("an action that lacks what it needs is asked for it, and a wrong answer again") {
  Asked world("a b\ncpu\nprdo\nprod\nrule<3\nrule=CPU*,severity<=2\n");
  const CliResult added = world.run({"action", "add"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  for (const char* part :
       {"Name of the action: ", "has other characters than letters",
        "Connection (prod, test): ", "there is no connection \"prdo\": choose of prod, test",
        "Which alerts (rule=CPU*,severity<=2, or all) [all]: ", "rule has no order"}) {
    INFO(part);
    CHECK(has(added.err, part));
  }
  const json shown = actions(world).at(0);
  CHECK(shown["name"] == "cpu");
  CHECK(shown["connection"] == "prod");
  CHECK(shown["match"] == "rule=CPU*,severity<=2");
}

TEST_CASE("Enter takes what stands in brackets: the only connection, every alert") {
  CliWorld world;
  put_connection(world, "prod");
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = "\n\n";
  const CliResult added = world.run({"action", "add", "cpu"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  CHECK(has(added.err, "Connection [prod]: "));
  CHECK(actions(world).at(0)["match"].is_null());
}

TEST_CASE("an action that has all it needs asks nothing") {
  Asked world("");
  const CliResult added = world.run({"action", "add", "cpu", "--connection", "prod"});
  INFO(added.err);
  CHECK(added.code == 0);
  CHECK_FALSE(has(added.err, "Which alerts"));
}

TEST_CASE("whoever ends the questions leaves nothing behind") {
  Asked world("cpu\n");
  const CliResult ended = world.run({"action", "add"});
  CHECK(ended.code == 130);
  CHECK(actions(world) == json::array());
}

TEST_CASE("a name that is taken, or no connection at all, is told before more is typed") {
  Asked world("\n");
  REQUIRE(world.run({"action", "add", "cpu", "--connection", "prod"}).code == 0);
  const CliResult taken = world.run({"action", "add", "cpu"});
  CHECK(taken.code == 2);
  CHECK(has(taken.err, "an action is already called \"cpu\""));
  CHECK_FALSE(has(taken.err, "Connection"));
  CliWorld empty;
  empty.in_is_terminal = empty.err_is_terminal = true;
  const CliResult none = empty.run({"action", "add"});
  CHECK(none.code == 2);
  CHECK(has(none.err, "no connections yet"));
}

TEST_CASE("where nobody is asked all that is missing is named at once") {
  struct Case {
    Words words;
    std::vector<std::string> says;
  };
  const Case given =
      GENERATE(Case{{"action", "add"}, {"NAME: is required", "--connection: is required"}},
               Case{{"workspace", "add"}, {"NAME: is required", "--resource-id: is required"}},
               Case{{"workitem", "create"},
                    {"--connection: is required: choose of prod, test", "--title: is required"}},
               Case{{"workitem", "create", "--connection", "prod"}, {"--title: is required"}},
               Case{{"workitem", "create", "--type", "event", "--description", "x"},
                    {"--connection: is required"}});
  Asked world("");
  Words words = given.words;
  if (GENERATE(true, false)) {
    words.emplace_back("--no-input");
  } else {
    world.in_is_terminal = false;
  }
  const CliResult refused = world.run(words);
  INFO(refused.err);
  CHECK(refused.code == 2);
  for (const std::string& part : given.says) CHECK(has(refused.err, part));
  CHECK_FALSE(has(refused.err, "Connection ("));
}

TEST_CASE("a work item's connection and title are asked for, then it is made there") {
  Asked world("tets\ntest\n\nDisk full\n");
  const CliResult made = world.run({"workitem", "create", "-o", "json"});
  INFO(made.err);
  CHECK(has(made.err, "Connection (prod, test): "));
  CHECK(has(made.err, "there is no connection \"tets\": choose of prod, test"));
  CHECK(has(made.err, "Title: is required, or --template\nTitle: "));
  const json row = json::parse(made.out);
  CHECK(row["connection"] == "test");
  CHECK(has(row["error"].get<std::string>(), "needs a sign-in"));
}

TEST_CASE("a template, a field of the product or an event's text needs no title") {
  const Words more = GENERATE(Words{"--template", "Server down"}, Words{"--set", "Title=x"},
                              Words{"--type", "event", "--description", "x"});
  Asked world("");
  Words words{"workitem", "create", "--connection", "prod"};
  words.insert(words.end(), more.begin(), more.end());
  const CliResult made = world.run(words);
  INFO(made.err);
  CHECK_FALSE(has(made.err, "Title: "));
  CHECK_FALSE(has(made.err, "--title"));
}

TEST_CASE("log records without a connection ask which, an action's own is not asked for") {
  Asked world("test\n");
  write_atomically(world.config_dir() / "rows.json", R"([{"Computer":"vm1"}])", Privacy::shared);
  const std::string rows = (world.config_dir() / "rows.json").string();
  const CliResult asked = world.run({"workitem", "create", "--from-log", rows, "-o", "json"});
  INFO(asked.err);
  CHECK(has(asked.err, "Connection (prod, test): "));
  CHECK(json::parse(asked.out).at(0)["connection"] == "test");
  world.input.clear();
  REQUIRE(world.run({"action", "add", "cpu", "--connection", "prod"}).code == 0);
  const CliResult own =
      world.run({"workitem", "create", "--from-log", rows, "--action", "cpu", "-o", "json"});
  INFO(own.err);
  CHECK_FALSE(has(own.err, "Connection ("));
  CHECK(json::parse(own.out).at(0)["connection"] == "prod");
}
