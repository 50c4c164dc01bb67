#include <random>

#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

// A process that dies in the middle of its work, at a random moment (SIGKILL) or at an exact one
// (after n steps of SQLite's machine), leaves a store that is whole: the position says exactly
// which pages are in it, and going on from there ends where an undisturbed run ends.

using namespace itsmc;
using namespace itsmc::test;
using store::OpenMode;
using store::Store;

namespace {

constexpr int k_pages = 12;
constexpr int k_rows = 40;  // a page

/// What the partner says at the time of a round: page p has rows p*k_rows to (p+1)*k_rows; every
/// third one changes from round to round; in the last round every fifth is gone.
WorkItemBatch page_of(int page, int round, bool with_gaps) {
  WorkItemBatch batch;
  for (int i = 0; i < k_rows; ++i) {
    const int number = page * k_rows + i;
    if (with_gaps && number % 5 == 0) continue;
    const int version = number % 3 == 0 ? round : 0;
    append(batch, {number, fmt::format("version {} {}", version, std::string(300, 'x'))});
  }
  return batch;
}

store::Position fresh_walk() {
  store::Position position = walking();
  position.complete_until = at(1);
  position.walk->marks_missing = true;
  return position;
}

int next_page(const Store& store) {
  const auto position = store.position(k_incidents);
  if (!position || !position->walk) return 0;
  const std::string& cursor = position->walk->lanes.at(0).cursor;
  return cursor.empty() ? 0 : std::stoi(cursor);
}

/// One full walk, begun or gone on with, to its end.
void walk(const std::filesystem::path& file, int round) {
  const bool with_gaps = round == 3;
  Store store(file, OpenMode::read_write);
  store.close_abandoned_runs(at(5));
  const std::int64_t run = store.begin_run(fmt::format("round {}", round), k_incidents, at(5));
  const auto before = store.position(k_incidents);
  if (!before || !before->walk) store.begin_walk(k_incidents, fresh_walk());
  for (int page = next_page(store); page < k_pages; ++page) {
    const WorkItemBatch batch = page_of(page, round, with_gaps);
    const bool is_last = page + 1 == k_pages;
    store.apply(k_incidents, run, {batch, 0, {std::to_string(page + 1), is_last}, 0});
  }
  store.finish_walk(k_incidents, run, at(10 + round), at(20));
}

bool is_finished(const std::filesystem::path& file, int round) {
  if (!std::filesystem::exists(file)) return false;
  const Store store(file, OpenMode::read_only);
  const auto position = store.position(k_incidents);
  return position && !position->walk && position->complete_until == at(10 + round);
}

/// Every page before the position is in the store in this round's version, none after it is.
void check_prefix(const std::filesystem::path& file, int round) {
  if (!std::filesystem::exists(file)) return;
  REQUIRE(health_of(file) == "ok");
  const Store store(file, OpenMode::read_only);
  const auto content = content_of(store);
  const auto position = store.position(k_incidents);
  if (!position || !position->walk) return;
  const int pages = next_page(store);
  for (int page = 0; page < k_pages; ++page) {
    const int of_round = page < pages ? round : round - 1;
    if (of_round == 0) {
      CHECK(content.count(id_of(page * k_rows + 1)) == 0);
      continue;
    }
    int number = page * k_rows;  // one that changes each round and never goes
    while (number % 3 != 0 || number % 5 == 0) ++number;
    const std::string title = content.at(id_of(number)).substr(0, 10);
    CHECK(title == fmt::format("version {} ", of_round));
  }
}

/// The same three walks undisturbed.
std::map<std::string, std::string> undisturbed(const std::filesystem::path& file) {
  for (int round = 1; round <= 3; ++round) walk(file, round);
  return content_of(Store(file, OpenMode::read_only));
}

/// Runs the walk in a child process; returns when that is dead.
template <class Prepare, class Kill>
void walk_in_child(const std::filesystem::path& file, int round, Prepare prepare, Kill kill) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    prepare();
    try {
      walk(file, round);
    } catch (const std::exception& error) {
      fmt::print(stderr, "child: {}\n", error.what());
      ::_exit(9);
    }
    ::_exit(0);
  }
  kill(child);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  const bool is_as_meant =
      WIFSIGNALED(status) || WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77;
  CHECK(is_as_meant);
}

