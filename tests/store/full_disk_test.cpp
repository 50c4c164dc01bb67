#include "support/full_disk.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/store/integrity.hpp"
#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using store::OpenMode;
using store::Store;

namespace {

constexpr int k_most_writes = 2000;  // far more than a run of this size needs

/// Opens the store, begins where no walk is under way, and brings two rows.
void run(const std::filesystem::path& file) {
  Store store(file, OpenMode::read_write);
  const auto position = store.position(k_incidents);
  if (!position || !position->walk) store.begin_walk(k_incidents, walking());
  apply_rows(store, {{1}, {2}});
}

bool has_leftovers(const std::filesystem::path& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return std::any_of(begin(entries), end(entries), [](const auto& entry) {
    return entry.path().filename().string().find(".new-") != std::string::npos;
  });
}

/// A run on a disk that is full after so many writes; whether it was.
bool run_on_full_disk(const std::filesystem::path& file, int writes) {
  const FullDisk disk(writes);
  try {
    run(file);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::storage);
  }
  return disk.was_met();
}

}  // namespace

TEST_CASE("a disk that is full from any write on leaves a store that the next run goes on with") {
  int writes = 0;
  for (bool was_full = true; was_full && writes < k_most_writes; ++writes) {
    const TempDir dir;
    CAPTURE(writes);
    const std::filesystem::path file = dir / "store.db";
    was_full = run_on_full_disk(file, writes);
    CHECK_FALSE(has_leftovers(dir.path()));
    if (std::filesystem::exists(file)) CHECK(store::check_integrity(file).problems.empty());
    run(file);
    CHECK(rows_of(Store(file, OpenMode::read_only), "SELECT number FROM work_items").size() == 2);
  }
  CHECK(writes > 20);
  CHECK(writes < k_most_writes);
}

TEST_CASE("a full disk is named, with what is safe") {
  const TempDir dir;
  const FullDisk disk(0);
  try {
    run(dir / "store.db");
    FAIL("there was room");
  } catch (const Error& error) {
    CHECK(error.text().find("no space is left in " + dir.path().string()) != std::string::npos);
    CHECK(error.hint() == "make room there (df -h " + dir.path().string() +
                              "), then the same again: what was finished is safe");
  }
}

TEST_CASE("a store is read where the disk is full") {
  const TempDir dir;
  run(dir / "store.db");
  const FullDisk disk(0);
  const Store store(dir / "store.db", OpenMode::read_only);
  CHECK(rows_of(store, "SELECT number FROM work_items").size() == 2);
}
