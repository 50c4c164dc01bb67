#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "itsmc/store/store.hpp"
#include "store/store_support.hpp"
#include "support/temp_dir.hpp"

using namespace itsmc;
using namespace itsmc::test;
using store::OpenMode;
using store::Store;

namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

void execute(const std::filesystem::path& file, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

Error error_of_opening(const std::filesystem::path& file, OpenMode mode) {
  try {
    const Store store(file, mode);
    static_cast<void>(store.status());
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::unforeseen, "it opened"};
}

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

/// A store with 2,000 rows, closed.
void make_store(const std::filesystem::path& file) {
  Store store = open_walking(file);
  std::vector<Row> rows;
  for (int i = 0; i < 2'000; ++i) rows.push_back({i, std::string(200, 'x')});
  apply_rows(store, rows);
}

}  // namespace

TEST_CASE("the store file and its directory are the owner's alone") {
  const TempDir dir;
  const auto file = dir / "data" / "store.db";
  Store store = open_walking(file);
  apply_rows(store, {{1}});
  CHECK(mode_of(file) == 0600);
  CHECK(mode_of(file.parent_path()) == 0700);
  CHECK(mode_of(file.string() + "-wal") == 0600);
  CHECK(mode_of(file.string() + "-shm") == 0600);
}

TEST_CASE("nothing but the store is left in its directory") {
  const TempDir dir;
  { const Store store = open_walking(dir / "store.db"); }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    names.push_back(entry.path().filename());
  }
  CHECK(names == std::vector<std::string>{"store.db"});
}

TEST_CASE("reading a store that is not there finds it empty and makes nothing") {
  const TempDir dir;
  const Store store(dir / "none" / "store.db", OpenMode::read_only);
  CHECK(content_of(store).empty());
  CHECK(store.status().empty());
  CHECK(store.history({}).empty());
  CHECK(store.summary({}).empty());
  CHECK(value_of(store, "SELECT count(*) FROM ServiceDesk_CL") == "0");
  CHECK_FALSE(store.position(k_incidents));
  CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("a file that is not a store is refused, said so, and left as it is") {
  struct Case {
    const char* name;
    void (*make)(const std::filesystem::path&);
  };
  const Case cases[] = {
      {"text", [](const auto& file) { write(file, std::string(5'000, 'x')); }},
      {"empty", [](const auto& file) { write(file, ""); }},
      {"a few bytes of SQLite", [](const auto& file) { write(file, "SQLite format 3"); }},
      {"another program's database", [](const auto& file) { execute(file, "CREATE TABLE a(b)"); }},
      {"another application's mark",
       [](const auto& file) { execute(file, "PRAGMA application_id=7; CREATE TABLE a(b)"); }},
  };
  for (const Case& one : cases) {
    for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
      CAPTURE(one.name, mode == OpenMode::read_only);
      const TempDir dir;
      const auto file = dir / "store.db";
      one.make(file);
      const std::string before = bytes_of(file);
      const Error error = error_of_opening(file, mode);
      CHECK(error.kind() == ErrorKind::damaged);
      CHECK(error.text().find(file.string()) != std::string::npos);
      CHECK_FALSE(error.hint().empty());
      CHECK(bytes_of(file) == before);
    }
  }
}

TEST_CASE("a store of every older version is brought up to date with nothing lost") {
  const TempDir dir;
  const std::filesystem::path file = dir / "store.db";
  const std::string sql =
      bytes_of(std::filesystem::path(ITSMC_SOURCE_DIR) / "tests/fixtures/store/version-1.sql");
  execute(file, sql.c_str());
  execute(file,
          "PRAGMA application_id = 1230263117; PRAGMA user_version = 1;"
          "PRAGMA journal_mode = WAL");
  Store store(file, OpenMode::read_write);
  const store::StreamKey stream{"bench", WorkItemType::incident};
  CHECK(store.list({.limit = 0}, [](const StoredItem&) {}) == 6);
  CHECK(store.position(stream).has_value());
  CHECK(store.count_owed("logs", stream) == 6);
  CHECK(store.status().at(0).last_success ==
        store.history({.connections = {"bench"}, .limit = 1}).at(0).ended);
  store.acknowledge("logs", stream, store.acknowledged("logs", stream) + 1, {}, {});
  CHECK(store.count_owed("logs", stream) == 5);
  CHECK_FALSE(store.origin("bench"));
  CHECK(store.rows_of("bench") == 6);
  store.remember_origin("bench", {"servicenow", "https://a.service-now.com"});
  CHECK(store.origin("bench") == store::Origin{"servicenow", "https://a.service-now.com"});
}

TEST_CASE("a store of the second version gets origins with nothing lost") {
  const TempDir dir;
  const std::filesystem::path file = dir / "store.db";
  make_store(file);
  execute(file,
          "DROP TABLE origin; DROP TABLE creation; DROP TABLE creation_alert; DROP TABLE forwarded;"
          "DROP TABLE kept; ALTER TABLE stream DROP COLUMN last_success; PRAGMA user_version = 2");
  Store store(file, OpenMode::read_write);
  CHECK(store.rows_of("prod") == 2'000);
  CHECK_FALSE(store.origin("prod"));
}

TEST_CASE("where a connection's rows come from is remembered until they are purged") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1}, {2}});
  store.remember_origin("prod", {"cherwell", "https://old.example.com"});
  store.remember_origin("prod", {"cherwell", "https://new.example.com"});
  CHECK(store.origin("prod") == store::Origin{"cherwell", "https://new.example.com"});
  CHECK_FALSE(store.origin("other"));
  CHECK(store.rows_of("other") == 0);
  CHECK(store.purge("prod").rows == 2);
  CHECK_FALSE(store.origin("prod"));
  CHECK(store.rows_of("prod") == 0);
}

TEST_CASE("a store written by a newer itsmc is refused with both versions") {
  const TempDir dir;
  make_store(dir / "store.db");
  execute(dir / "store.db", "PRAGMA user_version = 7");
  for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
    const Error error = error_of_opening(dir / "store.db", mode);
    CHECK(error.kind() == ErrorKind::damaged);
    CHECK(error.text().find("written by a newer itsmc (version 7, this one knows 5)") !=
          std::string::npos);
  }
}

