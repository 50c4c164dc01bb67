#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/connection_words.hpp"
#include "config/secret_places.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/store/integrity.hpp"
#include "itsmc/store/store.hpp"
#include "support/keyring_session.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using nlohmann::json;

namespace {

constexpr const char* k_prod =
    "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\nusername = \"u\"\n"
    "client-id = \"c\"\n";

void write(const std::filesystem::path& file, const std::string& text,
           Privacy privacy = Privacy::shared) {
  write_atomically(file, text, privacy);
}

json doctor(CliWorld& world, int expected) {
  const CliResult result = world.run({"doctor", "--no-network", "-o", "json"});
  INFO(result.out << result.err);
  CHECK(result.code == expected);
  return json::parse(result.out);
}

/// The first check of that name in a part; null when there is none.
json find(const json& all, const std::string& part, const std::string& check) {
  for (const json& one : all) {
    if (one["part"] != part) continue;
    for (const json& line : one["checks"]) {
      if (line["check"] == check) return line;
    }
  }
  return nullptr;
}

}  // namespace

TEST_CASE("doctor finds nothing wrong with a machine where nothing was done yet") {
  CliWorld world;
  const json all = doctor(world, 0);
  CHECK(find(all, "files", "secrets")["status"] == "ok");
  CHECK(find(all, "store", "integrity")["status"] == "skipped");
  CHECK(find(all, "orphans", "orphans")["status"] == "ok");
  const CliResult text = world.run({"doctor", "--no-network"});
  CHECK(text.out.starts_with("files: ok\n  ok        config-dir "));
  CHECK_FALSE(std::filesystem::exists(world.state_dir()));
}

TEST_CASE("doctor works with a configuration that is broken, and says where") {
  CliWorld world;
  write(world.config_dir() / "config.toml", "\n outputt = 1\n");
  write(world.config_dir() / "connections/bad.toml", "url = ");
  write(world.config_dir() / "connections/prod.toml", k_prod);
  const json all = doctor(world, 3);
  const std::string settings = find(all, "configuration", "config.toml")["cause"];
  CHECK(settings.find("config.toml:2:2: outputt: is not an option: did you mean \"output\"?") !=
        std::string::npos);
  const std::string bad = find(all, "configuration", "connection bad")["cause"];
  CHECK(bad.find("bad.toml:1:") != std::string::npos);
  CHECK(find(all, "configuration", "connection prod")["status"] == "ok");
  CHECK(find(all, "connection prod", "clock")["status"] == "skipped");
}

TEST_CASE("doctor judges the sign-in by age, end and the secret that can sign in anew") {
  struct Case {
    const char *issued, *password;
    const char *status, *says;
    int code;
  };
  const auto row = GENERATE(
      Case{"", "", "failed", "not signed in", 4},
      Case{"", "pw", "ok", "not signed in; signs in by the password (environment)", 0},
      Case{"-1", "", "warning", "signed in on ", 0}, Case{"-1", "pw", "ok", "holds until ", 0},
      Case{"-400000", "", "failed", "ran out on ", 4},
      Case{"-400000", "pw", "ok", "ran out on ", 0});
  CliWorld world;
  write(world.config_dir() / "connections/prod.toml", k_prod);
  if (*row.password != 0) world.environment["ITSMC_CONNECTION_PROD_PASSWORD"] = row.password;
  if (*row.issued != 0) {
    const std::string at =
        format_rfc3339(world.clock.now() + std::chrono::minutes(std::stoi(row.issued)));
    const json token = {{"access_token", "a"},
                        {"refresh_token", "r"},
                        {"expires_at", at},
                        {"refresh_issued_at", at}};
    make_directory(world.state_dir() / "secrets", Privacy::owner_only);
    write(world.state_dir() / "secrets/prod.token.json", token.dump(), Privacy::owner_only);
  }
  const json line = find(doctor(world, row.code), "connection prod", "sign-in");
  INFO(line.dump());
  CHECK(line["status"] == row.status);
  CHECK(line["message"].get<std::string>().find(row.says) != std::string::npos);
}

