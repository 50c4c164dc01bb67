#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "cli/connection_words.hpp"
#include "cli/stored_items.hpp"
#include "itsmc/core/files.hpp"

using namespace itsmc;
using namespace itsmc::test;
using nlohmann::json;

TEST_CASE("edit takes a variable too, and says which") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  world.environment = {{"ITSMC_SYNC_DAYS", "7"}, {"ITSMC_NO_VERIFY", "true"}};
  const CliResult edited = world.run({"connection", "edit", "prod", "--create-ci", "--quiet"});
  CHECK(edited.code == 0);
  CHECK(edited.err == "warning: sync-days is changed by ITSMC_SYNC_DAYS\n");
  json shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["sync_days"] == 7);
  CHECK(world.run({"connection", "edit", "prod", "--sync-days", "60"}).err.find("warning") ==
        std::string::npos);
  world.environment.erase("ITSMC_SYNC_DAYS");  // it stands before the file
  shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["sync_days"] == 60);
}

TEST_CASE("edit changes what is said and nothing else") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  CHECK(world.run({"connection", "edit", "prod"}).code == 2);
  const CliResult edited =
      world.run({"connection", "edit", "prod", "--sync-days", "60", "--create-ci", "--no-verify"});
  INFO(edited.err);
  CHECK(edited.code == 0);
  json shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["sync_days"] == 60);
  CHECK(shown["create_ci"] == true);
  CHECK(shown["url"] == "https://acme.service-now.com");
  CHECK(world.run({"connection", "edit", "prod", "--create-ci=false", "--no-verify"}).code == 0);
  shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["create_ci"] == false);
  const CliResult bad = world.run({"connection", "edit", "prod", "--sync-days", "121"});
  CHECK(bad.code == 2);
  CHECK(has(bad.err, "120"));
}

TEST_CASE("removing needs a yes") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  const CliResult refused = world.run({"connection", "remove", "prod"});
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "hint:  itsmc connection remove prod --yes"));
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = "n\n";
  const CliResult kept = world.run({"connection", "remove", "prod"});
  CHECK(kept.code == 2);
  CHECK(has(kept.err, "nothing was removed"));
  CHECK_FALSE(has(kept.err, "error:"));
  CHECK(has(world.run({"connection", "list", "-o", "csv"}).out, "prod"));
  world.input = "y\n";
  CHECK(world.run({"connection", "remove", "prod"}).code == 0);
  CHECK(world.run({"connection", "list", "-o", "json"}).out == "[]\n");
  CHECK(world.run({"connection", "remove", "prod", "--yes"}).code == 7);
  world.in_is_terminal = world.err_is_terminal = false;
  const CliResult nobody = world.run({"connection", "remove", "nosuch"});
  CHECK(nobody.code == 7);
  CHECK_FALSE(has(nobody.err, "--yes"));
}

TEST_CASE("a name that is taken is told before anything is asked") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = "servicenow\n";
  const CliResult result = world.run({"connection", "add", "prod"});
  CHECK(result.code == 2);
  CHECK(has(result.err, "already called \"prod\""));
  CHECK_FALSE(has(result.err, "Partner"));
}

TEST_CASE("where the connection's file cannot be made no secret is left") {
  for (const bool file_in_the_way : {true, false}) {
    CliWorld world;
    Words words = add_words("prod", {"--no-verify"});
    if (file_in_the_way) {
      write_atomically(world.config_dir() / "connections", "", Privacy::shared);
    } else {
      words.insert(words.end(), {"--config-dir", "/proc/itsmc-is-not-there"});
    }
    world.input = "hunter2\nclient-s3cret\n";
    const CliResult result = world.run(words);
    INFO(result.err);
    CHECK(result.code == 3);
    CHECK(has(result.err, file_in_the_way ? (world.config_dir() / "connections").string()
                                          : std::string("/proc")));
    CHECK(has(result.err, "--config-dir DIR"));
    const std::filesystem::path secrets = world.state_dir() / "secrets";
    if (std::filesystem::exists(secrets)) CHECK(std::filesystem::is_empty(secrets));
  }
}

TEST_CASE("what keeps a connection from being saved is told once, with the whole command again") {
  CliWorld world;
  lead_nowhere(world);
  world.input = "hunter2\nclient-s3cret\n";
  const CliResult result = world.run(add_words("prod", {"--create-ci"}));
  INFO(result.err);
  CHECK(has(result.err, "hint:  the same command with --url https://INSTANCE.service-now.com\n"));
  CHECK(has(result.err,
            "error: prod: not saved: dns: no such host\n"
            "hint:  itsmc connection add prod --partner servicenow --url "
            "https://INSTANCE.service-now.com --username itsmc --client-id 0a1b2c --create-ci "
            "--client-secret-stdin --password-stdin\n"));
  world.input = "hunter2\nclient-s3cret\n";
  const CliResult quiet = world.run(add_words("prod", {"--quiet"}));
  CHECK(has(quiet.err, "dns: no such host: no such host: the name is mistyped"));
  CHECK(has(quiet.err, "hint:  the same command with --url"));
}