TEST_CASE("a truncated store is refused as damaged") {
  const TempDir dir;
  make_store(dir / "store.db");
  const std::string whole = bytes_of(dir / "store.db");
  for (const std::size_t size : {std::size_t{50}, std::size_t{8'192}, whole.size() / 2}) {
    CAPTURE(size);
    write(dir / "store.db", whole.substr(0, size));
    for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
      CHECK(error_of_opening(dir / "store.db", mode).kind() == ErrorKind::damaged);
    }
  }
}

TEST_CASE("a page overwritten in the middle of the store is damaged when it is read") {
  const TempDir dir;
  make_store(dir / "store.db");
  std::string bytes = bytes_of(dir / "store.db");
  for (std::size_t page = 3; page * 8'192 < bytes.size(); ++page) {
    bytes.replace(page * 8'192, 512, 512, '\x5a');
  }
  write(dir / "store.db", bytes);
  try {
    const Store store(dir / "store.db", OpenMode::read_only);
    content_of(store);
    FAIL("nothing noticed");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::damaged);
  }
}

TEST_CASE("a directory in the store's place is a storage error") {
  const TempDir dir;
  std::filesystem::create_directory(dir / "store.db");
  CHECK(error_of_opening(dir / "store.db", OpenMode::read_write).kind() == ErrorKind::storage);
  CHECK(error_of_opening(dir / "store.db", OpenMode::read_only).kind() == ErrorKind::storage);
}

TEST_CASE("a full disk is a storage error, and the page that did not fit leaves no trace") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  apply_rows(store, {{1}});
  struct rlimit_guard {
    rlimit before{};
    rlimit_guard() {
      ::getrlimit(RLIMIT_FSIZE, &before);
      rlimit small = before;
      small.rlim_cur = 300'000;
      ::setrlimit(RLIMIT_FSIZE, &small);
      ::signal(SIGXFSZ, SIG_IGN);
    }
    ~rlimit_guard() { ::setrlimit(RLIMIT_FSIZE, &before); }
  };
  std::vector<Row> rows;
  for (int i = 0; i < 2'000; ++i) rows.push_back({i, std::string(500, 'x')});
  {
    const rlimit_guard guard;
    try {
      apply_rows(store, rows);
      FAIL("it fitted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::storage);
    }
  }
  CHECK(content_of(store).size() == 1);
  CHECK(apply_rows(store, rows).created == 1'999);
  CHECK(health_of(dir / "store.db") == "ok");
}

TEST_CASE("a reader sees whole pages only while another object writes") {
  const TempDir dir;
  Store writer = open_walking(dir / "store.db");
  const Store reader(dir / "store.db", OpenMode::read_only);
  CHECK(content_of(reader).empty());
  apply_rows(writer, {{1}, {2}});
  std::size_t seen = 0;
  ItemFilter filter;
  const auto total = reader.list(filter, [&](const StoredItem&) {
    if (seen++ == 0) apply_rows(writer, {{3}, {4}, {5}});
  });
  CHECK(seen == 2);
  CHECK(total == 2);
  CHECK(content_of(reader).size() == 5);
}

TEST_CASE("writing through a store opened for reading is refused") {
  const TempDir dir;
  make_store(dir / "store.db");
  Store store(dir / "store.db", OpenMode::read_only);
  try {
    store.begin_run("r", k_incidents, at(1));
    FAIL("it wrote");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::storage);
  }
}

TEST_CASE("a store may be made by several threads at once, each with its own object") {
  const TempDir dir;
  const auto file = dir / "data" / "store.db";
  std::vector<std::string> failures(4);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        try {
          Store store(file, OpenMode::read_write);
          const store::StreamKey stream{fmt::format("c{}", i), WorkItemType::incident};
          store.begin_walk(stream, walking());
          for (int page = 0; page < 5; ++page) {
            const std::vector<Row> rows{Row{page * 2}, Row{page * 2 + 1}};
            apply_rows(store, rows, stream);
          }
        } catch (const Error& error) {
          failures[static_cast<std::size_t>(i)] = error.text();
        }
      });
    }
  }
  CHECK(failures == std::vector<std::string>(4));
  const Store store(file, OpenMode::read_only);
  CHECK(value_of(store, "SELECT count(*) FROM work_items") == "40");
  CHECK(value_of(store, "SELECT count(DISTINCT change_seq) FROM work_item_key") == "40");
  CHECK(health_of(file) == "ok");
}

