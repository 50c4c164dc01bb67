#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using Catch::Contains;
using itsmc::test::TempDir;

namespace {

ErrorKind kind_of_reading(const std::filesystem::path& file) {
  try {
    (void)config::read_secret_file(file, no_log());
  } catch (const Error& error) {
    CHECK_THAT(error.text(), !Contains("hunter2"));
    return error.kind();
  }
  FAIL("nothing was thrown");
  return ErrorKind::unforeseen;
}

}  // namespace

TEST_CASE("a file's first line is the secret") {
  const TempDir dir;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"one\ntwo\n", "one"}, {"one", "one"}, {"one\r\n", "one"}, {" one \n", " one "}};
  for (const auto& [text, secret] : cases) {
    write_atomically(dir / "file", text, Privacy::owner_only);
    CHECK(config::read_secret_file(dir / "file", no_log()).reveal() == secret);
  }
}

TEST_CASE("a byte order mark is no part of the secret, and that is said") {
  const TempDir dir;
  write_atomically(dir / "file", "\xEF\xBB\xBFhunter2\r\n", Privacy::owner_only);
  std::vector<std::string> warnings;
  const Log log = [&warnings](LogLevel, std::string_view text) { warnings.emplace_back(text); };
  CHECK(config::read_secret_file(dir / "file", log).reveal() == "hunter2");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings.front(), Contains("begins with a byte order mark"));
  write_atomically(dir / "file", "\xEF\xBB\xBF\n", Privacy::owner_only);
  CHECK(kind_of_reading(dir / "file") == ErrorKind::invalid);
}

TEST_CASE("a file without a secret is an invalid value") {
  const TempDir dir;
  CHECK(kind_of_reading(dir / "none") == ErrorKind::invalid);
  CHECK(kind_of_reading(dir.path()) == ErrorKind::invalid);
  write_atomically(dir / "file", "\nhunter2\n", Privacy::owner_only);
  CHECK(kind_of_reading(dir / "file") == ErrorKind::invalid);
  write_atomically(dir / "file", std::string(100'000, 'x'), Privacy::owner_only);
  CHECK(kind_of_reading(dir / "file") == ErrorKind::invalid);
}

TEST_CASE("a secret file of the user's that others can read is used with a warning") {
  const TempDir dir;
  write_atomically(dir / "file", "hunter2\n", Privacy::owner_only);
  std::vector<std::string> warnings;
  const Log log = [&warnings](LogLevel level, std::string_view text) {
    CHECK(level == LogLevel::warning);
    warnings.emplace_back(text);
  };
  CHECK(config::read_secret_file(dir / "file", log).reveal() == "hunter2");
  CHECK(warnings.empty());
  std::filesystem::permissions(dir / "file", std::filesystem::perms(0644));
  CHECK(config::read_secret_file(dir / "file", log).reveal() == "hunter2");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Contains("chmod 600"));
  CHECK_THAT(warnings[0], !Contains("hunter2"));
}