// SQLite calls this for each connection that is opened; the handler ends the process in the middle
// of whatever statement is running.
int steps_left = 0;
int count_down(void*) {
  if (--steps_left <= 0) ::_exit(77);
  return 0;
}
int end_after_steps(sqlite3* db, const char**, const void*) {
  sqlite3_progress_handler(db, 50, count_down, nullptr);
  return SQLITE_OK;
}

/// Three rounds, each disturbed until it is through; `disturb` runs one attempt.
template <class Disturb>
int rounds_until_done(const std::filesystem::path& file, Disturb disturb) {
  int deaths = 0;
  for (int round = 1; round <= 3; ++round) {
    while (!is_finished(file, round)) {
      disturb(round);
      ++deaths;
      check_prefix(file, round);
    }
  }
  return deaths;
}

}  // namespace

TEST_CASE("a process killed at random moments leaves neither gap nor repeat") {
  const TempDir dir;
  const auto expected = undisturbed(dir / "whole.db");
  REQUIRE(expected.size() == k_pages * k_rows * 4 / 5);
  std::mt19937 random(20'261'122);
  const auto file = dir / "store.db";
  int attempt = 0;
  const int deaths = rounds_until_done(file, [&](int round) {
    // Later attempts live longer, so that slow machines get through as well.
    std::uniform_int_distribution<useconds_t> wait(
        100, static_cast<useconds_t>(4'000 + 1'500 * attempt++));
    walk_in_child(
        file, round, [] {},
        [&](pid_t child) {
          ::usleep(wait(random));
          ::kill(child, SIGKILL);
        });
  });
  CHECK(deaths > 3);
  CHECK(content_of(Store(file, OpenMode::read_only)) == expected);
}

TEST_CASE("a process that ends after exactly n steps of SQLite leaves neither gap nor repeat") {
  const TempDir dir;
  const auto expected = undisturbed(dir / "whole.db");
  const auto file = dir / "store.db";
  int steps = 5;
  const int deaths = rounds_until_done(file, [&](int round) {
    walk_in_child(
        file, round,
        [&] {
          steps_left = steps;
          sqlite3_auto_extension(reinterpret_cast<void (*)()>(end_after_steps));
        },
        [](pid_t) {});
    steps += 37;
  });
  CHECK(deaths > 10);
  CHECK(content_of(Store(file, OpenMode::read_only)) == expected);
}

TEST_CASE("two processes that write different streams at once both get all of their rows in") {
  const TempDir dir;
  const auto file = dir / "store.db";
  std::vector<pid_t> children;
  for (const char* connection : {"one", "two"}) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      int code = 0;
      try {
        Store store(file, OpenMode::read_write);
        const store::StreamKey stream{connection, WorkItemType::incident};
        store.begin_walk(stream, walking());
        for (int page = 0; page < k_pages; ++page) {
          const WorkItemBatch batch = page_of(page, 1, false);
          store.apply(stream, 0, {batch, 0, {"", true}, 0});
        }
        store.finish_walk(stream, 0, at(1), at(2));
      } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", connection, error.what());
        code = 1;
      }
      ::_exit(code);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  const Store store(file, OpenMode::read_only);
  CHECK(value_of(store, "SELECT count(*) FROM work_items WHERE connection = 'one'") == "480");
  CHECK(value_of(store, "SELECT count(*) FROM work_items WHERE connection = 'two'") == "480");
  CHECK(value_of(store, "SELECT count(DISTINCT change_seq) FROM work_item") == "960");
  CHECK(health_of(file) == "ok");
}
