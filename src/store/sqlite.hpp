#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "itsmc/core/error.hpp"
#include "itsmc/core/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace itsmc::store {

/// What SQLite calls a failure, as ours: damaged, storage, locked, else unforeseen.
[[nodiscard]] ErrorKind kind_of_sqlite_code(int code) noexcept;

enum class Access {
  create,     // read and write, makes the file
  existing,   // read and write
  read_only,  // other processes may write meanwhile
  immutable,  // read a file that nobody can write, without lock files beside it
  memory      // no file at all
};

/// One SQLite connection. One thread. Outlives its statements and transactions. Whatever fails
/// throws Error: damaged (not SQLite, corrupt), storage (disk full, not writable), locked (another
/// process writes for longer than 10 s), unforeseen.
class Db {
 public:
  Db(const std::filesystem::path& file, Access access);
  ~Db();
  Db(Db&& other) noexcept;
  Db& operator=(Db&& other) noexcept;
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  /// Statements without a result, separated by semicolons.
  void run(const std::string& sql) const;
  /// The first column of the first row; 0 when there is none.
  [[nodiscard]] std::int64_t integer(const std::string& sql) const;
  /// Rows that the last finished INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t changes() const noexcept;
  [[nodiscard]] std::int64_t last_rowid() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }
  [[noreturn]] void fail(int code) const;

 private:
  sqlite3* handle_ = nullptr;
  std::filesystem::path file_;
};

/// A prepared statement. Places and columns count as SQLite counts them: places from 1, columns
/// from 0. Texts it hands out live until the next step.
class Statement {
 public:
  Statement(const Db& db, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int place, std::int64_t value);
  Statement& bind(int place, double value);
  Statement& bind(int place, std::string_view text);
  Statement& bind(int place, Timestamp time);
  Statement& bind(int place, std::optional<Timestamp> time);
  Statement& bind_blob(int place, std::string_view bytes);
  Statement& bind_null(int place);

  /// True when there is a row to read.
  bool step();
  /// To the end, then ready to be bound and run again.
  void run();
  void reset() noexcept;

  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] bool is_blob(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] double real(int column) const noexcept;
  [[nodiscard]] std::string_view text(int column) const noexcept;  // null: empty
  [[nodiscard]] std::string_view blob(int column) const noexcept;
  [[nodiscard]] std::optional<Timestamp> time(int column) const noexcept;
  [[nodiscard]] sqlite3_stmt* handle() const noexcept { return handle_; }

 private:
  const Db* db_;
  sqlite3_stmt* handle_ = nullptr;
};

/// BEGIN IMMEDIATE ... COMMIT; undone when it goes without commit().
class WriteTransaction {
 public:
  explicit WriteTransaction(const Db& db);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  void commit();

 private:
  const Db& db_;
  bool open_ = true;
};

/// Several reads that see one state of the file. Does nothing inside another transaction.
class Snapshot {
 public:
  explicit Snapshot(const Db& db);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  const Db& db_;
  bool mine_;
};

}  // namespace itsmc::store
