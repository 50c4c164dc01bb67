#include "store/schema.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/file_refusal.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::store {
namespace {

constexpr std::string_view k_tables = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('change_seq', 0);
CREATE TABLE stream(
  stream INTEGER PRIMARY KEY, connection TEXT NOT NULL, type TEXT NOT NULL,
  fingerprint TEXT, complete_until INTEGER, UNIQUE(connection, type));
CREATE TABLE walk(
  stream INTEGER PRIMARY KEY, by_key INTEGER NOT NULL, marks_missing INTEGER NOT NULL,
  window_from INTEGER NOT NULL, window_until INTEGER, started INTEGER NOT NULL);
CREATE TABLE lane(
  stream INTEGER NOT NULL, lane INTEGER NOT NULL, cursor TEXT NOT NULL, done INTEGER NOT NULL,
  PRIMARY KEY(stream, lane)) WITHOUT ROWID;
CREATE TABLE walk_seen(stream INTEGER NOT NULL, id BLOB NOT NULL,
  PRIMARY KEY(stream, id)) WITHOUT ROWID;
CREATE TABLE run(
  run INTEGER PRIMARY KEY, run_id TEXT NOT NULL, stream INTEGER NOT NULL,
  started INTEGER NOT NULL, ended INTEGER, status TEXT NOT NULL,
  pages INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
  fetched INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,
  throttled_seconds REAL NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0,
  window_from INTEGER, window_until INTEGER,
  error_kind TEXT, error TEXT, error_hint TEXT, error_request_id TEXT);
CREATE INDEX run_by_stream ON run(stream);
CREATE INDEX run_running ON run(status) WHERE status = 'running';
)sql";

// Two tables, in step: work_item holds the rows in the order of their last change (a changed row
// moves to the end, so that what is owed to a workspace is a plain range); work_item_key finds a
// row by its id, and carries what a repeat is recognised by and what a list looks at. It is the
// key's index, made by hand, since SQLite's indexes cannot carry columns that are not part of the
// key: a repeated row costs one look here, and never one into the 15 times larger table. An index
// by time would cost a third of a first load, whose times come in random order.
std::string work_item_tables() {
  std::string sql =
      "CREATE TABLE work_item_key(stream INTEGER NOT NULL, id BLOB NOT NULL, "
      "change_seq INTEGER NOT NULL, hash INTEGER NOT NULL, deleted_at INTEGER, "
      "open INTEGER NOT NULL, updated_at INTEGER, PRIMARY KEY(stream, id)) WITHOUT ROWID;\n"
      "CREATE TABLE work_item(change_seq INTEGER PRIMARY KEY, stream INTEGER NOT NULL, "
      "id BLOB NOT NULL, deleted_at INTEGER, open INTEGER NOT NULL";
  for (const Field* field : stored_fields()) {
    const char* type = field->kind == FieldKind::time ? "INTEGER"
                       : is_id_field(*field)          ? "BLOB"
                                                      : "TEXT";
    sql += fmt::format(", {} {}", quoted(field->name), type);
  }
  return sql + ");\n";
}

// Plain SQL, no functions of ours: the views work in any SQLite shell.
std::string time_text(std::string_view column) {
  return fmt::format(
      "CASE WHEN {0} % 1000 THEN strftime('%Y-%m-%dT%H:%M:%fZ', {0} / 1000.0, 'unixepoch') "
      "ELSE strftime('%Y-%m-%dT%H:%M:%SZ', {0} / 1000, 'unixepoch') END",
      column);
}

std::string id_text(std::string_view column) {
  return fmt::format("CASE typeof({0}) WHEN 'blob' THEN lower(hex({0})) ELSE {0} END", column);
}

std::string shown(const Field& field) {
  const std::string column = "w." + quoted(field.name);
  if (field.kind == FieldKind::time) return time_text(column);
  return is_id_field(field) ? id_text(column) : column;
}

std::string work_items_view() {
  std::string sql = "CREATE VIEW work_items AS SELECT s.connection, s.type";
  for (const Field& field : work_item_fields()) {
    sql += fmt::format(", {} AS {}", shown(field), quoted(field.name));
  }
  sql += fmt::format(", {} AS deleted_at", time_text("w.deleted_at"));
  return sql + " FROM work_item w JOIN stream s USING (stream);\n";
}

// The custom log of the product that this one follows, by its own column names.
std::string service_desk_view() {
  std::string sql =
      "CREATE VIEW ServiceDesk_CL AS SELECT s.connection AS ServiceDeskConnectionName_s, "
      "CASE s.type WHEN 'incident' THEN 'Incident' WHEN 'change-request' THEN 'ChangeRequest' "
      "WHEN 'event' THEN 'Event' ELSE 'Alert' END AS ServiceDeskWorkItemType_s";
  for (const Field& field : work_item_fields()) {
    if (field.column.empty()) continue;
    if (field.name == "state") {
      sql +=
          ", CASE s.type WHEN 'incident' THEN w.state END AS IncidentState_s"
          ", CASE s.type WHEN 'change-request' THEN w.state END AS CRState_s";
    } else {
      sql += fmt::format(", {} AS {}", shown(field), field.column);
    }
  }
  sql += fmt::format(", {} AS DeletedDate_t", time_text("w.deleted_at"));
  return sql + " FROM work_item w JOIN stream s USING (stream);\n";
}

