#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/unquoted.hpp"
#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;
using nlohmann::json;

namespace {

constexpr std::string_view k_planted = "hunter2";

void plant(CliWorld& world) {
  const auto write = [&world](const std::string& place, const std::string& text) {
    write_atomically(world.config_dir() / place, text, Privacy::owner_only);
  };
  const std::string fields =
      "partner = \"servicenow\"\nurl = \"https://acme.service-now.com\"\nclient-id = \"0a1b2c\"\n";
  write("connections/prod.toml",
        fields +
            "username = \"hunter2\"\nproxy = \"http://hunter2.example:8080\"\n"
            "password-command = \"echo hunter2\"\nsync-days = 60\n");
  write("connections/broken.toml", fields + "password = \"hunter2\"\n");
  write("connections/torn.toml", "partner = \"hunter2\n");
  write("workspaces/law.toml",
        "endpoint = \"https://a-1.westeurope-1.ingest.monitor.azure.com\"\n"
        "rule-id = \"dcr-0123456789abcdef0123456789abcdef\"\nstream = \"Custom-ServiceDesk\"\n"
        "client-secret-command = \"echo hunter2\"\n");
  write_atomically(world.state_dir() / "secrets" / "prod.client-secret", "hunter2",
                   Privacy::owner_only);
  world.environment["ITSMC_PASSWORD"] = "hunter2";
  world.environment["HTTPS_PROXY"] = "http://me:hunter2@proxy.example";
}

}  // namespace

TEST_CASE("a support bundle says how things stand, and no planted secret") {
  CliWorld world;
  plant(world);
  const CliResult made = world.run({"support", "bundle", "-"});
  INFO(made.out << made.err);
  CHECK(made.code == 0);
  CHECK(made.out.find(k_planted) == std::string::npos);
  CHECK(made.err.find(k_planted) == std::string::npos);
  const json bundle = json::parse(made.out);
  CHECK(bundle["itsmc"] == "0.1.0");
  CHECK(bundle["variables"] == json::parse(R"(["HTTPS_PROXY","ITSMC_PASSWORD"])"));
  REQUIRE(bundle["connections"].size() == 3);
  const json& prod = bundle["connections"][1];
  CHECK(prod["name"] == "prod");
  CHECK(prod["fields"]["url"] == "https://acme.service-now.com");
  CHECK(prod["fields"]["sync-days"] == "60");
  for (const char* field : {"username", "client-id", "proxy", "password-command"}) {
    INFO(field);
    CHECK(prod["fields"][field] == "(given)");
  }
  CHECK(bundle["connections"][0]["name"] == "broken");
  CHECK(bundle["connections"][0]["error_kind"] == "config");
  CHECK(has(bundle["connections"][0]["error"], "broken.toml:4:1: password: is a secret, and no "));
  CHECK(has(bundle["connections"][0]["hint"], "edit "));
  REQUIRE(bundle["workspaces"].size() == 1);
  CHECK(bundle["workspaces"][0]["fields"]["client-secret-command"] == "(given)");
  CHECK(bundle["store"]["exists"] == false);
  CHECK(bundle["status"].size() == 2);
  CHECK(bundle["runs"] == json::array());
  const auto found = [&bundle](const std::string& part, const std::string& check) {
    for (const json& one : bundle["doctor"]) {
      if (one["part"] == part && one["check"] == check) return one;
    }
    return json();
  };
  CHECK(found("files", "secrets")["status"] == "ok");
  CHECK(found("connection prod", "dns")["status"] == "skipped");
  CHECK(found("configuration", "connection torn")["status"] == "failed");
  CHECK(has(found("configuration", "connection torn")["cause"],
            "torn.toml:1:11: the closing quote is missing"));
  CHECK(has(found("configuration", "connection torn")["hint"], "torn.toml"));
}

TEST_CASE("a support bundle is made with a damaged config.toml, and says what is wrong there") {
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "output = \"hunter2\"\nhunter2 = 1\n",
                   Privacy::owner_only);
  const CliResult made = world.run({"support", "bundle", "-"});
  INFO(made.out << made.err);
  CHECK(made.code == 0);
  CHECK_FALSE(has(made.out, "hunter2"));
  CHECK(has(made.out, "config.toml:2:1: (a key): is not an option"));
}

TEST_CASE("what is told of a file to strangers holds none of its words") {
  struct Case {
    std::string told, left;
  };
  for (const Case& row :
       {Case{"a.toml:3:1: url: \"pw\" is not https", "a.toml:3:1: url: (given) is not https"},
        Case{"a.toml:3:1: url: \"p\" pw\" is wrong: did you mean \"x\"?",
             "a.toml:3:1: url: (given)?"},
        Case{"a.toml:3:1: url: \"pw\" is not in ServiceNow's cloud",
             "a.toml:3:1: url: (given) is not in ServiceNow's cloud"},
        Case{"a.toml:3:1: pw: is not a field", "a.toml:3:1: (a key): is not a field"},
        Case{"a.toml:3:1: Error while parsing key: saw 'p'",
             "a.toml:3:1: Error while parsing key: saw (given)"},
        Case{"a.toml:3:1: the closing quote is missing",
             "a.toml:3:1: the closing quote is missing"},
        Case{"a.toml: url: \"never closed", "a.toml: url: (given)"},
        Case{"a.toml: url: is empty\nb.toml: pw: is empty",
             "a.toml: url: is empty\nb.toml: (a key): is empty"}}) {
    CHECK(cli::unquoted(row.told, {"url"}) == row.left);
  }
}

TEST_CASE("a written file replaces an earlier one of its kind, and nothing else without --force") {
  CliWorld world;
  const auto place = world.data_dir() / "out";
  const std::string file = (place / "file").string();
  const std::vector<std::vector<std::string>> commands{{"support", "bundle", file},
                                                       {"dashboard", "--html", file}};
  for (std::vector<std::string> command : commands) {
    std::filesystem::remove_all(place);
    const CliResult nowhere = world.run(command);
    CHECK(nowhere.code == 2);
    CHECK(has(nowhere.err, "\" is no directory\nhint:  mkdir -p " + place.string() + "\n"));
    CHECK_FALSE(std::filesystem::exists(place));
    std::filesystem::create_directories(place);
    CHECK(world.run(command).code == 0);
    CHECK(world.run(command).code == 0);
    write_atomically(file, "partner = \"servicenow\"\n", Privacy::shared);
    const CliResult other = world.run(command);
    CHECK(other.code == 2);
    CHECK(has(other.err, "file\" is there already, and is no earlier "));
    CHECK(has(other.err, "hint:  name another file, or replace it: --force\n"));
    CHECK(read_file(file) == "partner = \"servicenow\"\n");
    command.emplace_back("--force");
    CHECK(world.run(command).code == 0);
    CHECK(read_file(file) != "partner = \"servicenow\"\n");
    std::filesystem::remove(file);
    std::filesystem::create_directories(file);
    const CliResult directory = world.run(command);
    CHECK(directory.code == 2);
    CHECK(has(directory.err, "file\" is a directory\nhint:  name a file in it: "));
  }
}

TEST_CASE("a device is written, and stays what it is") {
  CliWorld world;
  CHECK(world.run({"support", "bundle", "/dev/null"}).code == 0);
  CHECK(std::filesystem::is_character_file("/dev/null"));
}