TEST_CASE("doctor names a sign-in that was refused, and warns while a token is still good") {
  for (const int minutes_left : {-1, 5}) {
    CliWorld world;
    write(world.config_dir() / "connections/prod.toml", k_prod);
    world.environment["ITSMC_CONNECTION_PROD_PASSWORD"] = "pw";
    const json token = {
        {"access_token", "a"},
        {"refresh_token", "r"},
        {"expires_at", format_rfc3339(world.clock.now() + std::chrono::minutes(minutes_left))},
        {"refresh_issued_at", format_rfc3339(world.clock.now())}};
    make_directory(world.state_dir() / "secrets", Privacy::owner_only);
    write(world.state_dir() / "secrets/prod.token.json", token.dump(), Privacy::owner_only);
    write(world.state_dir() / "secrets/prod.refusal.json",
          R"({"at":"2026-01-02T03:04:05.600Z","words":"Cherwell said no","offered":"0a1b"})",
          Privacy::owner_only);
    const json all = doctor(world, minutes_left < 0 ? 4 : 0);
    const json line = find(all, "connection prod", "sign-in");
    CHECK(line["status"] == (minutes_left < 0 ? "failed" : "warning"));
    CHECK(line["message"] == "refused at 2026-01-02T03:04:05Z");
    CHECK(line["cause"] == "Cherwell said no; the same secret is not tried again by itself");
    CHECK(line["hint"] == "itsmc connection login prod");
    CHECK(find(all, "orphans", "orphans")["status"] == "ok");
  }
}

TEST_CASE("a client secret that is gone is one verdict: a warning while the token works") {
  struct Case {
    int minutes_left, code;
    const char *more, *secrets, *sign_in, *login;
  };
  constexpr const char* k_whole =
      "itsmc connection login prod --client-secret-file FILE --password-file FILE";
  for (const Case& row :
       {Case{5, 0, "", "warning", "ok", k_whole}, Case{-1, 4, "", "failed", "failed", k_whole},
        Case{-1, 4, "password-command = \"echo pw\"\n", "failed", "failed",
             "itsmc connection login prod --client-secret-file FILE"}}) {
    CAPTURE(row.minutes_left, row.more);
    CliWorld world;
    test::lead_nowhere(world);
    write(world.config_dir() / "connections/prod.toml",
          std::string("partner = \"servicenow\"\nurl = \"https://acme.service-now.com\"\n"
                      "username = \"u\"\nclient-id = \"c\"\n") +
              row.more);
    const std::string end =
        format_rfc3339(world.clock.now() + std::chrono::minutes(row.minutes_left));
    const json token = {{"access_token", "a"},
                        {"refresh_token", "r"},
                        {"expires_at", end},
                        {"refresh_issued_at", format_rfc3339(world.clock.now())}};
    make_directory(world.state_dir() / "secrets", Privacy::owner_only);
    write(world.state_dir() / "secrets/prod.token.json", token.dump(), Privacy::owner_only);
    const json all = doctor(world, row.code);
    CHECK(find(all, "connection prod", "secrets")["status"] == row.secrets);
    CHECK(find(all, "connection prod", "secrets")["hint"] == row.login);
    CHECK(find(all, "connection prod", "sign-in")["status"] == row.sign_in);
    const json shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
    CHECK(shown["refresh_expires"] == end);
    const std::string told = world.run({"sync", "run", "--quiet"}).err;
    INFO(told);
    const std::string warning =
        "warning: prod: no client secret is kept: the sign-in ends at " + end.substr(0, 19);
    CHECK(test::has(told, warning) == (row.minutes_left > 0));
    CHECK(told.find("warning: ") == told.rfind("warning: "));
    CHECK(test::has(told, row.login));
    const json status = json::parse(world.run({"sync", "status", "-o", "json"}).out);
    CHECK(status[0]["sign_in_expires"] == end);
  }
}

TEST_CASE("doctor names the last sync of each type that failed") {
  CliWorld world;
  write(world.config_dir() / "connections/prod.toml", k_prod);
  world.environment["ITSMC_CONNECTION_PROD_PASSWORD"] = "pw";
  test::lead_nowhere(world);
  CHECK(find(doctor(world, 0), "connection prod", "last-sync") == nullptr);
  CHECK(world.run({"sync", "run", "prod"}).code == 5);
  const json line = find(doctor(world, 0), "connection prod", "last-sync");
  INFO(line.dump());
  CHECK(line["status"] == "warning");
  CHECK(line["message"] == "the last sync of incidents failed");
  CHECK(line["cause"].get<std::string>().find("no such host") != std::string::npos);
  CHECK(line["hint"] == "itsmc connection test prod");
  world.environment.clear();
  const json signed_out = find(doctor(world, 4), "connection prod", "last-sync");
  CHECK(signed_out["hint"] == "itsmc connection login prod");
  const std::string status = world.run({"sync", "status"}).err;
  INFO(status);
  CHECK(status.find("; next: itsmc connection login prod\n") != std::string::npos);
}