void create_everything(const Db& db) {
  db.run(std::string(k_tables) + work_item_tables());
}

// No outbox: what a destination is owed is the range of changes after its mark.
void add_destinations(const Db& db) {
  db.run(R"sql(
CREATE TABLE destination(
  name TEXT NOT NULL, stream INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL DEFAULT 0, acknowledged_run INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(name, stream)) WITHOUT ROWID;
CREATE TABLE rejected(
  name TEXT NOT NULL, stream INTEGER NOT NULL, id BLOB NOT NULL, change_seq INTEGER NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(name, stream, id)) WITHOUT ROWID;
)sql");
}

// One name may stand for another instance tomorrow: its rows must not mix with these.
void add_origins(const Db& db) {
  db.run(
      "CREATE TABLE origin(connection TEXT PRIMARY KEY, partner TEXT NOT NULL, url TEXT NOT NULL) "
      "WITHOUT ROWID;");
}

// What we asked partners to make, the alerts behind it, how far alerts have been forwarded, and
// what was asked of a partner once. By the connection's name: a creation needs no stream.
void add_creations(const Db& db) {
  db.run(R"sql(
CREATE TABLE creation(
  connection TEXT NOT NULL, type TEXT NOT NULL, correlation_id TEXT NOT NULL,
  state TEXT NOT NULL, rule TEXT NOT NULL, noted_at INTEGER NOT NULL,
  id TEXT NOT NULL, number TEXT NOT NULL, url TEXT NOT NULL,
  PRIMARY KEY(connection, type, correlation_id)) WITHOUT ROWID;
CREATE TABLE creation_alert(
  connection TEXT NOT NULL, type TEXT NOT NULL, correlation_id TEXT NOT NULL,
  alert_id TEXT NOT NULL, firing INTEGER NOT NULL, fired_at INTEGER,
  PRIMARY KEY(connection, type, correlation_id, alert_id)) WITHOUT ROWID;
CREATE TABLE forwarded(scope TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE kept(
  connection TEXT NOT NULL, what TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(connection, what)) WITHOUT ROWID;
)sql");
}

// When a stream's rows were last all here. The runs do not tell it: one that was stopped and one
// whose rows came but did not reach a workspace are both "partial".
void add_last_success(const Db& db) {
  db.run(R"sql(
ALTER TABLE stream ADD COLUMN last_success INTEGER;
UPDATE stream SET last_success =
  (SELECT max(ended) FROM run WHERE run.stream = stream.stream AND run.status = 'ok');
)sql");
}

/// From version `to` - 1 to `to`. A file that is made new begins at the first step too; the views
/// follow the field table and are made again after the last.
struct Step {
  std::int64_t to;
  void (*apply)(const Db& db);
};
constexpr std::array k_steps{Step{1, create_everything}, Step{2, add_destinations},
                             Step{3, add_origins}, Step{4, add_creations},
                             Step{5, add_last_success}};
static_assert(k_steps.back().to == k_schema_version);

[[noreturn]] void fail_with_errno(const std::filesystem::path& file, std::string_view doing) {
  const int code = errno;
  const std::string hint = hint_of_refusal(file, FileUse::write, code);
  throw Error(ErrorKind::storage,
              fmt::format("store \"{}\": {}: {}", file.string(), doing,
                          std::system_category().message(code)),
              hint.empty() ? "look at free space and permissions: df -h; ls -l" : hint);
}

/// A new empty file beside `file`, 0600, under a name that no other thread or process has.
std::filesystem::path make_file_beside(const std::filesystem::path& file) {
  std::string name = file.string() + ".new-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) fail_with_errno(file, "creating it");
  ::close(descriptor);
  return name;
}

// link: fails when the name is taken, unlike rename. Where there are no hard links, rename it is.
void give_name(const std::filesystem::path& made, const std::filesystem::path& file) {
  if (::link(made.c_str(), file.c_str()) == 0) {
    ::unlink(made.c_str());
    return;
  }
  if (errno != EEXIST && !is_there(file)) {
    if (::rename(made.c_str(), file.c_str()) != 0) fail_with_errno(file, "creating it");
    return;
  }
  ::unlink(made.c_str());
}

}  // namespace

std::string quoted(std::string_view name) {
  return fmt::format("\"{}\"", name);
}

bool is_id_field(const Field& field) noexcept {
  return field.kind == FieldKind::text && (field.place == index(TextField::id) ||
                                           field.place == index(TextField::configuration_item_id));
}

