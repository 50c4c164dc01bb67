#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "cli/connection_words.hpp"
#include "itsmc/core/files.hpp"
#include "support/golden.hpp"
#include "support/keyring_session.hpp"

using namespace itsmc;
using namespace itsmc::test;
using nlohmann::json;

TEST_CASE("every missing flag is named at once where nobody can be asked") {
  CliWorld world;
  const CliResult result =
      world.run({"connection", "add", "prod", "--partner", "servicenow", "--sync-days", "400"});
  CHECK(result.code == 2);
  CHECK(result.out.empty());
  for (const std::string flag : {"--url: ", "--username: ", "--client-id: ", "--password: ",
                                 "--client-secret: ", "--sync-days: "}) {
    CHECK(has(result.err, flag));
  }
  CHECK(has(result.err, "120"));
  CHECK(has(result.err, "hint:  itsmc connection add --help"));
  CHECK_FALSE(std::filesystem::exists(world.config_dir()));
  CHECK(has(world.run({"connection", "add"}).err, "--partner: is required"));
}

TEST_CASE("a connection is added from standard input, password first, and never tells it") {
  CliWorld world;
  const CliResult added = add(world);
  INFO(added.err);
  REQUIRE(added.code == 0);
  CHECK(has(added.err, "connection \"prod\" is saved"));
  const std::filesystem::path file = world.config_dir() / "connections" / "prod.toml";
  const std::string saved = content_of(file);
  CHECK(has(saved, "https://acme.service-now.com"));
  CHECK_FALSE(has(saved, "hunter2"));
  CHECK_FALSE(has(saved, "client-s3cret"));
  int holding = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world.state_dir())) {
    if (!entry.is_regular_file()) continue;
    CHECK(is_private(entry.path()));
    CHECK_FALSE(has(content_of(entry.path()), "hunter2"));
    holding += has(content_of(entry.path()), "client-s3cret") ? 1 : 0;
  }
  CHECK(holding == 1);
  for (const Words& look :
       {Words{"connection", "show", "prod"}, Words{"connection", "show", "prod", "-o", "json"},
        Words{"connection", "list", "-o", "csv"}}) {
    const CliResult shown = world.run(look);
    CHECK(shown.code == 0);
    CHECK_FALSE(has(shown.out + shown.err, "client-s3cret"));
  }
}

TEST_CASE("fields come from the environment and config.toml too, the command line first") {
  CliWorld world;
  world.environment = {{"ITSMC_PARTNER", "servicenow"}, {"ITSMC_URL", "acme.service-now.com"},
                       {"ITSMC_USERNAME", "itsmc"},     {"ITSMC_CLIENT_ID", "0a1b2c"},
                       {"ITSMC_PASSWORD", "hunter2"},   {"ITSMC_CLIENT_SECRET", "client-s3cret"},
                       {"ITSMC_NO_VERIFY", "true"},     {"ITSMC_IN_FLIGHT", "2"}};
  write_atomically(world.config_dir() / "config.toml", "sync-days = 60\nin-flight = 3\n",
                   Privacy::shared);
  const CliResult added = world.run({"connection", "add", "prod", "--username", "other"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  const json shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["username"] == "other");
  CHECK(shown["sync_days"] == 60);
  CHECK(shown["in_flight"] == 2);
}

TEST_CASE("config.toml with an unknown key is an error with the nearest key") {
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "sync-dasy = 60\n", Privacy::shared);
  const CliResult result = world.run({"connection", "list"});
  CHECK(result.code == 3);
  CHECK(has(result.err, "sync-dasy"));
  CHECK(has(result.err, "sync-days"));
  CHECK(world.run({"connection", "list", "--help"}).code == 0);
}

TEST_CASE("what is missing is asked for on a terminal, secrets unseen") {
  CliWorld world;
  world.in_is_terminal = world.err_is_terminal = true;
  world.input =
      "prod\nservicenw\nservicenow\nhttp://acme.service-now.com\nacme.service-now.com\n"
      "itsmc\n0a1b2c\nhunter2\nclient-s3cret\n";
  const CliResult added = world.run({"connection", "add", "--no-verify"});
  INFO(added.err);
  CHECK(added.code == 0);
  CHECK(world.unseen_reads == 2);
  CHECK_FALSE(has(added.err, "hunter2"));
  CHECK(has(added.err, "Name of the connection: "));
  const json shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["url"] == "https://acme.service-now.com");
  CHECK(shown["username"] == "itsmc");
  CHECK(shown["client_id"] == "0a1b2c");
}

