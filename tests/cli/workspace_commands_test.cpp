#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/files.hpp"
#include "support/golden.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

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
  CHECK(listed.code == 3);
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

TEST_CASE("a way to sign in that is not built is refused, and nothing is saved") {
  CliWorld world;
  for (const std::string word : {"certificate", "federated", "managed-identity", "cli"}) {
    const CliResult result = world.run(add_words({"--auth", word}));
    INFO(word << ": " << result.err);
    CHECK(result.code == 2);
    CHECK(has(result.err, "--auth " + word + " is not built yet"));
  }
  CHECK(world.run({"workspace", "list", "-o", "json"}).out == "[]\n");
}

TEST_CASE("with auto the missing variables are named when they are needed") {
  CliWorld world;
  REQUIRE(world.run(add_words({"--no-verify"})).code == 0);
  world.environment["AZURE_TENANT_ID"] = "contoso.example";
  const CliResult result = world.run({"workspace", "push", "law"});
  INFO(result.err);
  CHECK(result.code == 4);
  CHECK_FALSE(has(result.err, "AZURE_TENANT_ID"));
  CHECK(has(result.err, "AZURE_CLIENT_ID"));
  CHECK(has(result.err, "AZURE_CLIENT_SECRET"));
}

TEST_CASE("a workspace that cannot be opened does not keep the others from being sent to") {
  CliWorld world;
  REQUIRE(world.run(add_words({"--no-verify"})).code == 0);
  world.input = "client-s3cret\n";
  Words other = add_words({"--auth", "secret", "--tenant", "contoso.example", "--client-id",
                           "itsmc", "--client-secret-stdin", "--no-verify"});
  other[2] = "zeta";
  REQUIRE(world.run(other).code == 0);
  const CliResult all = world.run({"workspace", "push", "-o", "json"});
  INFO(all.err);
  CHECK(all.code == 4);
  CHECK(all.out == "[]\n");
  CHECK(has(all.err, "law: nobody to sign in as"));
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
