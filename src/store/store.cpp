#include "itsmc/store/store.hpp"

#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "store/impl.hpp"
#include "store/schema.hpp"

namespace itsmc::store {
namespace {

// Without the right to make lock files beside the store nobody can be writing it either, unless
// a write-ahead file is there.
bool is_on_read_only_ground(const std::filesystem::path& file) {
  const std::filesystem::path directory =
      file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  return ::access(directory.c_str(), W_OK) != 0 && !is_there(file.string() + "-wal");
}

bool has_write_ahead(const std::filesystem::path& file) {
  std::error_code absent;
  const std::uintmax_t bytes = std::filesystem::file_size(file.string() + "-wal", absent);
  return !absent && bytes > 0;
}

Db open_for_reading(const std::filesystem::path& file) {
  if (!is_there(file)) {
    Db empty(file, Access::memory);
    migrate(empty);
    return empty;
  }
  const auto open_as = [&file](Access access) {
    Db db(file, access);
    check_identity(db);
    return db;
  };
  if (is_on_read_only_ground(file)) return open_as(Access::immutable);
  try {
    return open_as(Access::read_only);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::storage || has_write_ahead(file)) throw;
    // The disk is full: no lock file can be made beside it, and nobody can be writing it either.
    return open_as(Access::immutable);
  }
}

Db open_for_writing(const std::filesystem::path& file) {
  make_store_file(file);
  Db db(file, Access::existing);
  check_identity(db);
  return db;
}

// NORMAL: a commit is not synced to the disk, a checkpoint is. A killed process loses nothing. A
// power cut may lose the last commits, but whole ones, and a page's rows and its position are one
// commit: the next run fetches again what was lost.
// mmap stays off: a truncated file would be a SIGBUS instead of an error.
constexpr const char* k_settings = R"sql(
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -8192;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
PRAGMA mmap_size = 0;
)sql";

}  // namespace

Db open_store(const std::filesystem::path& file, OpenMode mode) {
  Db db = mode == OpenMode::read_write ? open_for_writing(file) : open_for_reading(file);
  if (db.integer("PRAGMA user_version") < k_schema_version) {
    // Only a writer can bring an older file up to date.
    const Db writer(file, Access::existing);
    migrate(writer);
  }
  db.run(k_settings);
  return db;
}

std::vector<StreamRow> read_streams(const Db& db) {
  std::vector<StreamRow> rows;
  Statement all(db, "SELECT stream, connection, type FROM stream ORDER BY connection, stream");
  while (all.step()) {
    const auto type = parse_work_item_type(all.text(2));
    if (!type) continue;  // a type that only a newer itsmc knows
    rows.push_back({all.integer(0), {std::string(all.text(1)), *type}});
  }
  return rows;
}

Store::Impl::Impl(const std::filesystem::path& file, OpenMode mode) : db(open_store(file, mode)) {}

RowWriter& Store::Impl::row_writer() {
  if (!writer) writer.emplace(db);
  return *writer;
}

std::optional<std::int64_t> Store::Impl::find_stream(const StreamKey& key) const {
  Statement find(db, "SELECT stream FROM stream WHERE connection = ? AND type = ?");
  find.bind(1, key.connection).bind(2, to_string(key.type));
  if (!find.step()) return std::nullopt;
  return find.integer(0);
}

std::int64_t Store::Impl::stream_number(const StreamKey& key) const {
  if (const auto known = find_stream(key)) return *known;
  Statement make(db, "INSERT INTO stream(connection, type) VALUES(?, ?)");
  make.bind(1, key.connection).bind(2, to_string(key.type)).run();
  return db.last_rowid();
}

Store::Store(const std::filesystem::path& file, OpenMode mode)
    : impl_(std::make_unique<Impl>(file, mode)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Purged Store::purge(const std::string& connection) {
  const Db& db = impl_->db;
  // What is purged is private: the freed pages are overwritten.
  db.run("PRAGMA secure_delete = ON");
  WriteTransaction transaction(db);
  Purged purged;
  for (const StreamRow& stream : impl_->streams()) {
    if (stream.key.connection != connection) continue;
    for (const char* table : {"walk", "lane", "walk_seen", "run", "stream", "destination",
                              "rejected", "work_item_key", "work_item"}) {
      Statement remove(db, fmt::format("DELETE FROM {} WHERE stream = ?", table));
      remove.bind(1, stream.number).run();
    }
    purged.rows += db.changes();  // of work_item, the last
  }
  // Notes of what was made there mean nothing to another instance.
  for (const char* table : {"origin", "creation_alert", "kept", "creation"}) {
    Statement(db, fmt::format("DELETE FROM {} WHERE connection = ?", table))
        .bind(1, connection)
        .run();
  }
  purged.creations = db.changes();  // of creation, the last
  transaction.commit();
  db.run("PRAGMA secure_delete = OFF");
  return purged;
}

Purged Store::purgeable(const std::string& connection) const {
  const Snapshot snapshot(impl_->db);
  Statement notes(impl_->db, "SELECT count(*) FROM creation WHERE connection = ?");
  notes.bind(1, connection);
  return {.rows = rows_of(connection), .creations = notes.step() ? notes.integer(0) : 0};
}

}  // namespace itsmc::store