TEST_CASE("a change that needs a new sign-in asks for the password, or names every way") {
  CliWorld world;
  lead_nowhere(world);
  REQUIRE(add(world).code == 0);
  const Words words{"connection", "edit", "prod", "--url", "new.service-now.com"};
  const CliResult refused = world.run(words);
  INFO(refused.err);
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "--password: is required: use --password-stdin"));
  CHECK(has(refused.err,
            "hint:  itsmc connection edit prod --url new.service-now.com --password-file FILE\n"));
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = "hunter2\n";
  const CliResult asked = world.run(words);
  INFO(asked.err);
  CHECK(asked.code == 5);
  CHECK(world.unseen_reads == 1);
  CHECK(has(asked.err, "Password (not shown): "));
  CHECK(has(asked.err, "  itsmc connection edit prod --url https://INSTANCE.service-now.com\n"));
}

TEST_CASE("a command that gives no secret is not saved, unless nothing is to be tried") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  const std::filesystem::path file = world.config_dir() / "connections/prod.toml";
  Words words{"connection", "edit", "prod", "--password-command", "exit 3"};
  const CliResult refused = world.run(words);
  INFO(refused.err);
  CHECK(refused.code == 4);
  CHECK(has(refused.err,
            "prod: not changed: --password-command: the command of the secret ended "
            "with status 3"));
  CHECK(has(refused.err, "--no-verify"));
  CHECK_FALSE(has(read_file(file, 10'000).value(), "exit 3"));
  words.emplace_back("--no-verify");
  CHECK(world.run(words).code == 0);
  CHECK(has(read_file(file, 10'000).value(), "exit 3"));
}

TEST_CASE("an edit that changes nothing says so") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  const CliResult same =
      world.run({"connection", "edit", "prod", "--sync-days", "30", "--no-verify"});
  CHECK(same.code == 0);
  CHECK(has(same.err, "connection \"prod\" is as it was"));
  const CliResult moved = world.run(
      {"connection", "edit", "prod", "--url", "https://new.service-now.com/x/y", "--no-verify"});
  CHECK(has(moved.err,
            "--url: \"/x/y\" is left away: the address of an instance is "
            "https://new.service-now.com"));
  CHECK(has(moved.err, "is changed; next: itsmc connection login prod"));
}

TEST_CASE("a workspace that is not there is refused, with the nearest") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  write_atomically(world.config_dir() / "workspaces" / "law.toml", "cloud = \"public\"\n",
                   Privacy::shared);
  for (const Words& words :
       {Words{"connection", "edit", "prod", "--workspace", "lwa", "--no-verify"},
        add_words("other", {"--workspace", "lwa", "--no-verify"})}) {
    world.input = "hunter2\nclient-s3cret\n";
    const CliResult result = world.run(words);
    INFO(result.err);
    CHECK(result.code == 7);
    CHECK(has(result.err, "--workspace: no workspace is called \"lwa\""));
    CHECK(has(result.err, "did you mean \"law\"?"));
  }
  CHECK(world.run({"connection", "edit", "prod", "--workspace", "law", "--no-verify"}).code == 0);
}

TEST_CASE("a variable with a slip in it is named, once, by a command that reads it") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  world.environment = {{"ITSMC_SYNC_DAYS", "abc"}, {"ITSMC_CONNECTION_PROD_URLL", "x"}};
  const std::string told = world.run({"connection", "show", "prod"}).err;
  INFO(told);
  CHECK(has(told, "error: prod: ITSMC_SYNC_DAYS: \"abc\" is not a whole number"));
  CHECK(has(told, "warning: ITSMC_CONNECTION_PROD_URLL: "));
  CHECK(told.find("URLL") == told.rfind("URLL"));
  world.input = "hunter2\nclient-s3cret\n";
  const CliResult refused = world.run(add_words("two", {"--no-verify"}));
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "--sync-days: \"abc\" is not a whole number"));
  CHECK(has(refused.err, "(from ITSMC_SYNC_DAYS)"));
}

TEST_CASE("another port of the same host asks for no new sign-in where the product has its own") {
  struct Case {
    const char* url;
    bool asks;
  };
  for (const Case& one : {Case{"https://acme.service-now.com:8443", false},
                          Case{"https://acme2.service-now.com", true}}) {
    CAPTURE(one.url);
    CliWorld world;
    lead_nowhere(world);
    REQUIRE(add(world).code == 0);
    const CliResult edited = world.run({"connection", "edit", "prod", "--url", one.url});
    INFO(edited.err);
    CHECK(edited.code == (one.asks ? 2 : 5));
    CHECK(has(edited.err, "--password: is required") == one.asks);
  }
}

