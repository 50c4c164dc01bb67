#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
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
  REQUIRE(bundle["workspaces"].size() == 1);
  CHECK(bundle["workspaces"][0]["fields"]["client-secret-command"] == "(given)");
  CHECK(bundle["store"]["exists"] == false);
  CHECK(bundle["status"].size() == 2);
  CHECK(bundle["runs"] == json::array());
}

TEST_CASE("a support bundle is its owner's file, and a damaged store is a part of it") {
  CliWorld world;
  write_atomically(world.data_dir() / "itsmc.db", "this is no database", Privacy::owner_only);
  const auto file = world.state_dir() / "bundle.json";
  std::filesystem::create_directories(world.state_dir());
  const CliResult made = world.run({"support", "bundle", file.string()});
  CHECK(made.code == 0);
  CHECK(made.out.empty());
  CHECK(made.err.find("look it over") != std::string::npos);
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  const json bundle = json::parse(read_file(file, 1U << 20U).value_or(""));
  CHECK(bundle["runs"].contains("error_kind"));
  CHECK(bundle["connections"] == json::array());
}