TEST_CASE("doctor names what names nothing any more") {
  CliWorld world;
  write(world.config_dir() / "connections/prod.toml",
        std::string(k_prod) + "workspace = \"law\"\npassword-command = \"pass\"\n");
  write(world.config_dir() / "actions/cpu.toml", "connection = \"gone\"\n");
  write(world.state_dir() / "secrets/old.client-secret", "x", Privacy::owner_only);
  write(world.state_dir() / "secrets/prod.client-secret", "x", Privacy::owner_only);
  const json all = doctor(world, 3);
  CHECK(find(all, "orphans", "connection prod")["status"] == "failed");
  CHECK(find(all, "orphans", "action cpu")["hint"] == "itsmc action remove cpu");
  const json secret = find(all, "orphans", "secret");
  CHECK(secret["status"] == "warning");
  CHECK(secret["message"].get<std::string>().find("old.client-secret") != std::string::npos);
}

TEST_CASE("doctor tells secrets that others can read, with the command that mends it") {
  CliWorld world;
  const auto file = world.state_dir() / "secrets/prod.client-secret";
  write(file, "x");
  write(world.config_dir() / "connections/prod.toml", k_prod);
  const json line = find(doctor(world, 3), "files", "secrets");
  CHECK(line["status"] == "failed");
  CHECK(line["hint"] == "chmod 600 " + file.string());
}

TEST_CASE("doctor reads the whole store and tells a damaged one") {
  CliWorld world;
  const auto file = world.data_dir() / "itsmc.db";
  { const store::Store made(file, store::OpenMode::read_write); }
  const json whole = find(doctor(world, 0), "store", "integrity");
  CHECK(whole["status"] == "ok");
  CHECK(whole["message"].get<std::string>().starts_with("whole, version "));
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(4096);  // the second page: a table's root
  bytes << std::string(4096, '\xEE');
  bytes.close();
  const json damaged = find(doctor(world, 3), "store", "integrity");
  CHECK(damaged["status"] == "failed");
  CHECK_FALSE(damaged["cause"].is_null());
}

TEST_CASE("a proxy of the environment is told, because it is not obeyed") {
  CliWorld world;
  world.environment["https_proxy"] = "http://user:hunter2@proxy:3128";
  write(world.config_dir() / "connections/prod.toml",
        std::string(k_prod) + "password-command = \"pass\"\n");
  const json all = doctor(world, 0);
  CHECK(find(all, "machine", "proxy")["status"] == "warning");
  CHECK(all.dump().find("hunter2") == std::string::npos);
}

TEST_CASE("doctor finds a secret file whose owner keeps secrets in the keyring", "[keyring]") {
  itsmc::test::need_keyring();
  CliWorld world;
  write(world.config_dir() / "connections/prod.toml",
        std::string(k_prod) + "secret-store = \"keyring\"\n");
  const std::filesystem::path left = world.state_dir() / "secrets/prod.token.json";
  write(left, "{}", Privacy::owner_only);
  const CliResult result = world.run({"doctor", "--no-network", "-o", "json"});
  const json found = find(json::parse(result.out), "orphans", "secret");
  CHECK(found["status"] == "warning");
  CHECK(found["hint"] == "rm " + left.string());
}

TEST_CASE("doctor finds what is left in the keyring by a connection that keeps files",
          "[keyring]") {
  itsmc::test::need_keyring();
  CliWorld world;
  world.environment["DBUS_SESSION_BUS_ADDRESS"] = std::getenv("DBUS_SESSION_BUS_ADDRESS");
  write(world.config_dir() / "connections/prod.toml", k_prod);
  write(world.config_dir() / "connections/test.toml",
        std::string(k_prod) + "secret-store = \"keyring\"\n");
  const config::SecretKeyring keyring(world.state_dir());
  keyring.write("prod", config::SecretKind::token, Secret("hunter2"));
  keyring.write("test", config::SecretKind::client_secret, Secret("hunter2"));
  const CliResult result = world.run({"doctor", "--no-network", "-o", "json"});
  const json found = find(json::parse(result.out), "orphans", "secret");
  CHECK(found["status"] == "warning");
  CHECK(found["message"] == "the keyring holds secrets of \"prod\", which keeps none there");
  CHECK(found["hint"] == "secret-tool clear application itsmc state-directory " +
                             world.state_dir().string() + " owner prod");
  CHECK(result.out.find("\"test\\\"") == std::string::npos);
  CHECK(result.out.find("hunter2") == std::string::npos);
}
