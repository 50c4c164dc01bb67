#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/kept_secrets_contract.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace std::chrono_literals;
using Catch::Contains;
using config::KeptSecrets;
using config::SecretKind;
using http::Token;
using itsmc::test::error_of;
using itsmc::test::FakeClock;
using itsmc::test::gives;
using itsmc::test::never;
using itsmc::test::TempDir;
using itsmc::test::token_of;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("files keep secrets as every store does") {
  itsmc::test::check_kept_secrets(SecretStore::file);
}

TEST_CASE("removing takes along what a crash left beside a secret's file") {
  const TempDir dir;
  FakeClock clock;
  KeptSecrets secrets(dir.path(), clock, SecretStore::file);
  secrets.renew("prod", {}, gives(token_of("a")), {});
  std::ofstream(dir / "secrets" / ".prod.token.json.0011223344556677.tmp") << "left by a crash";
  secrets.keep_client_secret("other", Secret("stays"));
  config::make_secret_place(SecretStore::file, dir.path())->remove_all("prod");
  const std::filesystem::directory_iterator left(dir / "secrets");
  CHECK(std::distance(begin(left), end(left)) == 1);
}

TEST_CASE("secrets are 0600 in 0700, and are so again after somebody changed it") {
  const TempDir dir;
  FakeClock clock;
  std::filesystem::create_directory(dir / "secrets");
  std::filesystem::permissions(dir / "secrets", std::filesystem::perms(0755));
  KeptSecrets secrets(dir.path(), clock, SecretStore::file);
  secrets.renew("prod", {}, gives(token_of("a")), {});
  secrets.keep_client_secret("prod", Secret("s"));
  CHECK(mode_of(dir / "secrets") == 0700);
  CHECK(mode_of(secrets.where("prod", SecretKind::token)) == 0600);
  CHECK(mode_of(secrets.where("prod", SecretKind::client_secret)) == 0600);
  CHECK(secrets.where("prod", SecretKind::token) == dir / "secrets" / "prod.token.json");
  CHECK(secrets.where("prod", SecretKind::client_secret) == dir / "secrets" / "prod.client-secret");
}

TEST_CASE("a secret file of ours that others can read is refused, with the way to mend it") {
  const TempDir dir;
  FakeClock clock;
  KeptSecrets secrets(dir.path(), clock, SecretStore::file);
  secrets.renew("prod", {}, gives(token_of("hunter2")), {});
  secrets.keep_client_secret("prod", Secret("hunter2"));
  for (const unsigned mode : {0640U, 0604U, 0644U}) {
    std::filesystem::permissions(secrets.where("prod", SecretKind::token),
                                 std::filesystem::perms(mode));
    std::filesystem::permissions(secrets.where("prod", SecretKind::client_secret),
                                 std::filesystem::perms(mode));
    for (const Error& error : {error_of([&] { (void)secrets.load("prod"); }), error_of([&] {
                                 secrets.renew("prod", token_of("hunter2"), never, {});
                               }),
                               error_of([&] { (void)secrets.client_secret("prod"); })}) {
      CHECK(error.kind() == ErrorKind::config);
      CHECK_THAT(error.hint(), Catch::StartsWith("chmod 600 " + (dir / "secrets").string()));
      CHECK_THAT(error.text(), !Contains("hunter2"));
    }
  }
}

TEST_CASE("every secret file that others can read is named at once") {
  const TempDir dir;
  FakeClock clock;
  KeptSecrets secrets(dir.path(), clock, SecretStore::file);
  secrets.renew("prod", {}, gives(token_of("hunter2")), {});
  secrets.keep_client_secret("prod", Secret("hunter2"));
  for (const SecretKind kind : {SecretKind::token, SecretKind::client_secret}) {
    std::filesystem::permissions(secrets.where("prod", kind), std::filesystem::perms(0644));
  }
  const Error error = error_of([&] { (void)secrets.client_secret("prod"); });
  const std::string place = (dir / "secrets").string();
  CHECK(error.hint() == "chmod 600 " + place + "/prod.client-secret " + place + "/prod.token.json");
}

TEST_CASE("reading closes a directory that others can list") {
  const TempDir dir;
  FakeClock clock;
  KeptSecrets secrets(dir.path(), clock, SecretStore::file);
  secrets.keep_client_secret("prod", Secret("s"));
  std::filesystem::permissions(dir / "secrets", std::filesystem::perms(0755));
  CHECK(secrets.client_secret("prod"));
  CHECK(mode_of(dir / "secrets") == 0700);
}

TEST_CASE("four processes that want a new token ask for one") {
  const TempDir dir;
  KeptSecrets secrets(dir.path(), system_clock(), SecretStore::file);
  secrets.renew("prod", {}, gives(token_of("stale")), {});
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const Token kept = secrets.renew("prod", token_of("stale"),
                                       [&dir](const std::optional<Token>&) {
                                         std::ofstream(dir / "fetched", std::ios::app) << "x";
                                         return token_of("fresh");
                                       },
                                       {});
      ::_exit(kept == token_of("fresh") ? 0 : 1);
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
  KeptSecrets secrets(dir.path(), clock, SecretStore::file);
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
