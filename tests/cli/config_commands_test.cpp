#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;
using nlohmann::json;

namespace {

constexpr const char* k_prod =
    "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\nusername = \"u\"\n"
    "client-id = \"c\"\nsync-days = 60\n";

json explain(CliWorld& world, std::vector<std::string> words) {
  words.insert(words.begin(), {"config", "explain"});
  words.emplace_back("-ojson");
  const CliResult result = world.run(words);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("explain names the layer that a value comes from, the higher before the lower") {
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "quiet = true\n color = \"never\"\n",
                   Privacy::shared);
  write_atomically(world.config_dir() / "connections/prod.toml", k_prod, Privacy::shared);
  const std::string file = (world.config_dir() / "connections/prod.toml").string();
  const std::string settings = (world.config_dir() / "config.toml").string();
  CHECK(explain(world, {"color"}) == json{{"key", "color"},
                                          {"value", "never"},
                                          {"source", "config.toml"},
                                          {"place", settings + ":2:2"},
                                          {"problem", nullptr}});
  CHECK(explain(world, {"sync-days", "--connection", "prod"})["place"] == file + ":5:1");
  CHECK(explain(world, {"timeout", "--connection", "prod"})["source"] == "default");
  CHECK(explain(world, {"timeout", "--connection", "prod"})["value"] == "120s");
  world.environment["ITSMC_CONNECTION_PROD_SYNC_DAYS"] = "7";
  world.environment["ITSMC_SYNC_DAYS"] = "9";  // of every connection, below its own
  world.environment["ITSMC_COLOR"] = "always";
  const json days = explain(world, {"sync-days", "--connection", "prod"});
  CHECK(days["value"] == "7");
  CHECK(days["place"] == "ITSMC_CONNECTION_PROD_SYNC_DAYS");
  CHECK(explain(world, {"color"})["source"] == "environment");
  // The question's own -o json is not what is asked about.
  CHECK(explain(world, {"output"}) == json{{"key", "output"},
                                           {"value", "table"},
                                           {"source", "default"},
                                           {"place", nullptr},
                                           {"problem", nullptr}});
  CHECK(explain(world, {"limit"})["value"] == "50");
  CHECK(explain(world, {"debug"})["value"] == "false");
  CHECK(explain(world, {"data-dir"})["value"] == world.data_dir().string());
  world.environment["ITSMC_OUTPUT"] = "csv";
  CHECK(explain(world, {"output"})["value"] == "csv");
  const json flag = explain(world, {"color", "--color", "auto"});
  CHECK(flag["source"] == "flag");
  CHECK(flag["value"] == "auto");
}

TEST_CASE("in-flight of the environment outranks the connection's, config.toml's does not") {
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "in-flight = 2\n", Privacy::shared);
  const auto of_prod = [&] { return explain(world, {"in-flight", "--connection", "prod"}); };
  write_atomically(world.config_dir() / "connections/prod.toml", k_prod, Privacy::shared);
  CHECK(of_prod()["source"] == "config.toml");
  write_atomically(world.config_dir() / "connections/prod.toml",
                   std::string(k_prod) + "in-flight = 8\n", Privacy::shared);
  CHECK(of_prod()["source"] == "connection file");
  world.environment["ITSMC_IN_FLIGHT"] = "3";
  CHECK(of_prod()["value"] == "3");
}

TEST_CASE("a default that an option's help promises is one that explain tells") {
  for (const cli::Option& option : cli::settings_options().options) {
    const std::size_t at = option.help.find("(default ");
    if (at == std::string::npos || find_connection_field(option.name) != nullptr) continue;
    INFO(option.name << ": " << option.help);
    std::string promised = option.help.substr(at + 9);
    promised.resize(std::min({promised.find(", "), promised.find(';'), promised.find(')')}));
    std::erase(promised, ',');
    CHECK(option.fallback == promised);
  }
}

TEST_CASE("explain refuses what it cannot tell, with the next step") {
  struct Case {
    std::vector<std::string> words;
    int code;
    const char* says;
  };
  const auto row =
      GENERATE(Case{{"ouput"}, 7, "did you mean \"output\"?"}, Case{{"password"}, 2, "is a secret"},
               Case{{"sync-days"}, 2, "--connection NAME"},
               Case{{"sync-days", "--connection", "prd"}, 7, "did you mean \"prod\""});
  CliWorld world;
  write_atomically(world.config_dir() / "connections/prod.toml", k_prod, Privacy::shared);
  std::vector<std::string> words = row.words;
  words.insert(words.begin(), {"config", "explain"});
  const CliResult result = world.run(words);
  INFO(result.err);
  CHECK(result.code == row.code);
  CHECK(has(result.err, row.says));
}

