#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace std::chrono_literals;
using Catch::Contains;
using config::SecretFiles;
using http::Token;
using itsmc::test::error_of;
using itsmc::test::FakeClock;
using itsmc::test::TempDir;

namespace {

Token token(const std::string& access) {
  return {Secret(access), Secret("refresh-" + access), *parse_rfc3339("2026-01-02T03:34:05.678Z"),
          parse_rfc3339("2026-01-02T03:04:05Z")};
}

auto gives(const Token& fresh) {
  return [fresh](const std::optional<Token>&) { return fresh; };
}

Token never(const std::optional<Token>&) {
  FAIL("fetch was called");
  return {};
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a token is kept as it was given") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  CHECK_FALSE(secrets.load("prod"));
  CHECK(secrets.renew("prod", {}, gives(token("a")), {}) == token("a"));
  CHECK(secrets.load("prod") == token("a"));
  CHECK_FALSE(secrets.load("dev"));
  Token bare;
  bare.access = Secret("only \"access\" \\ \xC3\xBC");
  CHECK(secrets.renew("dev", {}, gives(bare), {}) == bare);
  CHECK(secrets.load("dev") == bare);
}

TEST_CASE("secrets are 0600 in 0700, and are so again after somebody changed it") {
  const TempDir dir;
  FakeClock clock;
  std::filesystem::create_directory(dir / "secrets");
  std::filesystem::permissions(dir / "secrets", std::filesystem::perms(0755));
  SecretFiles secrets(dir.path(), clock);
  secrets.renew("prod", {}, gives(token("a")), {});
  secrets.keep_client_secret("prod", Secret("s"));
  CHECK(mode_of(dir / "secrets") == 0700);
  CHECK(mode_of(secrets.token_path("prod")) == 0600);
  CHECK(mode_of(secrets.client_secret_path("prod")) == 0600);
  CHECK(secrets.token_path("prod") == dir / "secrets" / "prod.token.json");
  CHECK(secrets.client_secret_path("prod") == dir / "secrets" / "prod.client-secret");
}

TEST_CASE("fetch is asked only when the kept token is still the stale one") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  secrets.renew("prod", {}, gives(token("a")), {});
  CHECK(secrets.renew("prod", {}, never, {}) == token("a"));
  CHECK(secrets.renew("prod", token("older"), never, {}) == token("a"));
  std::optional<Token> seen;
  secrets.renew("prod", token("a"),
                [&seen](const std::optional<Token>& kept) {
                  seen = kept;
                  return token("b");
                },
                {});
  CHECK(seen == token("a"));
  CHECK(secrets.load("prod") == token("b"));
}

TEST_CASE("what fetch throws passes through, and the kept token stays") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  secrets.renew("prod", {}, gives(token("a")), {});
  const Error error = error_of([&] {
    secrets.renew(
        "prod", token("a"),
        [](const std::optional<Token>&) -> Token { throw Error(ErrorKind::auth, "refused"); }, {});
  });
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(secrets.load("prod") == token("a"));
  secrets.renew("prod", token("a"), gives(token("b")), {});
  CHECK(secrets.load("prod") == token("b"));
}

TEST_CASE("an empty token is not kept") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  CHECK(error_of([&] { secrets.renew("prod", {}, gives(Token{}), {}); }).kind() ==
        ErrorKind::protocol);
  CHECK_FALSE(std::filesystem::exists(secrets.token_path("prod")));
  Token bytes = token("a");
  bytes.access = Secret("\xFF hunter2");
  const Error error = error_of([&] { secrets.renew("prod", {}, gives(bytes), {}); });
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK_THAT(error.text(), !Contains("hunter2"));
}

TEST_CASE("a damaged token file is as none, and the next sign-in mends it") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  for (const std::string text :
       {"", "{", "[]", "null", "\xFF\xFE", "{}", R"({"access_token":1})", R"({"access_token":"a"})",
        R"({"access_token":"a","expires_at":"soon"})",
        R"({"access_token":"","refresh_token":"","expires_at":"2026-01-02T03:34:05Z"})"}) {
    CAPTURE(text);
    write_atomically(secrets.token_path("prod"), text, Privacy::owner_only);
    CHECK_FALSE(secrets.load("prod"));
    CHECK(secrets.renew("prod", token("lost"), gives(token("a")), {}) == token("a"));
    CHECK(secrets.load("prod") == token("a"));
  }
}

TEST_CASE("a secret file of ours that others can read is refused, with the way to mend it") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  secrets.renew("prod", {}, gives(token("hunter2")), {});
  secrets.keep_client_secret("prod", Secret("hunter2"));
  for (const unsigned mode : {0640U, 0604U, 0644U}) {
    std::filesystem::permissions(secrets.token_path("prod"), std::filesystem::perms(mode));
    std::filesystem::permissions(secrets.client_secret_path("prod"), std::filesystem::perms(mode));
    for (const Error& error : {error_of([&] { (void)secrets.load("prod"); }), error_of([&] {
                                 secrets.renew("prod", token("hunter2"), never, {});
                               }),
                               error_of([&] { (void)secrets.client_secret("prod"); })}) {
      CHECK(error.kind() == ErrorKind::config);
      CHECK_THAT(error.hint(), Catch::StartsWith("chmod 600 " + (dir / "secrets").string()));
      CHECK_THAT(error.text(), !Contains("hunter2"));
    }
  }
}

