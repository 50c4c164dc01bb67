#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/connection_words.hpp"
#include "cli/named_places.hpp"
#include "itsmc/core/files.hpp"
#include "support/run_cli.hpp"

using namespace itsmc;
using itsmc::test::CliResult;
using itsmc::test::CliWorld;
using itsmc::test::has;
using itsmc::test::shut;
using nlohmann::json;

namespace {

constexpr const char* k_connection =
    "partner = \"cherwell\"\nurl = \"https://itsm.example.com\"\nusername = \"u\"\n"
    "client-id = \"c\"\n";
constexpr const char* k_workspace =
    "endpoint = \"https://law.example.com\"\nrule-id = \"dcr-00000000000000000000000000000000\"\n"
    "stream = \"Custom-ServiceDesk_CL\"\n";
constexpr const char* k_nowhere = "/proc/itsmc-nope";

void write(const std::filesystem::path& file, const std::string& text) {
  write_atomically(file, text, Privacy::shared);
}

std::vector<std::string> add_words() {
  return {"connection",
          "add",
          "prod",
          "--partner",
          "cherwell",
          "--url",
          "https://itsm.example.com",
          "--username",
          "u",
          "--client-id",
          "c"};
}

}  // namespace

TEST_CASE("a directory that cannot be made is told before anybody signs in, with what named it") {
  // The transport of this world throws: asking the instance would be exit 1.
  for (const std::string option : {"config-dir", "state-dir"}) {
    for (const bool by_variable : {false, true}) {
      CliWorld world;
      world.environment["ITSMC_PASSWORD"] = "hunter2";
      std::vector<std::string> words = add_words();
      const std::string variable = option == "config-dir" ? "ITSMC_CONFIG_DIR" : "ITSMC_STATE_DIR";
      if (by_variable) {
        world.environment[variable] = k_nowhere;
      } else {
        words.insert(words.end(), {"--" + option, k_nowhere});
      }
      const CliResult refused = world.run(words);
      INFO(refused.err);
      CHECK(refused.code == 3);
      CHECK(has(refused.err, std::string("error: \"") + k_nowhere));
      CHECK(has(refused.err, "cannot be made in /proc: No such file or directory"));
      CHECK(has(refused.err, "(" + (by_variable ? variable : "--" + option) + " names it)"));
      CHECK(has(refused.err,
                fmt::format("name another directory: --{} DIR or {}", option, variable)));
    }
  }
}

TEST_CASE("a store that cannot be made is exit 3, and names the option") {
  CliWorld world;
  write(world.config_dir() / "connections/prod.toml", k_connection);
  const CliResult refused = world.run({"sync", "run", "--data-dir", k_nowhere});
  CHECK(refused.code == 3);
  CHECK(refused.err ==
        "error: making the directory \"/proc/itsmc-nope\": No such file or directory (--data-dir "
        "names it)\n"
        "hint:  nothing can be made in \"/proc\"; for another directory: --data-dir DIR or "
        "ITSMC_DATA_DIR\n");
}

TEST_CASE("only an error about a directory that cannot be used says what named it") {
  const test::TempDir dir;
  const std::vector<cli::NamedPlace> places{{k_nowhere, "data-dir", "--data-dir"},
                                            {dir.path(), "state-dir", "ITSMC_STATE_DIR"}};
  const std::string nowhere = k_nowhere;
  struct Case {
    ErrorKind kind;
    std::string text, said;
  };
  const std::vector<Case> cases{
      {ErrorKind::storage, "reading \"" + nowhere + "\": no",
       "reading \"" + nowhere + "\": no (--data-dir names it)"},
      {ErrorKind::storage, "reading \"" + nowhere + "/x\": no",
       "reading \"" + nowhere + "/x\": no (--data-dir names it)"},
      {ErrorKind::storage, "reading \"" + nowhere + "2\": no", "reading \"" + nowhere + "2\": no"},
      {ErrorKind::config, "reading \"" + nowhere + "\": no", "reading \"" + nowhere + "\": no"},
      {ErrorKind::storage, "reading \"" + (dir / "x").string() + "\": no",
       "reading \"" + (dir / "x").string() + "\": no"}};
  for (const Case& row : cases) {
    CHECK(cli::told_with_place(Error(row.kind, row.text), places).text() == row.said);
  }
}