TEST_CASE("validate tells every problem of every file with line, column and the nearest key") {
  CliWorld world;
  CHECK(world.run({"config", "validate"}).code == 0);
  write_atomically(world.config_dir() / "config.toml", "output = \"jsn\"\n", Privacy::shared);
  write_atomically(world.config_dir() / "connections/prod.toml",
                   std::string(k_prod) + "  urll = 1\nsync-day = 3\n", Privacy::shared);
  write_atomically(world.config_dir() / "workspaces/law.toml", "straem = \"x\"\n", Privacy::shared);
  write_atomically(world.config_dir() / "actions/cpu.toml", "= 3\n", Privacy::shared);
  write_atomically(world.config_dir() / "connections/my prod.toml", k_prod, Privacy::shared);
  const CliResult result = world.run({"config", "validate"});
  INFO(result.out);
  CHECK(result.code == 3);
  for (const char* part :
       {"config.toml:1:1: output: \"jsn\" is not one of", "(did you mean \"json\"?)",
        "prod.toml:6:3: urll: is not a field", "prod.toml:7:1: sync-day: is not a field",
        "did you mean \"sync-days\"?", "law.toml:1:1: straem", "did you mean \"stream\"?",
        "cpu.toml:1:1: ", "my prod.toml\" is no connection"}) {
    INFO(part);
    CHECK(has(result.out, part));
  }
  CHECK(world.run({"connection", "list"}).code == 3);  // every other command refuses such a file
}

TEST_CASE("variables alone define a connection, and win over its file key by key") {
  CliWorld world;
  auto& environment = world.environment;
  environment["ITSMC_CONNECTION_PIPE_EU_PARTNER"] = "servicenow";
  environment["ITSMC_CONNECTION_PIPE_EU_URL"] = "acme.service-now.com";
  environment["ITSMC_CONNECTION_PIPE_EU_USERNAME"] = "u";
  environment["ITSMC_CONNECTION_PIPE_EU_CLIENT_ID"] = "c";
  environment["ITSMC_CONNECTION_PIPE_EU_WORK_ITEMS"] = "incident";
  environment["ITSMC_CONNECTION_PIPE_EU_PASSWORD"] = "hunter2";
  const CliResult shown = world.run({"connection", "show", "pipe_eu", "-o", "json"});
  INFO(shown.err);
  REQUIRE(shown.code == 0);
  CHECK(json::parse(shown.out)["url"] == "https://acme.service-now.com");
  CHECK_FALSE(has(shown.out, "hunter2"));
  write_atomically(world.config_dir() / "connections/pipe-eu.toml",
                   "partner = \"servicenow\"\nurl = \"https://other.service-now.com\"\n"
                   "username = \"file\"\nclient-id = \"c\"\nsync-days = 90\n",
                   Privacy::shared);
  environment.erase("ITSMC_CONNECTION_PIPE_EU_USERNAME");
  const json both = json::parse(world.run({"connection", "list", "-o", "json"}).out);
  REQUIRE(both.size() == 1);
  CHECK(both[0]["name"] == "pipe-eu");
  CHECK(both[0]["url"] == "https://acme.service-now.com");
  CHECK(both[0]["username"] == "file");
  CHECK(both[0]["sync_days"] == 90);
}

TEST_CASE("what variables lack or misspell is named by its variable") {
  CliWorld world;
  world.environment["ITSMC_CONNECTION_PIPE_PARTNER"] = "cherwell";
  world.environment["ITSMC_CONNECTION_PIPE_URLL"] = "https://itsm.example.com";
  const CliResult shown = world.run({"connection", "show", "pipe"});
  CHECK(shown.code == 3);
  CHECK(has(shown.err, "ITSMC_CONNECTION_PIPE_URL: is required by Cherwell"));
  const CliResult checked = world.run({"config", "validate"});
  CHECK(checked.code == 3);
  CHECK(has(checked.out, "ITSMC_CONNECTION_PIPE_URLL: ends in no key"));
  CHECK(has(checked.out, "did you mean \"URL\"?"));
}