TEST_CASE("after a refused sign-in login asks for the client secret too, which may stay") {
  for (const char* given : {"", "new-s3cret"}) {
    CAPTURE(given);
    CliWorld world;
    lead_nowhere(world);
    REQUIRE(add(world).code == 0);
    const std::filesystem::path secrets = world.state_dir() / "secrets";
    write_atomically(secrets / "prod.refusal.json",
                     R"({"at":"2026-01-02T03:04:05Z","words":"refused"})", Privacy::owner_only);
    world.in_is_terminal = world.err_is_terminal = true;
    world.input = std::string("hunter2\n") + given + "\n";
    const CliResult login = world.run({"connection", "login", "prod"});
    INFO(login.err);
    CHECK(login.code == 5);  // nobody was reached
    CHECK(world.unseen_reads == 2);
    CHECK(has(login.err, "Client secret (Enter: the one that is kept) (not shown): "));
    std::filesystem::remove(secrets / "prod.refusal.json");
    world.unseen_reads = 0;
    world.input = "hunter2\n";
    CHECK_FALSE(has(world.run({"connection", "login", "prod"}).err, "Client secret"));
    CHECK(world.unseen_reads == 1);
  }
}

TEST_CASE("a client secret that is gone is told with the way to give it") {
  CliWorld world;
  lead_nowhere(world);
  REQUIRE(add(world).code == 0);
  std::filesystem::remove(world.state_dir() / "secrets/prod.client-secret");
  world.environment = {{"ITSMC_CONNECTION_PROD_PASSWORD", "hunter2"}};
  const CliResult synced = world.run({"sync", "run", "prod"});
  INFO(synced.err);
  CHECK(synced.code == 4);
  CHECK(has(synced.err,
            "error: prod: ServiceNow needs a sign-in: no client secret is kept\n"
            "hint:  itsmc connection login prod --client-secret-file FILE\n"));
  const CliResult login = world.run({"connection", "login", "prod"});
  CHECK(login.code == 2);
  CHECK(has(login.err, "--client-secret-file FILE"));
  world.environment.clear();
  CHECK(has(world.run({"sync", "run", "prod"}).err,
            "hint:  itsmc connection login prod --client-secret-file FILE --password-file FILE\n"));
}

TEST_CASE("a connection of variables alone is led to its variables") {
  CliWorld world;
  lead_nowhere(world);
  world.environment = {{"ITSMC_CONNECTION_PROD_PARTNER", "servicenow"},
                       {"ITSMC_CONNECTION_PROD_URL", "https://itsm.example.com"},
                       {"ITSMC_CONNECTION_PROD_USERNAME", "u"},
                       {"ITSMC_CONNECTION_PROD_CLIENT_ID", "c"},
                       {"ITSMC_CONNECTION_PROD_PASSWORD", "hunter2"}};
  const CliResult cloud = world.run({"connection", "show", "prod"});
  INFO(cloud.err);
  CHECK(cloud.code == 3);
  CHECK(has(cloud.err,
            "for ServiceNow on a host of your own set "
            "ITSMC_CONNECTION_PROD_SELF_HOSTED=true\n"));
  CHECK(has(cloud.err,
            "hint:  set or unset these variables, or set "
            "ITSMC_CONNECTION_PROD_SELF_HOSTED=true\n"));
  CHECK_FALSE(has(cloud.err, "--self-hosted"));
  world.environment["ITSMC_CONNECTION_PROD_SELF_HOSTED"] = "true";
  CHECK(has(world.run({"sync", "run", "prod"}).err,
            "hint:  set ITSMC_CONNECTION_PROD_CLIENT_SECRET, or keep it: itsmc connection login "
            "prod --client-secret-file FILE\n"));
  world.environment.erase("ITSMC_CONNECTION_PROD_PASSWORD");
  CHECK(has(world.run({"sync", "run", "prod"}).err,
            "hint:  set ITSMC_CONNECTION_PROD_CLIENT_SECRET and ITSMC_CONNECTION_PROD_PASSWORD, or "
            "keep them: itsmc connection login prod --client-secret-file FILE --password-file "
            "FILE\n"));
}

TEST_CASE("a hint of another url keeps what was said of the rows") {
  CliWorld world;
  stored::fill_store(world);
  stored::add_connection(world);
  shut(world);
  world.input = "hunter2\nclient-s3cret\n";
  const CliResult result =
      world.run({"connection", "edit", "prod", "--url", "https://other.service-now.com", "--purge",
                 "--yes", "--password-stdin", "--client-secret-stdin"});
  INFO(result.err);
  CHECK(has(result.err, "https://other.service-now.com:PORT"));
  CHECK(has(result.err, "--purge --yes"));
  CHECK_FALSE(has(result.err, "--keep-rows"));
}
