#include "store/sqlite.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "core/file_refusal.hpp"
#include "core/shell_words.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::store {
namespace {

constexpr int k_busy_ms = 10'000;

std::string hint_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::damaged:
      return "move the file away, then bring everything back: itsmc sync run";
    case ErrorKind::storage:
      return "look at free space and permissions: df -h; ls -l";
    case ErrorKind::locked:
      return "wait for the other itsmc to end, or see who has it open: fuser";
    default:
      return {};
  }
}

std::string hint_of_closed(const std::filesystem::path& file) {
  for (const int mode : {R_OK, W_OK}) {
    if (::access(file.c_str(), mode) == 0 || errno == ENOENT) continue;
    return hint_of_refusal(file, mode == R_OK ? FileUse::read : FileUse::write, errno);
  }
  return {};
}

/// A file that may not be touched is told with the command that mends it; SQLite says only that it
/// cannot be opened, or is for reading only.
std::string hint_of(ErrorKind kind, const std::filesystem::path& file) {
  if (kind != ErrorKind::storage) return hint_of(kind);
  std::string hint;
  for (const char* const ending : {"", "-shm", "-wal"}) {
    const std::string closed = hint_of_closed(file.string() + ending);
    if (!closed.empty()) hint += (hint.empty() ? "" : "; ") + closed;
  }
  return hint.empty() ? hint_of(kind) : hint;
}

std::string reason_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::damaged:
      return "is damaged or not a store of itsmc";
    case ErrorKind::storage:
      return "cannot be used";
    case ErrorKind::locked:
      return "is being written by another process for more than 10 s";
    default:
      return "failed";
  }
}

/// Of a full disk SQLite says so only where it writes the file itself; of the lock files beside it
/// it says "disk I/O error".
bool has_no_room(int code, const std::filesystem::path& file) {
  constexpr std::uintmax_t k_smallest_step = 256UL << 10U;  // what the files grow by, and some
  if ((code & 0xFF) == SQLITE_FULL) return true;
  if ((code & 0xFF) != SQLITE_IOERR && (code & 0xFF) != SQLITE_CANTOPEN) return false;
  std::error_code unknown;
  const std::filesystem::space_info room = std::filesystem::space(directory_of(file), unknown);
  return !unknown && room.available < k_smallest_step;
}

// A file name as an SQLite URI: only these three have a meaning there.
std::string uri_of(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

int flags_of(Access access) {
  switch (access) {
    case Access::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Access::existing:
      return SQLITE_OPEN_READWRITE;
    case Access::read_only:
      return SQLITE_OPEN_READONLY;
    case Access::immutable:
      return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case Access::memory:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
  }
  return 0;
}

}  // namespace

ErrorKind kind_of_sqlite_code(int code) noexcept {
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
      return ErrorKind::damaged;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return ErrorKind::storage;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return ErrorKind::locked;
    default:
      return ErrorKind::unforeseen;
  }
}