std::vector<const Field*> stored_fields() {
  std::vector<const Field*> fields;
  for (const Field& field : work_item_fields()) {
    if (field.kind != FieldKind::flag && field.name != "id") fields.push_back(&field);
  }
  const auto rank = [](const Field* field) {
    if (field->name == "updated_at") return 0;
    if (field->kind == FieldKind::time) return 1;
    return field->name == "title" ? 3 : field->name == "description" ? 4 : 2;
  };
  std::stable_sort(fields.begin(), fields.end(),
                   [&](const Field* a, const Field* b) { return rank(a) < rank(b); });
  return fields;
}

bool pack_id(std::string_view text, char (&bytes)[16]) noexcept {
  if (text.size() != 32) return false;
  // 255: not a lower-case hex digit. A table, because every row packs two ids.
  static constexpr auto k_digits = [] {
    std::array<unsigned char, 256> digits{};
    digits.fill(255);
    for (unsigned char i = 0; i < 10; ++i) digits['0' + i] = i;
    for (unsigned char i = 0; i < 6; ++i) digits['a' + i] = static_cast<unsigned char>(10 + i);
    return digits;
  }();
  unsigned all = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const unsigned high = k_digits[static_cast<unsigned char>(text[2 * i])];
    const unsigned low = k_digits[static_cast<unsigned char>(text[2 * i + 1])];
    all |= high | low;
    bytes[i] = static_cast<char>(high << 4U | low);
  }
  return all < 16;
}

void unpack_id(std::string_view bytes, char (&text)[32]) noexcept {
  static constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < 16; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text[2 * i] = digits[byte >> 4U];
    text[2 * i + 1] = digits[byte & 15U];
  }
}

void bind_id(Statement& statement, int place, std::string_view id) {
  char bytes[16];
  if (pack_id(id, bytes)) {
    statement.bind_blob(place, {bytes, sizeof bytes});
  } else {
    statement.bind(place, id);
  }
}

std::string_view id_text(const Statement& row, int column, char (&text)[32]) {
  if (!row.is_blob(column)) return row.text(column);
  const std::string_view bytes = row.blob(column);
  if (bytes.size() != 16) return {};
  unpack_id(bytes, text);
  return {text, sizeof text};
}

void migrate(const Db& db) {
  WriteTransaction transaction(db);
  const std::int64_t version = db.integer("PRAGMA user_version");
  if (version == k_schema_version) return;  // another process was quicker
  for (const Step& step : k_steps) {
    if (step.to > version) step.apply(db);
  }
  db.run("DROP VIEW IF EXISTS work_items; DROP VIEW IF EXISTS ServiceDesk_CL;");
  db.run(work_items_view() + service_desk_view());
  db.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", k_application_id,
                     k_schema_version));
  transaction.commit();
}

void check_identity(const Db& db) {
  if (db.integer("PRAGMA application_id") != k_application_id) {
    throw Error(ErrorKind::damaged,
                fmt::format("\"{}\" is not a store of itsmc", db.file().string()),
                "move the file away, or name another directory with --data-dir");
  }
  const std::int64_t version = db.integer("PRAGMA user_version");
  if (version > k_schema_version) {
    throw Error(ErrorKind::damaged,
                fmt::format("store \"{}\" was written by a newer itsmc (version {}, this one "
                            "knows {})",
                            db.file().string(), version, k_schema_version),
                "install the newer itsmc, or name another directory with --data-dir");
  }
}

bool is_there(const std::filesystem::path& file) {
  std::error_code refusal;
  const bool there = std::filesystem::exists(file, refusal);
  if (!refusal) return there;
  throw Error(ErrorKind::storage,
              fmt::format("opening the store \"{}\": {}", file.string(), refusal.message()),
              fmt::format("{}; or name another directory: --data-dir DIR or ITSMC_DATA_DIR",
                          hint_of_refusal(file, FileUse::read, refusal.value())));
}

void make_store_file(const std::filesystem::path& file) {
  if (is_there(file)) return;
  if (file.has_parent_path()) make_directory(file.parent_path(), Privacy::owner_only);
  const std::filesystem::path made = make_file_beside(file);
  const auto remove = [&made](std::string_view ending) {
    ::unlink(fmt::format("{}{}", made.string(), ending).c_str());
  };
  try {
    const Db db(made, Access::existing);
    db.run("PRAGMA page_size = 8192;");
    migrate(db);
    // Last: what a write-ahead file of this name held would be lost with the name, and SQLite says
    // nothing when it cannot bring that home as it closes (the disk is full).
    db.run("PRAGMA journal_mode = WAL;");
  } catch (const Error&) {
    for (const char* const ending : {"", "-journal", "-wal", "-shm"}) remove(ending);
    throw;
  }
  for (const char* const empty : {"-wal", "-shm"}) remove(empty);  // a full disk leaves them behind
  give_name(made, file);
}

}  // namespace itsmc::store
