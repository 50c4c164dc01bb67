#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/run_cli.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;
using nlohmann::json;

namespace {

CliResult add(CliWorld& world, std::vector<std::string> more) {
  world.input = "p\n";
  std::vector<std::string> words = {"connection",
                                    "add",
                                    "desk",
                                    "--no-verify",
                                    "--partner",
                                    "provance",
                                    "--url",
                                    "https://acme.crm4.dynamics.com",
                                    "--username",
                                    "ann@contoso.com",
                                    "--client-id",
                                    "app",
                                    "--password-stdin"};
  words.insert(words.end(), more.begin(), more.end());
  return world.run(words);
}

json shown(CliWorld& world) {
  return json::parse(world.run({"connection", "show", "desk", "-o", "json"}).out);
}

constexpr const char* k_profile =
    "[change-request]\nset = \"x_changes\"\nkey = \"x_changeid\"\n"
    "[change-request.columns]\ntitle = \"x_name\"\nupdated_at = \"modifiedon\"\n";

}  // namespace

TEST_CASE("without a profile the case table is mapped: what it lacks must be chosen away first") {
  CliWorld world;
  const CliResult refused = add(world, {});
  INFO(refused.err);
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "change-request is not mapped by profile dataverse-case, the default"));
  CHECK(has(refused.err, "--work-items incident"));
  CHECK(world.run({"connection", "list", "-o", "json"}).out == "[]\n");
  CHECK(add(world, {"--work-items", "incident"}).code == 0);
  CHECK(shown(world)["profile"] == "dataverse-case");
}

TEST_CASE("who chooses what the profile does not map is warned, and has the connection") {
  CliWorld world;
  const CliResult added = add(world, {"--work-items", "incident,change-request"});
  INFO(added.err);
  CHECK(added.code == 0);
  CHECK(has(added.err, "change-request is not mapped by profile dataverse-case"));
}

TEST_CASE("on a terminal the types are asked for where the default profile does not map both") {
  CliWorld world;
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = "provance\nhttps://acme.crm4.dynamics.com\nann@contoso.com\napp\n\nhunter2\n";
  const CliResult added = world.run({"connection", "add", "desk", "--no-verify"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  CHECK(has(added.err, "Work items [incident]: "));
  CHECK(shown(world)["work_items"] == json::array({"incident"}));
  CHECK(shown(world)["client_id"] == "app");
}

TEST_CASE("a profile that maps what is synced brings no warning") {
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--work-items", "incident"},
        std::vector<std::string>{"--profile", "provance-example"}}) {
    CliWorld world;
    const CliResult added = add(world, more);
    CHECK(added.code == 0);
    CHECK_FALSE(has(added.err, "not mapped"));
  }
}

TEST_CASE("a profile file is checked at once and kept by its whole path") {
  CliWorld world;
  const test::TempDir dir;
  const std::filesystem::path file = dir / "mine.toml";
  CHECK(add(world, {"--profile", file.string()}).code == 7);
  std::ofstream(file) << "[change-request]\nsett = \"x\"\n";
  const CliResult broken = add(world, {"--profile", file.string()});
  CHECK(broken.code == 3);
  CHECK(has(broken.err, "mine.toml:2:1: change-request.sett"));
  CHECK(has(broken.err, "did you mean \"set\"?"));
  std::ofstream(file) << k_profile;
  const std::string roundabout = (dir.path() / "." / "mine.toml").string();
  const CliResult added = add(world, {"--profile", roundabout, "--work-items", "change-request"});
  INFO(added.err);
  CHECK(added.code == 0);
  CHECK(shown(world)["profile"] == file.string());
  const CliResult edited = world.run(
      {"connection", "edit", "desk", "--no-verify", "--work-items", "incident,change-request"});
  CHECK(edited.code == 0);
  CHECK(has(edited.err, "incident is not mapped by profile mine"));
}

TEST_CASE("a word that is no profile is told among all that is wrong") {
  CliWorld world;
  const CliResult added = add(world, {"--profile", "dataverse-cas", "--sync-days", "121"});
  CHECK(added.code == 2);
  CHECK(has(added.err, "did you mean \"dataverse-case\"?"));
  CHECK(has(added.err, "120"));
}

TEST_CASE("only an instance whose tables are its own has a profile to draft") {
  CliWorld world;
  world.input = "p\ns\n";
  CHECK(world
            .run({"connection", "add", "prod", "--no-verify", "--partner", "servicenow", "--url",
                  "https://acme.service-now.com", "--username", "u", "--client-id", "i",
                  "--password-stdin", "--client-secret-stdin"})
            .code == 0);
  const CliResult drafted = world.run({"connection", "profile", "prod"});
  CHECK(drafted.code == 2);
  CHECK(drafted.out.empty());
  CHECK(has(drafted.err, "no profile to draft"));
  CHECK(world.run({"connection", "profile", "nobody"}).code == 7);
}