Db::Db(const std::filesystem::path& file, Access access) : file_(file) {
  const std::string name = access == Access::memory      ? ":memory:"
                           : access == Access::immutable ? uri_of(file)
                                                         : file.string();
  const int code =
      sqlite3_open_v2(name.c_str(), &handle_, flags_of(access) | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const int refusal = handle_ ? sqlite3_system_errno(handle_) : 0;
    const std::string words = refusal != 0 ? std::generic_category().message(refusal)
                              : handle_    ? sqlite3_errmsg(handle_)
                                           : sqlite3_errstr(code);
    const Error error(kind_of_sqlite_code(code),
                      fmt::format("\"{}\" cannot be opened: {}", file_.string(), words),
                      hint_of(kind_of_sqlite_code(code), file_));
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    throw Error(error);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, k_busy_ms);
  // A file somebody else made up must not run more than its words say.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // Else a mistyped name in double quotes is a text, and a query of it finds nothing.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

Db::~Db() {
  sqlite3_close_v2(handle_);
}

Db::Db(Db&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), file_(std::move(other.file_)) {}

Db& Db::operator=(Db&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(file_, other.file_);
  return *this;
}

void Db::fail(int code) const {
  const ErrorKind kind = kind_of_sqlite_code(code);
  std::string words = sqlite3_errmsg(handle_);
  std::string hint = hint_of(kind, file_);
  if (kind == ErrorKind::storage && has_no_room(code, file_)) {
    words = "no space is left in " + directory_of(file_).string();
    hint = fmt::format("make room there (df -h {}), then the same again: what was finished is safe",
                       shell_quoted(directory_of(file_).string()));
  } else if ((code & 0xFF) == SQLITE_IOERR) {
    words += fmt::format(" (error {})", code);
  }
  throw Error(kind, fmt::format("store \"{}\" {}: {}", file_.string(), reason_of(kind), words),
              std::move(hint));
}

void Db::run(const std::string& sql) const {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Db::integer(const std::string& sql) const {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Db::changes() const noexcept {
  return sqlite3_changes64(handle_);
}
std::int64_t Db::last_rowid() const noexcept {
  return sqlite3_last_insert_rowid(handle_);
}
bool Db::in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

Statement::Statement(const Db& db, std::string_view sql) : db_(&db) {
  const int code = sqlite3_prepare_v3(db.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK) db.fail(code);
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), handle_(std::exchange(other.handle_, nullptr)) {}

Statement& Statement::bind(int place, std::int64_t value) {
  const int code = sqlite3_bind_int64(handle_, place, value);
  if (code != SQLITE_OK) db_->fail(code);
  return *this;
}

Statement& Statement::bind(int place, double value) {
  const int code = sqlite3_bind_double(handle_, place, value);
  if (code != SQLITE_OK) db_->fail(code);
  return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
  // A null pointer would bind NULL instead of the empty text.
  const char* bytes = text.empty() ? "" : text.data();
  const int code =
      sqlite3_bind_text64(handle_, place, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) db_->fail(code);
  return *this;
}

Statement& Statement::bind(int place, Timestamp time) {
  return bind(place, std::int64_t{time.time_since_epoch().count()});
}

Statement& Statement::bind(int place, std::optional<Timestamp> time) {
  return time ? bind(place, *time) : bind_null(place);
}

Statement& Statement::bind_blob(int place, std::string_view bytes) {
  const int code =
      sqlite3_bind_blob64(handle_, place, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  if (code != SQLITE_OK) db_->fail(code);
  return *this;
}

Statement& Statement::bind_null(int place) {
  const int code = sqlite3_bind_null(handle_, place);
  if (code != SQLITE_OK) db_->fail(code);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3_reset(handle_);  // the message stays: reset gives the same code again
    db_->fail(code);
  }
  return false;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() noexcept {
  sqlite3_reset(handle_);
}

bool Statement::is_null(int column) const noexcept {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}
bool Statement::is_blob(int column) const noexcept {
  return sqlite3_column_type(handle_, column) == SQLITE_BLOB;
}
std::int64_t Statement::integer(int column) const noexcept {
  return sqlite3_column_int64(handle_, column);
}
double Statement::real(int column) const noexcept {
  return sqlite3_column_double(handle_, column);
}

std::string_view Statement::text(int column) const noexcept {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::blob(int column) const noexcept {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::optional<Timestamp> Statement::time(int column) const noexcept {
  if (is_null(column)) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(integer(column)));
}

WriteTransaction::WriteTransaction(const Db& db) : db_(db) {
  db_.run("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
  // SQLite itself rolls back on some failures (disk full): then there is nothing to undo.
  if (open_ && db_.in_transaction()) {
    sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void WriteTransaction::commit() {
  db_.run("COMMIT");
  open_ = false;
}

Snapshot::Snapshot(const Db& db) : db_(db), mine_(!db.in_transaction()) {
  if (mine_) db_.run("BEGIN");
}

Snapshot::~Snapshot() {
  if (mine_) sqlite3_exec(db_.handle(), "COMMIT", nullptr, nullptr, nullptr);
}

}  // namespace itsmc::store