TEST_CASE("whoever hosts ServiceNow on a host of their own is asked, not sent in circles") {
  CliWorld world;
  world.in_is_terminal = world.err_is_terminal = true;
  world.input =
      "prod\nservicenow\nhttps://sn.corp.example\nn\ny\nhttps://snow.corp.example\ny\n"
      "itsmc\n0a1b2c\nhunter2\nclient-s3cret\n";
  const CliResult added = world.run({"connection", "add", "--no-verify"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  CHECK(has(added.err, "host this ServiceNow yourselves"));
  CHECK_FALSE(has(added.err, "add --self-hosted\nDo you"));
  const json shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["url"] == "https://snow.corp.example");
  CHECK(shown["self_hosted"] == true);
}

TEST_CASE("a partner's fields are checked before anything is asked, and its own are saved") {
  CliWorld world;
  const CliResult bad =
      world.run({"connection", "add", "x", "--partner", "scsm", "--username", "u"});
  CHECK(bad.code == 2);
  CHECK(has(bad.err, "--username: is not for System Center Service Manager"));
  CHECK(has(bad.err, "--tenant: is required"));
  CHECK(world.run({"connection", "list", "-o", "json"}).out == "[]\n");
  world.input = "s\n";
  const CliResult good = world.run({"connection", "add", "x", "--partner", "scsm", "--url",
                                    "https://s.example.com/", "--tenant", "contoso.example",
                                    "--client-id", "i", "--client-secret-stdin", "--no-verify"});
  INFO(good.err);
  CHECK(good.code == 0);
  const json shown = json::parse(world.run({"connection", "show", "x", "-o", "json"}).out);
  CHECK(shown["tenant"] == "contoso.example");
  CHECK(shown["url"] == "https://s.example.com");
}

TEST_CASE("a secret comes one way, and an empty standard input has none") {
  CliWorld world;
  const CliResult both =
      world.run({"connection", "add", "prod", "--password-stdin", "--password-file", "/nowhere"});
  CHECK(both.code == 2);
  CHECK(has(both.err, "--password-stdin and --password-file exclude each other"));
  const CliResult empty = world.run(add_words("prod"));
  CHECK(empty.code == 2);
  CHECK(has(empty.err, "--password-stdin: the standard input has no line for it"));
  world.input = "\xEF\xBB\xBF\n";
  const CliResult marked = world.run(add_words("prod"));
  CHECK(has(marked.err, "warning: --password-stdin: the standard input begins with a byte order"));
  CHECK(has(marked.err, "--password-stdin: the standard input has no line for it"));
  world.input = "only the password\n";
  CHECK(has(world.run(add_words("prod")).err, "--client-secret-stdin: the standard input"));
}

TEST_CASE("what is wrong with values, files and secrets is named at once") {
  CliWorld world;
  const CliResult result = world.run({"connection",
                                      "add",
                                      "prod",
                                      "--partner",
                                      "servicenow",
                                      "--url",
                                      "acme.service-now.com",
                                      "--username",
                                      "u",
                                      "--client-id",
                                      "c",
                                      "--password-file",
                                      "/nowhere/p",
                                      "--client-secret-file",
                                      "/nowhere/s",
                                      "--workspace",
                                      "nows",
                                      "--ca-file",
                                      "/nowhere/ca.pem",
                                      "--sync-days",
                                      "300",
                                      "--no-verify"});
  INFO(result.err);
  CHECK(result.code == 2);
  for (const char* line :
       {"\n  --sync-days: 300 is more than 120 days",
        "\n  --ca-file: \"/nowhere/ca.pem\" holds no certificate that can be read",
        "\n  --workspace: no workspace is called \"nows\"",
        "\n  --password-file: there is no file \"/nowhere/p\"",
        "\n  --client-secret-file: there is no file \"/nowhere/s\""}) {
    CAPTURE(line);
    CHECK(has(result.err, line));
  }
  CHECK_FALSE(has(result.err, "is required"));
}

TEST_CASE("a connection that cannot be reached is not saved") {
  CliWorld world;
  lead_nowhere(world);
  world.input = "hunter2\nclient-s3cret\n";
  const CliResult result = world.run(add_words("prod"));
  INFO(result.err);
  CHECK(result.code == 5);
  CHECK(has(result.err, "error: prod: not saved: dns: "));
  CHECK(world.run({"connection", "list", "-o", "json"}).out == "[]\n");
}

TEST_CASE("connections are listed and shown in every shape") {
  CliWorld world;
  CHECK(world.run({"connection", "list", "-o", "json"}).out == "[]\n");
  const CliResult none = world.run({"connection", "list"});
  CHECK(none.out.empty());
  CHECK(has(none.err, "itsmc connection add"));
  REQUIRE(add(world, "prod").code == 0);
  REQUIRE(add(world, "test-2").code == 0);
  test::check_golden("connection/list.table", world.run({"connection", "list"}).out);
  test::check_golden("connection/list.json", world.run({"connection", "list", "-o", "json"}).out);
  const CliResult shown = world.run({"connection", "show", "prod", "-o", "json"});
  const json fields = json::parse(shown.out);
  CHECK(fields["name"] == "prod");
  CHECK(fields["work_items"] == json::array({"incident", "change-request"}));
  CHECK(fields["create_ci"] == false);
  CHECK(fields["tenant"].is_null());
  CHECK(fields["token_place"].is_null());
  CHECK(fields["client_secret_place"].is_string());
  CHECK(has(shown.err, "itsmc connection login prod"));
  CHECK(world.run({"connection", "list", "--fields", "name,sync_days", "-o", "csv"}).out ==
        "name,sync_days\r\nprod,30\r\ntest-2,30\r\n");
}

TEST_CASE("an unknown connection is named with the nearest") {
  CliWorld world;
  REQUIRE(add(world, "prod").code == 0);
  for (const std::string verb : {"show", "edit", "logout", "test"}) {
    const CliResult result = world.run({"connection", verb, "prdo"});
    INFO(result.err);
    CHECK(result.code == 7);
    CHECK(has(result.err, "\"prdo\""));
    CHECK(has(result.err, "\"prod\""));
  }
}

TEST_CASE("show names the credential that a service was given, which wins over what is kept") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  const auto place_of = [&](const char* field) {
    return json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out)[field];
  };
  const std::filesystem::path kept = world.state_dir() / "secrets" / "prod.client-secret";
  const std::filesystem::path given = world.state_dir() / "run" / "prod.client-secret";
  write_atomically(given, "of the service\n", Privacy::owner_only);
  CHECK(place_of("client_secret_place") == kept.string());
  world.environment["CREDENTIALS_DIRECTORY"] = "run";  // from nowhere in particular
  CHECK(place_of("client_secret_place") == kept.string());
  world.environment["CREDENTIALS_DIRECTORY"] = given.parent_path().string();
  CHECK(place_of("client_secret_place") == given.string());
  CHECK(place_of("password_place").is_null());
  world.environment["ITSMC_CONNECTION_PROD_CLIENT_SECRET"] = "own";
  CHECK(place_of("client_secret_place") == "environment");
  world.environment.erase("ITSMC_CONNECTION_PROD_CLIENT_SECRET");
  write_atomically(given, "\n", Privacy::owner_only);
  const CliResult empty = world.run({"connection", "show", "prod"});
  CHECK(empty.code == 2);
  CHECK(has(empty.err, given.string()));
}

