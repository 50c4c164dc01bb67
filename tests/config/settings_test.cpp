#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using Catch::Contains;
using itsmc::test::TempDir;

namespace {

const std::vector<std::string> k_known{"output", "jobs", "color", "fields", "password-file"};

config::Settings load(const std::string& text) {
  const TempDir dir;
  std::ofstream(dir / "config.toml") << text;
  return config::load_settings(dir.path(), k_known);
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
      "password-file = \"/run/secrets/x\"\n");
  std::vector<std::pair<std::string, std::string>> words;
  for (const FieldText& field : settings.defaults) words.emplace_back(field.name, field.value);
  CHECK(words ==
        std::vector<std::pair<std::string, std::string>>{{"output", "json"},
                                                         {"jobs", "2"},
                                                         {"color", "false"},
                                                         {"fields", "id,title"},
                                                         {"password-file", "/run/secrets/x"}});
}

TEST_CASE("without config.toml there are no settings") {
  const TempDir dir;
  CHECK(config::load_settings(dir.path(), k_known).defaults.empty());
  CHECK(config::load_settings(dir / "none", k_known).defaults.empty());
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
