#include "config/secret_command.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <signal.h>

#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace std::chrono_literals;
using Catch::Contains;
using itsmc::test::TempDir;

namespace {

std::string secret_of(const std::string& command) {
  return config::run_secret_command(command).reveal();
}

Error error_of(const std::string& command, std::chrono::milliseconds limit = 30s) {
  try {
    (void)config::run_secret_command(command, limit);
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {ErrorKind::unforeseen, ""};
}

}  // namespace

TEST_CASE("a command's first line is the secret") {
  CHECK(secret_of("echo one; echo two") == "one");
  CHECK(secret_of("printf 'no newline'") == "no newline");
  CHECK(secret_of("printf 'windows\\r\\n'") == "windows");
  CHECK(secret_of("printf ' blanks '") == " blanks ");
  CHECK(secret_of("echo talk >&2; echo one") == "one");
  CHECK(secret_of("cat; echo the input is empty") == "the input is empty");
}

TEST_CASE("a command that prints more than anybody keeps does not block") {
  CHECK(secret_of("echo one; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2") == "one");
}

TEST_CASE("a command that leaves a process behind ends all the same") {
  CHECK(secret_of("echo one; sleep 100 & ") == "one");
}

TEST_CASE("a command that fails tells its status and its last complaint, never what it printed") {
  const Error error = error_of("echo hunter2; echo first >&2; echo 'no such entry' >&2; exit 3");
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(error.text() == "the command of the secret ended with status 3: no such entry");
  CHECK_FALSE(error.hint().empty());
  CHECK_THAT(error_of("hunter2() { exit 1; }; hunter2").text(), !Contains("hunter2"));
  CHECK_THAT(error_of("kill -9 $$").text(), Contains("was ended by signal 9"));
  CHECK_THAT(error_of("no-such-command-anywhere").text(), Contains("status 127"));
}

TEST_CASE("an empty first line is no secret") {
  CHECK_THAT(error_of("true").text(), Contains("empty first line"));
  CHECK_THAT(error_of("echo; echo two").text(), Contains("empty first line"));
}

TEST_CASE("a command that does not end is ended") {
  const TempDir dir;
  const std::string mark = (dir / "mark").string();
  const Error error = error_of("sleep 20; touch " + mark, 100ms);
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(error.text() == "the command of the secret did not end within 100ms");
  CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("our signal mask is not the command's") {
  sigset_t blocked, before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const Error error = error_of("kill -TERM $$; echo still here");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK_THAT(error.text(), Contains("was ended by signal 15"));
}