TEST_CASE("config.toml says where new connections keep their secrets", "[keyring]") {
  test::need_keyring();
  CliWorld world;
  write_atomically(world.config_dir() / "config.toml", "secret-store = \"keyring\"\n",
                   Privacy::shared);
  const CliResult added = world.run({"connection", "add", "desk", "--partner", "cherwell", "--url",
                                     "https://itsm.example.com", "--username", "u", "--client-id",
                                     "c", "--password-command", "x", "--no-verify"});
  INFO(added.err);
  CHECK(added.code == 0);
  const json listed = json::parse(world.run({"connection", "list", "-o", "json"}).out);
  CHECK(listed[0]["secret_store"] == "keyring");
}

TEST_CASE("a store that is neither file nor keyring is refused") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  const CliResult refused =
      world.run({"connection", "edit", "prod", "--secret-store", "vault", "--no-verify"});
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "\"vault\" is neither file nor keyring"));
  const json shown = json::parse(world.run({"connection", "show", "prod", "-o", "json"}).out);
  CHECK(shown["secret_store"] == "file");
}

TEST_CASE("a damaged file is told with its place and what to do, wherever it is met") {
  CliWorld world;
  const std::filesystem::path file = world.config_dir() / "connections" / "bad.toml";
  write_atomically(file, "partner = \"servicenow\"\nurl = \n", Privacy::shared);
  for (const Words& words : {Words{"connection", "show", "bad"}, Words{"sync", "run", "bad"},
                             Words{"config", "validate"}, Words{"doctor", "--no-network"}}) {
    const CliResult result = world.run(words);
    INFO(result.out << result.err);
    CHECK(result.code == 3);
    CHECK(has(result.out + result.err, "bad.toml:2:7: "));
    CHECK(has(result.out + result.err, "hint:  edit " + file.string()));
  }
}