TEST_CASE("purging a connection takes all of its rows and lines, and no others") {
  const TempDir dir;
  Store store = open_walking(dir / "store.db");
  const store::StreamKey other{"test", WorkItemType::incident};
  store.begin_walk(other, walking());
  store.begin_run("r", k_incidents, at(1));
  store.begin_run("r", other, at(1));
  apply_rows(store, {{1, "private words"}, {2}});
  apply_rows(store, {{3}}, k_changes);
  apply_rows(store, {{4}}, other);
  CHECK(store.purge("nobody").rows == 0);
  CHECK(store.purge("prod").rows == 3);
  CHECK(content_of(store).size() == 1);
  CHECK_FALSE(store.position(k_incidents));
  CHECK(store.position(other));
  CHECK(store.history({}).size() == 1);
  CHECK(health_of(dir / "store.db") == "ok");
  store = Store(dir / "other.db", OpenMode::read_write);  // closes the first
  CHECK(bytes_of(dir / "store.db").find("private words") == std::string::npos);
}

TEST_CASE("a store that may not be looked at is told as such, and is not taken for an absent one") {
  const TempDir dir;
  // A link to itself refuses every user, root too, as a directory of another user's does.
  std::filesystem::create_symlink("store.db", dir / "store.db");
  const OpenMode mode = GENERATE(OpenMode::read_only, OpenMode::read_write);
  try {
    const Store store(dir / "store.db", mode);
    FAIL("it was opened");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::storage);
    CHECK(error.text().find("opening the store") != std::string::npos);
    CHECK(error.hint().find("--data-dir") != std::string::npos);
  }
}
