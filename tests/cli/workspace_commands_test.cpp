#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/files.hpp"
#include "support/fake_transport.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using nlohmann::json;
using Words = std::vector<std::string>;
using itsmc::test::has;

namespace {

Words add_words(const Words& more = {}) {
  Words words{"workspace",
              "add",
              "law",
              "--endpoint",
              "https://a.westeurope-1.ingest.monitor.azure.com",
              "--rule-id",
              "dcr-0123456789abcdef0123456789abcdef",
              "--stream",
              "Custom-ServiceDesk"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

CliResult add(CliWorld& world) {
  world.input = "client-s3cret\n";
  return world.run(add_words({"--auth", "secret", "--tenant", "contoso.example", "--client-id",
                              "itsmc", "--client-secret-stdin", "--no-verify"}));
}

}  // namespace

TEST_CASE("a workspace is saved, listed and shown without its secret, and removed") {
  CliWorld world;
  const CliResult added = add(world);
  INFO(added.err);
  REQUIRE(added.code == 0);
  CHECK(has(added.err, "itsmc connection edit CONNECTION --workspace law"));
  test::check_golden("workspace/list.table", world.run({"workspace", "list"}).out);
  test::check_golden("workspace/list.json", world.run({"workspace", "list", "-o", "json"}).out);
  const CliResult shown = world.run({"workspace", "show", "law", "-o", "json"});
  const json one = json::parse(shown.out);
  CHECK(one["tenant"] == "contoso.example");
  CHECK(one["authority"] == "https://login.microsoftonline.com");
  CHECK(has(one["client_secret_place"].get<std::string>(), "workspace.law.client-secret"));
  CHECK(has(shown.err, "no connection is bound to it"));
  for (const auto& file : std::filesystem::recursive_directory_iterator(world.config_dir())) {
    if (!file.is_regular_file()) continue;
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    CHECK_FALSE(has(text + shown.out + shown.err + added.err, "client-s3cret"));
  }
  CHECK(add(world).code == 2);
  CHECK(world.run({"workspace", "remove", "law"}).code == 2);
  CHECK(world.run({"workspace", "remove", "law", "--yes"}).code == 0);
  CHECK(world.run({"workspace", "list", "-o", "json"}).out == "[]\n");
  CHECK(world.run({"workspace", "show", "law"}).code == 7);
}

TEST_CASE("an unreadable file holds up no other workspace, and is told") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  write_atomically(world.config_dir() / "workspaces" / "bad.toml", "tenant = \n", Privacy::shared);
  const CliResult listed = world.run({"workspace", "list", "-o", "csv"});
  CHECK(listed.code == 6);
  CHECK(has(listed.out, "law,"));
  CHECK(has(listed.err, "bad.toml"));
  write_atomically(world.config_dir() / "connections" / "odd.toml", "partner = \n",
                   Privacy::shared);
  const CliResult shown = world.run({"workspace", "show", "law"});
  CHECK(shown.code == 0);
  world.input.clear();
  CHECK(has(world.run({"workspace", "push", "law"}).err, "odd.toml"));
}

TEST_CASE("what a workspace lacks is named at once, each with its flag") {
  CliWorld world;
  const CliResult result = world.run({"workspace", "add", "law", "--endpoint", "ftp://x",
                                      "--rule-id", "westeurope", "--auth", "secret"});
  CHECK(result.code == 2);
  for (const std::string flag :
       {"--endpoint: ", "--rule-id: ", "--stream: ", "--tenant: ", "--client-id: "}) {
    INFO(result.err);
    CHECK(has(result.err, flag));
  }
  const CliResult secretless = world.run(
      add_words({"--auth", "secret", "--tenant", "t", "--client-id", "i", "--no-verify"}));
  CHECK(secretless.code == 2);
  CHECK(has(secretless.err, "--client-secret: is required"));
}

TEST_CASE("each way to sign in says which fields it needs, and which it would not look at") {
  struct Row {
    std::string auth;
    Words more;
    Words complaints;
  };
  const Words given{"--tenant", "t", "--client-id", "i", "--certificate", "/c.pem"};
  const std::vector<Row> rows{
      {"certificate", {}, {"--tenant: is req", "--client-id: is req", "--certificate: is req"}},
      {"certificate", {"--client-secret-command", "x"}, {"command: is not used"}},
      {"federated", given, {"--certificate: is not used by --auth federated"}},
      {"managed-identity", given, {"--tenant: is not used", "--certificate: is not used"}},
      {"cli", given, {"--client-id: is not used", "--certificate: is not used"}},
      {"secret", given, {"--certificate: is not used"}},
      {"certifcate", {}, {"did you mean \"certificate\"?"}}};
  CliWorld world;
  for (const Row& row : rows) {
    Words words{"--auth", row.auth, "--no-verify"};
    words.insert(words.end(), row.more.begin(), row.more.end());
    const CliResult result = world.run(add_words(words));
    INFO(row.auth << ": " << result.err);
    CHECK(result.code == 2);
    for (const std::string& complaint : row.complaints) CHECK(has(result.err, complaint));
  }
  world.input = "client-s3cret\n";
  const CliResult idle =
      world.run(add_words({"--auth", "cli", "--client-secret-stdin", "--no-verify"}));
  CHECK(idle.code == 2);
  CHECK(has(idle.err, "--client-secret: is not used by --auth cli"));
  CHECK(world.run({"workspace", "list", "-o", "json"}).out == "[]\n");
}

TEST_CASE("what is not there to sign in with is said at once, and nothing is saved") {
  CliWorld world;
  for (const auto& [auth, words] : {std::pair<std::string, std::string>{"cli", "az: not found"},
                                    {"federated", "no AZURE_FEDERATED_TOKEN_FILE"}}) {
    const CliResult result = world.run(add_words({"--auth", auth}));
    INFO(result.err);
    CHECK(result.code == 4);
    CHECK(has(result.err, "law: not saved: nobody to sign in as"));
    CHECK(has(result.err, words));
  }
  CHECK(world.run({"workspace", "list", "-o", "json"}).out == "[]\n");
}

TEST_CASE("an app without a secret: it is asked for on a terminal, and named elsewhere") {
  CliWorld world;  // its network is a failure: neither metadata address nor az are asked
  const Words app{"--tenant", "contoso.example", "--client-id", "itsmc"};
  const CliResult refused = world.run(add_words(app));
  INFO(refused.err);
  CHECK(refused.code == 4);
  CHECK(has(refused.err, "law: not saved: nobody to sign in as: no secret was given"));
  CHECK(has(refused.err, " --stream Custom-ServiceDesk --client-secret-file FILE (or"));
  CHECK(has(refused.err, "--auth managed-identity"));
  CHECK_FALSE(has(refused.err, "169.254"));
  world.in_is_terminal = world.err_is_terminal = true;
  world.input = "client-s3cret\n";
  Words words = add_words(app);
  words.emplace_back("--no-verify");
  const CliResult asked = world.run(words);
  INFO(asked.err);
  CHECK(asked.code == 0);
  CHECK(world.unseen_reads == 1);
  const json shown = json::parse(world.run({"workspace", "show", "law", "-o", "json"}).out);
  CHECK(has(shown["client_secret_place"].get<std::string>(), "workspace.law.client-secret"));
}

TEST_CASE("what a workspace lacks is asked for on a terminal") {
  CliWorld world;
  world.in_is_terminal = world.err_is_terminal = true;
  const std::string resource = "0b1f6880-6b1c-4f0a-9c57-2f5f1d3f7a10/rg/w";
  world.input = resource + "\ncontoso.example\nitsmc\nclient-s3cret\n";
  const CliResult added = world.run({"workspace", "add", "law", "--auth", "secret", "--no-verify"});
  INFO(added.err);
  REQUIRE(added.code == 0);
  for (const char* question :
       {"Resource id: ", "Tenant: ", "Client id: ", "Client secret (not shown): "}) {
    CHECK(has(added.err, question));
  }
  const json shown = json::parse(world.run({"workspace", "show", "law", "-o", "json"}).out);
  CHECK(has(shown["resource_id"].get<std::string>(), "/workspaces/w"));
  CHECK(shown["tenant"] == "contoso.example");
}

TEST_CASE("with auto every source is named with its reason when none works") {
  CliWorld world;
  test::FakeNetwork network;
  network.add(
      {.name = "probe",
       .url_part = "http://169.254.169.254/metadata/identity/oauth2/token?",
       .answer = test::failed_answer(http::FailureCause::timeout, false, "no answer in 1s")});
  std::vector<http::TransportOptions> made;
  world.new_transport = [&](const http::TransportOptions& options) {
    made.push_back(options);
    return network.transports()();
  };
  const Words behind_a_proxy{"--no-verify", "--proxy", "http://proxy.example:3128"};
  REQUIRE(world.run(add_words(behind_a_proxy)).code == 0);
  world.environment["AZURE_TENANT_ID"] = "contoso.example";
  const CliResult result = world.run({"workspace", "query", "law", "print 1"});
  INFO(result.err);
  CHECK(result.code == 2);  // neither its id nor its resource id is known
  const std::string guid = "0b1f6880-6b1c-4f0a-9c57-2f5f1d3f7a10";
  REQUIRE(world.run({"workspace", "edit", "law", "--workspace-guid", guid, "--no-verify"}).code ==
          0);
  const CliResult asked = world.run({"workspace", "query", "law", "print 1"});
  INFO(asked.err);
  CHECK(asked.code == 4);
  CHECK(has(asked.err, "environment secret: no AZURE_CLIENT_ID, no AZURE_CLIENT_SECRET; "));
  CHECK(has(asked.err, "environment certificate: no AZURE_CLIENT_ID, no AZURE_CLIENT_CERT"));
  CHECK(has(asked.err, "workload identity: no AZURE_CLIENT_ID, no AZURE_FEDERATED_TOKEN_FILE"));
  CHECK(has(asked.err, "no secret was given"));
  CHECK(has(asked.err, "managed identity: this machine has none"));
  CHECK_FALSE(has(asked.err, "169.254"));
  CHECK(has(asked.err, "Azure CLI: az: not found"));
  CHECK(has(asked.err, "itsmc workspace edit law --auth secret"));
  // The machine's own endpoint is asked past every proxy, and only for a moment.
  REQUIRE(made.size() == 1);
  CHECK(made.front().proxy.empty());
  CHECK(made.front().connect_timeout == std::chrono::seconds(1));
}

TEST_CASE("a workspace's fields are changed one by one, and only to what fits together") {
  CliWorld world;
  REQUIRE(add(world).code == 0);
  const auto edit = [&world](Words more) {
    Words words{"workspace", "edit", "law"};
    words.insert(words.end(), more.begin(), more.end());
    return world.run(words);
  };
  CHECK(edit({}).code == 2);
  CHECK(world.run({"workspace", "edit", "other", "--tenant", "t"}).code == 7);
  const CliResult bad = edit({"--auth", "certificate", "--no-verify"});
  INFO(bad.err);
  CHECK(bad.code == 2);
  CHECK(has(bad.err, "--certificate: is required by --auth certificate"));
  const CliResult moved = edit({"--auth", "managed-identity", "--tenant", "", "--client-id", "",
                                "--stream", "Custom-Other", "--no-verify"});
  INFO(moved.err);
  REQUIRE(moved.code == 0);
  CHECK(has(moved.err, "itsmc workspace test law"));
  CHECK(has(moved.err, "itsmc workspace push law --from-zero"));
  const json shown = json::parse(world.run({"workspace", "show", "law", "-o", "json"}).out);
  CHECK(shown["auth"] == "managed-identity");
  CHECK(shown["stream"] == "Custom-Other");
  CHECK(shown["tenant"].is_null());
  CHECK(shown["endpoint"] == "https://a.westeurope-1.ingest.monitor.azure.com");
}

TEST_CASE("a workspace that cannot be opened does not keep the others from being sent to") {
  CliWorld world;
  const std::string resource = "0b1f6880-6b1c-4f0a-9c57-2f5f1d3f7a10/rg/w";
  REQUIRE(world.run({"workspace", "add", "law", "--resource-id", resource, "--no-verify"}).code ==
          0);
  world.input = "client-s3cret\n";
  Words other = add_words({"--auth", "secret", "--tenant", "contoso.example", "--client-id",
                           "itsmc", "--client-secret-stdin", "--no-verify"});
  other[2] = "zeta";
  REQUIRE(world.run(other).code == 0);
  const CliResult all = world.run({"workspace", "push", "-o", "json"});
  INFO(all.err);
  CHECK(all.code == 2);
  CHECK(all.out == "[]\n");
  CHECK(has(all.err, "\"law\" has no endpoint"));
  CHECK_FALSE(has(all.err, "zeta"));
}

TEST_CASE("push says what it does not understand, and that nothing is bound") {
  CliWorld world;
  CHECK(world.run({"workspace", "push", "law"}).code == 7);
  CHECK(world.run({"workspace", "push", "--resend"}).code == 2);
  CHECK(world.run({"workspace", "push", "--rejected", "--from-zero"}).code == 2);
  REQUIRE(add(world).code == 0);
  const CliResult none = world.run({"workspace", "push", "-o", "json"});
  CHECK(none.code == 0);
  CHECK(none.out == "[]\n");
  CHECK(has(none.err, "no connection is bound"));
  CHECK(world.run({"workspace", "push", "law", "--rejected", "-o", "json"}).out == "[]\n");
}

TEST_CASE("a push whose workspace cannot be opened is in the ledger of each stream") {
  CliWorld world;
  write_atomically(world.config_dir() / "connections" / "prod.toml",
                   "partner = \"servicenow\"\nurl = \"https://acme.service-now.com\"\n"
                   "username = \"u\"\nclient-id = \"c\"\nworkspace = \"law\"\n",
                   Privacy::shared);
  write_atomically(world.config_dir() / "workspaces" / "law.toml", "endpiont = \"x\"\n",
                   Privacy::shared);
  const CliResult pushed = world.run({"workspace", "push", "law"});
  INFO(pushed.err);
  CHECK(pushed.code == 3);
  const json lines = json::parse(world.run({"sync", "history", "-o", "json"}).out);
  REQUIRE(lines.size() == 2);
  for (const json& line : lines) {
    CHECK(line["connection"] == "prod");
    CHECK(line["status"] == "failed");
    CHECK(has(line["error"].get<std::string>(), "law.toml:1"));
  }
  CHECK(world.run({"workspace", "push", "lwa"}).code == 7);
  CHECK(json::parse(world.run({"sync", "history", "-o", "json"}).out).size() == 2);
}