TEST_CASE("test tells what it found, as a list and as JSON") {
  CliWorld world;
  lead_nowhere(world);
  REQUIRE(add(world).code == 0);
  const CliResult text = world.run({"connection", "test", "prod"});
  INFO(text.out << text.err);
  CHECK(text.code == 5);
  CHECK(text.out.starts_with("prod: failed\n  failed    dns"));
  const CliResult result = world.run({"connection", "test", "-o", "json"});
  CHECK(result.code == 5);
  const json all = json::parse(result.out);
  REQUIRE(all.size() == 1);
  CHECK(all[0]["connection"] == "prod");
  CHECK(all[0]["status"] == "failed");
  CHECK(all[0]["checks"][0]["check"] == "dns");
  CHECK(all[0]["checks"][0]["status"] == "failed");
  for (const std::string key : {"check", "status", "message", "cause", "hint"}) {
    CHECK(all[0]["checks"][0].contains(key));
  }
  CHECK(world.run({"connection", "test", "-o", "csv"})
            .out.starts_with("connection,check,status,message,cause,hint\r\nprod,dns,failed,"));
}

TEST_CASE("a secret that the product does not take is refused, not ignored") {
  CliWorld world;
  world.input = "s\n";
  REQUIRE(world
              .run({"connection", "add", "sm", "--partner", "scsm", "--url",
                    "https://s.example.com", "--tenant", "contoso.example", "--client-id", "i",
                    "--client-secret-stdin", "--no-verify"})
              .code == 0);
  for (const std::string verb : {"login", "edit"}) {
    const CliResult refused = world.run({"connection", verb, "sm", "--password-file", "/nowhere"});
    INFO(refused.err);
    CHECK(refused.code == 2);
    CHECK(has(refused.err, "--password-file: is not for System Center Service Manager"));
    CHECK(has(refused.err, "itsmc connection " + verb + " sm --client-secret-file FILE"));
  }
  const CliResult out = world.run({"connection", "logout", "sm"});
  CHECK(has(out.err, "the client secret ("));
  CHECK(has(out.err, "itsmc connection remove sm forgets it"));
}

TEST_CASE("a secret's file that is not there is named with its option") {
  CliWorld world;
  const CliResult result = world.run({"connection", "add", "x", "--password-file", "./nosuch"});
  CHECK(result.code == 2);
  CHECK(has(result.err, "--password-file: there is no file \"./nosuch\""));
}

TEST_CASE("a connection file whose name is none is said to be unread") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  write_atomically(world.config_dir() / "connections" / "My Conn.toml", "", Privacy::shared);
  const CliResult listed = world.run({"connection", "list", "-o", "csv"});
  CHECK(listed.code == 0);
  CHECK(has(listed.err, "warning: "));
  CHECK(has(listed.err, "My Conn.toml\" is no connection: rename it"));
}

TEST_CASE("where there is no connection yet the hint names no product") {
  CliWorld world;
  const CliResult result = world.run({"connection", "test", "csm"});
  CHECK(result.code == 7);
  CHECK(has(result.err, "hint:  there is none yet: itsmc connection add csm\n"));
}

TEST_CASE("an unreadable connection file holds up no other's test or status") {
  CliWorld world;
  lead_nowhere(world);
  REQUIRE(add(world).code == 0);
  write_atomically(world.config_dir() / "connections" / "bad.toml", "partner = \n",
                   Privacy::shared);
  const CliResult tested = world.run({"connection", "test"});
  CHECK(has(tested.out, "prod: failed"));
  CHECK(has(tested.err, "bad.toml"));
  const CliResult status = world.run({"sync", "status", "-o", "csv"});
  CHECK(status.code == 6);
  CHECK(has(status.out, "prod,incident"));
  CHECK(has(status.err, "bad.toml"));
}

TEST_CASE("login names every secret it lacks where nobody can be asked") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  const CliResult result = world.run({"connection", "login", "prod"});
  INFO(result.err);
  CHECK(result.code == 2);
  CHECK(has(result.err, "error: prod: cannot sign in:"));
  CHECK(has(result.err, "--password: is required: use --password-stdin"));
  CHECK_FALSE(has(result.err, "--client-secret: is required"));
  CHECK(has(result.err, "hint:  itsmc connection login prod --password-file FILE\n"));
  const CliResult out = world.run({"connection", "logout", "prod"});
  CHECK(out.code == 0);
  CHECK(has(out.err, "was not signed in"));
}