TEST_CASE("a connection of variables alone is neither edited nor removed") {
  CliWorld world;
  for (const auto& [key, value] :
       {std::pair{"PARTNER", "cherwell"}, std::pair{"URL", "https://itsm.example.com"},
        std::pair{"USERNAME", "u"}, std::pair{"CLIENT_ID", "c"}}) {
    world.environment[std::string("ITSMC_CONNECTION_PIPE_") + key] = value;
  }
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"connection", "edit", "pipe", "--sync-days", "3", "--no-verify"},
        std::vector<std::string>{"connection", "remove", "pipe", "--yes"}}) {
    const CliResult result = world.run(words);
    CHECK(result.code == 2);
    CHECK(has(result.err, "defined by variables of the environment"));
  }
}

TEST_CASE("a default that a command cannot take is passed over, a variable is named") {
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "fields = \"number\"\noutput = \"csv\"\n",
                   Privacy::shared);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"sync", "status"}, std::vector<std::string>{"dashboard"},
        std::vector<std::string>{"config", "explain", "color"}}) {
    const CliResult result = world.run(words);
    INFO(result.err);
    CHECK(result.code == 0);
  }
  std::filesystem::remove(world.config_dir() / "config.toml");
  write_atomically(world.config_dir() / "config.toml", "fields = \"number\"\n", Privacy::shared);
  CHECK(world.run({"config", "validate"}).out.starts_with("configuration: ok"));
  std::filesystem::remove(world.config_dir() / "config.toml");
  world.environment["ITSMC_FIELDS"] = "number";
  const CliResult status = world.run({"sync", "status"});
  CHECK(status.code == 2);
  CHECK(has(status.err, "error: ITSMC_FIELDS: unknown field \"number\""));
  world.environment = {{"ITSMC_SORT", "nothing"}};
  CHECK(has(world.run({"sync", "status"}).err, "error: ITSMC_SORT: unknown field"));
  world.environment = {{"ITSMC_OUTPUT", "csv"}};
  CHECK(has(world.run({"dashboard"}).err, "error: ITSMC_OUTPUT: a list of one part"));
  const CliResult flag = world.run({"sync", "status", "--fields", "number"});
  CHECK(has(flag.err, "error: --fields: unknown field"));
}

TEST_CASE("config.toml and a variable give fields to every connection, each below the nearer") {
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "sync-days = 50\ntimeout = \"9s\"\n",
                   Privacy::shared);
  write_atomically(world.config_dir() / "connections/prod.toml", k_prod, Privacy::shared);
  const auto shown = [&world] {
    return json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  };
  CHECK(shown()["sync_days"] == 60);  // the file's own
  const json timeout = explain(world, {"timeout", "--connection", "prod"});
  CHECK(timeout["value"] == "9s");
  CHECK(timeout["source"] == "config.toml");
  world.environment["ITSMC_SYNC_DAYS"] = "7";
  CHECK(shown()["sync_days"] == 7);
  CHECK(explain(world, {"sync-days", "--connection", "prod"})["place"] == "ITSMC_SYNC_DAYS");
  world.environment["ITSMC_CONNECTION_PROD_SYNC_DAYS"] = "8";
  CHECK(shown()["sync_days"] == 8);
  // A url would be every connection's.
  world.environment = {{"ITSMC_URL", "https://other.example.com"}};
  CHECK(shown()["url"] == "https://itsm.example.com");
  const CliResult url = world.run({"config", "explain", "url", "--connection", "prod"});
  CHECK(has(url.err, "warning: ITSMC_URL does not count"));
  world.environment = {{"ITSMC_SYNC_DAYS", "500"}};
  const CliResult refused = world.run({"connection", "test", "prod"});
  CHECK(refused.code == 3);
  CHECK(has(refused.err, "ITSMC_SYNC_DAYS: "));
}

TEST_CASE("every bad value of config.toml is told at once, and met with its place") {
  CliWorld world;
  const std::string file = (world.config_dir() / "config.toml").string();
  write_atomically(file,
                   "limit = \"many\"\ncolor = \"sometimes\"\nwait = \"1y\"\njobz = 1\n"
                   "sync-days = 121\n",
                   Privacy::shared);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"config", "validate"}, std::vector<std::string>{"doctor"}}) {
    const CliResult result = world.run(words);
    INFO(result.out << result.err);
    CHECK(result.code == 3);
    for (const char* part :
         {":1:1: limit: ", ":2:1: color: ", ":3:1: wait: ", ":4:1: jobz: ", ":5:1: sync-days: "}) {
      CHECK(has(result.out + result.err, (file + part).c_str()));
    }
  }
}