TEST_CASE("a damaged file hides none of the others: the good ones are listed, exit 6, alone 3") {
  struct Case {
    std::vector<std::string> words;
    std::string directory, good;
  };
  const std::vector<Case> cases{{{"connection", "list"}, "connections", k_connection},
                                {{"sync", "status"}, "connections", k_connection},
                                {{"workspace", "list"}, "workspaces", k_workspace},
                                {{"action", "list"}, "actions", "connection = \"good\"\n"}};
  for (const Case& row : cases) {
    CliWorld world;
    const std::filesystem::path place = world.config_dir() / row.directory;
    write(place / "bad.toml", "connection = \"good\"\nurll = 1\n");
    const CliResult alone = world.run(row.words);
    INFO(row.directory << "\n" << alone.err);
    CHECK(alone.code == 3);
    CHECK(has(alone.err, (place / "bad.toml").string() + ":2:"));
    write(place / "good.toml", row.good);
    const CliResult both = world.run(row.words);
    INFO(both.out << both.err);
    CHECK(both.code == 6);
    CHECK(has(both.out, "good"));
    CHECK(has(both.err, (place / "bad.toml").string() + ":2:"));
  }
}

TEST_CASE("connection test goes on past a file that is damaged; what failed decides") {
  CliWorld world;
  shut(world);
  write(world.config_dir() / "connections/bad.toml", "urll = 1\n");
  CHECK(world.run({"connection", "test"}).code == 3);
  write(world.config_dir() / "connections/good.toml", k_connection);
  const CliResult both = world.run({"connection", "test"});
  CHECK(both.code == 5);
  CHECK(has(both.out, "good: failed"));
  CHECK(has(both.err, "bad.toml:1:"));
}

TEST_CASE("connection test names a state directory where nothing can be kept") {
  CliWorld world;
  shut(world);
  write(world.config_dir() / "connections/good.toml", k_connection);
  CHECK_FALSE(has(world.run({"connection", "test"}).out, " state "));
  const CliResult result = world.run({"connection", "test", "--state-dir", k_nowhere});
  INFO(result.out);
  CHECK(has(result.out, "failed    state"));
  CHECK(has(result.out, "or name another directory: --state-dir DIR or ITSMC_STATE_DIR"));
}

TEST_CASE("removing a connection whose file is damaged says what becomes of its session") {
  for (const bool signed_in : {true, false}) {
    CliWorld world;
    write(world.config_dir() / "connections/csm.toml", "urll = 1\n");
    if (signed_in) {
      write_atomically(world.state_dir() / "secrets/csm.token.json", "{}", Privacy::owner_only);
    }
    const CliResult removed = world.run({"connection", "remove", "csm", "--yes"});
    INFO(removed.err);
    CHECK(removed.code == 0);
    CHECK(has(removed.err, signed_in
                               ? "warning: csm: its file cannot be read, so its session could "
                                 "not be ended"
                               : "a session that it may have"));
    CHECK(has(removed.err, "Cherwell"));
    CHECK_FALSE(std::filesystem::exists(world.state_dir() / "secrets/csm.token.json"));
  }
}

TEST_CASE("doctor tells directories that are not there and cannot be made") {
  struct Case {
    const char *option, *status;
    int code;
  };
  for (const Case& row : {Case{"config-dir", "warning", 0}, Case{"data-dir", "failed", 3},
                          Case{"state-dir", "failed", 3}}) {
    CliWorld world;
    const CliResult told = world.run(
        {"doctor", "--no-network", "-o", "json", std::string("--") + row.option, k_nowhere});
    INFO(row.option << told.out);
    CHECK(told.code == row.code);
    json found;
    for (const json& part : json::parse(told.out)) {
      for (const json& check : part["checks"]) {
        if (check["check"] == row.option) found = check;
      }
    }
    CHECK(found["status"] == row.status);
    CHECK(found["message"] == std::string(k_nowhere) + " is not there and cannot be made in /proc");
    CHECK(has(found["hint"], std::string("--") + row.option + " DIR"));
  }
}

TEST_CASE("doctor leaves nothing where it tried whether something can be made") {
  CliWorld world;
  CHECK(world.run({"doctor", "--no-network"}).code == 0);
  CHECK(std::filesystem::is_empty(world.config_dir().parent_path()));
}
