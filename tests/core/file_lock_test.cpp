#include <csignal>
#include <fstream>
#include <optional>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "support/fake_clock.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace std::chrono_literals;
using itsmc::test::FakeClock;
using itsmc::test::TempDir;

TEST_CASE("a lock is held by one, and free again when its object is gone") {
  const TempDir dir;
  const auto path = dir / "locks" / "sync.lock";
  {
    const auto lock = FileLock::try_acquire(path, "sync run, process 12");
    REQUIRE(lock);
    CHECK_FALSE(FileLock::try_acquire(path, "another"));
    CHECK(FileLock::holder_of(path) == "sync run, process 12");
  }
  CHECK(FileLock::holder_of(path).empty());
  CHECK(std::filesystem::exists(path));
  CHECK(FileLock::try_acquire(path, "another"));
}

TEST_CASE("a lock moves with its object") {
  const TempDir dir;
  const auto path = dir / "lock";
  auto first = FileLock::try_acquire(path, "first");
  REQUIRE(first);
  FileLock moved = std::move(*first);
  first.reset();
  CHECK_FALSE(FileLock::try_acquire(path, "second"));
  auto other = FileLock::try_acquire(dir / "other", "other");
  REQUIRE(other);
  moved = std::move(*other);
  other.reset();
  CHECK(FileLock::try_acquire(path, "second"));
  CHECK_FALSE(FileLock::try_acquire(dir / "other", "second"));
}

TEST_CASE("the holder is one line") {
  const TempDir dir;
  const auto lock = FileLock::try_acquire(dir / "lock", "two\nlines " + std::string(5'000, 'x'));
  REQUIRE(lock);
  const std::string holder = FileLock::holder_of(dir / "lock");
  CHECK(holder.starts_with("two lines xxx"));
  CHECK(holder.size() <= 200);
  CHECK(FileLock::holder_of(dir / "none").empty());
}

TEST_CASE("of a file that is no lock's, the holder is its first line at most") {
  const TempDir dir;
  std::ofstream(dir / "lock") << std::string(100'000, 'x');
  CHECK(FileLock::holder_of(dir / "lock") == std::string(200, 'x'));
  CHECK(FileLock::holder_of(dir.path()).empty());
}

TEST_CASE("waiting for a lock goes in steps and ends in time") {
  const TempDir dir;
  FakeClock clock;
  const auto held = FileLock::try_acquire(dir / "lock", "first");
  CHECK_FALSE(FileLock::acquire(dir / "lock", "second", 120ms, clock, {}));
  CHECK(clock.waits() == std::vector<std::chrono::milliseconds>{50ms, 50ms, 20ms});
  CHECK_FALSE(FileLock::acquire(dir / "lock", "second", 0ms, clock, {}));
  CHECK(clock.waits().size() == 3);
}

TEST_CASE("waiting for a lock ends when a stop is requested") {
  const TempDir dir;
  FakeClock clock;
  std::stop_source stop;
  stop.request_stop();
  const auto held = FileLock::try_acquire(dir / "lock", "first");
  CHECK_FALSE(FileLock::acquire(dir / "lock", "second", 1h, clock, stop.get_token()));
  CHECK(clock.waits().empty());
}

TEST_CASE("a lock that comes free is taken by who waits") {
  const TempDir dir;
  /// Its third wait is the time in which the holder ends.
  struct ReleasingClock : FakeClock {
    bool wait_for(std::chrono::milliseconds wait, std::stop_token stop) override {
      if (waits().size() == 2) held.reset();
      return FakeClock::wait_for(wait, stop);
    }
    std::optional<FileLock> held;
  } clock;
  clock.held = FileLock::try_acquire(dir / "lock", "first");
  REQUIRE(clock.held);
  CHECK(FileLock::acquire(dir / "lock", "second", 1min, clock, {}));
  CHECK(clock.waits().size() == 3);
}

TEST_CASE("the lock of a process that was killed is free") {
  const TempDir dir;
  int ready[2] = {-1, -1};
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto lock = FileLock::try_acquire(dir / "lock", "the child");
    const char held = lock ? 'y' : 'n';
    if (::write(ready[1], &held, 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  char held = 0;
  REQUIRE(::read(ready[0], &held, 1) == 1);
  ::close(ready[0]);
  ::close(ready[1]);
  CHECK(held == 'y');
  CHECK_FALSE(FileLock::try_acquire(dir / "lock", "the parent"));
  CHECK(FileLock::holder_of(dir / "lock") == "the child");
  ::kill(child, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(FileLock::try_acquire(dir / "lock", "the parent"));
}

TEST_CASE("a lock that cannot be made is a storage error") {
  const TempDir dir;
  std::ofstream(dir / "file") << "x";
  CHECK_THROWS_AS((void)FileLock::try_acquire(dir / "file" / "lock", "x"), Error);
  CHECK_THROWS_AS((void)FileLock::try_acquire(dir.path(), "x"), Error);
}