TEST_CASE("a command passes over bad values of options that it does not have") {
  CliWorld world;
  const std::string file = (world.config_dir() / "config.toml").string();
  struct Case {
    std::string text;
    std::vector<std::string> words;
    int code;
    std::string told;
  };
  const std::string limit = fmt::format("error: {}:1:1: limit: \"many\"", file);
  for (const Case& one :
       {Case{"limit = \"many\"\n", {"sync", "status"}, 0, ""},
        Case{"limit = \"many\"\n", {"workitem", "list"}, 3, limit},
        Case{"limit = \"many\"\n", {"config", "validate"}, 3, "config.toml:1:1: limit: "},
        Case{"limit = \"many\"\n", {"doctor", "--no-network"}, 3, "config.toml:1:1: limit: "},
        Case{"limit = [1]\n", {"sync", "status"}, 0, ""},
        Case{
            "limit = \"many\"\njobz = 1\n", {"sync", "status"}, 3, "error: " + file + ":2:1: jobz"},
        Case{"limit = \"many\"\ncolor = \"x\"\n", {"workitem", "list"}, 3, limit},
        // Every line is an error of its own.
        Case{"limit = \"many\"\ncolor = \"x\"\n",
             {"workitem", "list"},
             3,
             "\nerror: " + file + ":2:1: color: "},
        Case{"limit = \"many\"\n", {"workitem", "list"}, 3, "hint:  edit " + file},
        // What all connections take from there is everybody's.
        Case{"sync-days = 121\n", {"sync", "status"}, 3, ":1:1: sync-days: "}}) {
    write_atomically(file, one.text, Privacy::shared);
    const CliResult result = world.run(one.words);
    CAPTURE(one.text, one.words, result.out, result.err);
    CHECK(result.code == one.code);
    CHECK(has(result.out + result.err, one.told));
  }
}

TEST_CASE("explain says what is wrong with a value, whatever else is wrong in the file") {
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "jobs = -1\njobz = 1\n", Privacy::shared);
  write_atomically(world.config_dir() / "connections/prod.toml", k_prod, Privacy::shared);
  CHECK(has(std::string(explain(world, {"jobs"})["problem"]), "-1 is not between"));
  CHECK(has(world.run({"config", "explain", "jobs"}).err, "config.toml:1:1: jobs: -1"));
  world.environment["ITSMC_CONNECTION_PROD_SYNC_DAYS"] = "500";
  const json days = explain(world, {"sync-days", "--connection", "prod"});
  CHECK(days["value"] == "500");
  CHECK(days["problem"].is_string());
  world.environment = {{"ITSMC_JQ", "."}};
  CHECK(world.run({"config", "explain", "help"}).code == 2);
  CHECK(has(world.run({"config", "explain", "version"}).err, "on the command line alone"));
  world.environment.clear();
  CHECK(explain(world, {"jq"})["source"] == "default");
}

TEST_CASE("a variable with a slip in its name is warned of, a script's own is not") {
  CliWorld world;
  world.environment = {{"ITSMC_LIMTI", "2"}, {"ITSMC_BACKUP_PLACE", "x"}, {"LIMTI", "2"}};
  const std::string told = world.run({"sync", "history"}).err;
  CHECK(has(told, "warning: ITSMC_LIMTI: is not read by any command: did you mean ITSMC_LIMIT?"));
  CHECK_FALSE(has(told, "BACKUP"));
  CHECK_FALSE(has(told, ": LIMTI"));
}

TEST_CASE("what is refused is told in the words that were given") {
  struct Case {
    std::vector<std::string> words;
    const char* says;
  };
  const auto row = GENERATE(
      Case{{"sync", "run", "--health-url", "nonsense"},
           "error: --health-url: begins with neither https:// nor http://"},
      Case{{"schedule", "print", "cron", "--every", "36h"},
           "error: --every 36h: cron cannot tell this period"},
      Case{{"support", "bundle", "/nodir/x"}, "error: support bundle: \"/nodir\" is no directory"});
  CliWorld world;
  const CliResult result = world.run(row.words);
  INFO(result.err);
  CHECK(result.code == 2);
  CHECK(has(result.err, row.says));
}