TEST_CASE("client secrets are kept, replaced and removed") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  CHECK_FALSE(secrets.client_secret("prod"));
  secrets.keep_client_secret("prod", Secret(" s+e/c=ret "));
  CHECK(secrets.client_secret("prod") == Secret(" s+e/c=ret "));
  secrets.keep_client_secret("prod", Secret("new"));
  CHECK(secrets.client_secret("prod") == Secret("new"));
  secrets.renew("prod", {}, gives(token("a")), {});
  std::ofstream(dir / "secrets" / ".prod.token.json.0011223344556677.tmp") << "left by a crash";
  secrets.keep_client_secret("other", Secret("stays"));
  secrets.remove_all("prod");
  CHECK_FALSE(secrets.client_secret("prod"));
  CHECK_FALSE(secrets.load("prod"));
  CHECK(secrets.client_secret("other") == Secret("stays"));
  const std::filesystem::directory_iterator left(dir / "secrets");
  CHECK(std::distance(begin(left), end(left)) == 1);
}

TEST_CASE("forget says whether there was a token") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  CHECK_FALSE(secrets.forget("prod"));
  secrets.renew("prod", {}, gives(token("a")), {});
  CHECK(secrets.forget("prod"));
  CHECK_FALSE(secrets.forget("prod"));
  CHECK_FALSE(secrets.load("prod"));
}

TEST_CASE("a name cannot lead out of the directory") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  for (const std::string name : {"../prod", "a/b", "", "."}) {
    CHECK(error_of([&] { (void)secrets.load(name); }).kind() == ErrorKind::invalid);
    CHECK(error_of([&] { secrets.renew(name, {}, never, {}); }).kind() == ErrorKind::invalid);
  }
}

TEST_CASE("eight threads that want a new token ask for one") {
  const TempDir dir;
  FakeClock clock;
  // Two objects, as two parts of a program may have: the lock between processes serves them too.
  SecretFiles first(dir.path(), clock);
  SecretFiles second(dir.path(), system_clock());
  first.renew("prod", {}, gives(token("stale")), {});
  std::atomic<int> fetched = 0;
  std::atomic<int> got_fresh = 0;
  std::latch all_here(8);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        SecretFiles& secrets = i == 0 ? first : second;
        all_here.arrive_and_wait();
        const Token kept = secrets.renew("prod", token("stale"),
                                         [&fetched](const std::optional<Token>&) {
                                           ++fetched;
                                           return token("fresh");
                                         },
                                         {});
        if (kept == token("fresh")) ++got_fresh;
      });
    }
  }
  CHECK(fetched == 1);
  CHECK(got_fresh == 8);
}

TEST_CASE("four processes that want a new token ask for one") {
  const TempDir dir;
  SecretFiles secrets(dir.path(), system_clock());
  secrets.renew("prod", {}, gives(token("stale")), {});
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const Token kept = secrets.renew("prod", token("stale"),
                                       [&dir](const std::optional<Token>&) {
                                         std::ofstream(dir / "fetched", std::ios::app) << "x";
                                         return token("fresh");
                                       },
                                       {});
      ::_exit(kept == token("fresh") ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(read_file(dir / "fetched") == "x");
}

TEST_CASE("waiting for another process's renewal ends when stopped, and after five minutes") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  const auto held = FileLock::try_acquire(dir / "locks" / "prod.token.lock", "process 12 renews");
  REQUIRE(held);
  std::stop_source stop;
  stop.request_stop();
  CHECK(error_of([&] { secrets.renew("prod", {}, never, stop.get_token()); }).kind() ==
        ErrorKind::cancelled);
  const auto began = clock.now();
  const Error error = error_of([&] { secrets.renew("prod", {}, never, {}); });
  CHECK(error.kind() == ErrorKind::locked);
  CHECK_THAT(error.text(), Contains("process 12 renews"));
  CHECK(clock.now() - began == 5min);
}

TEST_CASE("the renewal of one connection does not wait for another's") {
  const TempDir dir;
  FakeClock clock;
  SecretFiles secrets(dir.path(), clock);
  secrets.renew("prod", {},
                [&](const std::optional<Token>&) {
                  std::jthread other([&] { secrets.renew("dev", {}, gives(token("dev")), {}); });
                  other.join();
                  return token("prod");
                },
                {});
  CHECK(secrets.load("prod") == token("prod"));
  CHECK(secrets.load("dev") == token("dev"));
}
