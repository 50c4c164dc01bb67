#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using Catch::Contains;
using itsmc::test::TempDir;

namespace {

const std::vector<std::string> k_known{"output", "jobs", "color", "fields", "sync-days"};

std::string rule(const FieldText& field) {
  return field.name == "jobs" && field.value == "-1" ? "is less than 1" : "";
}

std::vector<config::Setting> load(const std::string& text) {
  const TempDir dir;
  std::ofstream(dir / "config.toml") << text;
  return config::load_settings(dir.path(), k_known, rule);
}

std::string problems_of(const std::string& text) {
  try {
    (void)load(text);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    return error.text();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace

TEST_CASE("settings are option names with their words") {
  const auto settings = load(
      "output = \"json\"\njobs = 2\ncolor = false\nfields = [\"id\", \"title\"]\n"
      "sync-days = 9\n");
  std::vector<std::pair<std::string, std::string>> words;
  words.reserve(settings.size());
  for (const config::Setting& one : settings) words.emplace_back(one.field.name, one.field.value);
  CHECK(words == std::vector<std::pair<std::string, std::string>>{{"output", "json"},
                                                                  {"jobs", "2"},
                                                                  {"color", "false"},
                                                                  {"fields", "id,title"},
                                                                  {"sync-days", "9"}});
}

TEST_CASE("without config.toml there are no settings") {
  const TempDir dir;
  CHECK(config::load_settings(dir.path(), k_known, rule).empty());
  CHECK(config::load_settings(dir / "none", k_known, rule).empty());
}

TEST_CASE("every unknown, secret or unreadable setting is named with its line") {
  const std::string said =
      problems_of("outputt = \"json\"\n\npassword = \"hunter2\"\njobs = 1.5\nzzz = 1\n");
  CHECK_THAT(said,
             Contains("config.toml:1:1: outputt: is not an option: did you mean \"output\"?"));
  CHECK_THAT(said, Contains("config.toml:3:1: password: is a secret"));
  CHECK_THAT(said, Contains("config.toml:4:1: jobs: is neither text"));
  CHECK_THAT(said, Contains("config.toml:5:1: zzz: is not an option"));
  CHECK_THAT(said, !Contains("hunter2"));
  CHECK_THAT(problems_of("jobs = \n"), Contains("config.toml:1:"));
}

TEST_CASE("a bad value stands beside an unknown key, each with its place") {
  const std::string said = problems_of("jobs = -1\njobz = 1\n");
  CHECK_THAT(said, Contains("config.toml:1:1: jobs: is less than 1"));
  CHECK_THAT(said, Contains("config.toml:2:1: jobz: is not an option"));
}

TEST_CASE("keys that cannot be defaults are refused with the place where they belong") {
  struct Case {
    const char *line, *says;
  };
  const auto row = GENERATE(Case{"config-dir = \"/x\"", "where this very file is"},
                            Case{"yes = true", "give --yes"},
                            Case{"password-file = \"/x\"", "belongs to one sign-in"},
                            Case{"help = true", "on the command line alone"},
                            Case{"version = true", "on the command line alone"},
                            Case{"url = \"https://x\"", "connections/NAME.toml"},
                            Case{"client-id = \"x\"", "connections/NAME.toml"});
  CHECK_THAT(problems_of(row.line), Contains("config.toml:1:1: ") && Contains(row.says));
}

TEST_CASE("what is no regular file is refused, and not waited for") {
  const TempDir dir;
  SECTION("a directory") {
    std::filesystem::create_directory(dir / "config.toml");
  }
  SECTION("a pipe") {
    REQUIRE(::mkfifo((dir / "config.toml").c_str(), 0600) == 0);
  }
  try {
    (void)config::load_settings(dir.path(), k_known, rule);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    CHECK_FALSE(error.hint().empty());
  }
}
