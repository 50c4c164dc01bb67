#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <fmt/format.h>
#include <sqlite3.h>

#include "itsmc/core/text.hpp"
#include "itsmc/store/store.hpp"
#include "store/impl.hpp"

namespace itsmc::store {
namespace {

// Pragmas that only tell how the store is laid out.
constexpr std::array<std::string_view, 8> k_readable_pragmas{
    "table_info", "table_xinfo", "table_list",      "index_list",
    "index_info", "index_xinfo", "compile_options", "user_version"};

constexpr std::string_view k_only_reads = "query only reads, and this statement does more";

int allow_reading(void*, int action, const char* first, const char* second, const char*,
                  const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_PRAGMA: {
      const std::string name = to_lower(first == nullptr ? "" : first);
      const bool known = std::find(k_readable_pragmas.begin(), k_readable_pragmas.end(), name) !=
                         k_readable_pragmas.end();
      const bool sets = name == "user_version" && second != nullptr;
      return known && !sets ? SQLITE_OK : SQLITE_DENY;
    }
    default:
      return SQLITE_DENY;
  }
}

/// Lets a connection only read for as long as it lives.
class ReadingOnly {
 public:
  explicit ReadingOnly(const Db& db) : db_(db) {
    sqlite3_set_authorizer(db_.handle(), allow_reading, nullptr);
  }
  ~ReadingOnly() { sqlite3_set_authorizer(db_.handle(), nullptr, nullptr); }
  ReadingOnly(const ReadingOnly&) = delete;
  ReadingOnly& operator=(const ReadingOnly&) = delete;

 private:
  const Db& db_;
};

/// A statement that goes at the end of the call, whatever the receiver throws.
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// What people read: the others are the store's own, and change with its version.
constexpr std::array<std::string_view, 3> k_for_people{"work_items", "ServiceDesk_CL", "creation"};

constexpr std::string_view k_usage =
    "one SELECT over work_items or ServiceDesk_CL: itsmc query 'SELECT ...'";

[[noreturn]] void refuse(std::string_view reason, std::string hint = std::string(k_usage)) {
  throw Error(ErrorKind::usage, fmt::format("SQL: {}", reason), std::move(hint));
}

std::vector<std::string> texts(const Db& db, std::string_view sql, int column) {
  Statement statement(db, sql);
  std::vector<std::string> found;
  while (statement.step()) found.emplace_back(statement.text(column));
  return found;
}

std::vector<std::string> table_names(const Db& db) {
  return texts(db, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')", 0);
}

std::vector<std::string> columns_of(const Db& db, const std::string& table) {
  return texts(db, fmt::format("PRAGMA table_xinfo('{}')", table), 1);
}

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The statement's words: names, keywords and what stands in its texts. Quotes end a word.
std::vector<std::string_view> words_of(std::string_view sql) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < sql.size();) {
    std::size_t end = at;
    while (end < sql.size() && is_of_name(sql[end])) ++end;
    if (end > at) words.push_back(sql.substr(at, end - at));
    at = std::max(end, at + 1);
  }
  return words;
}

/// Of the store's tables and views those that the statement names.
std::vector<std::string> named_tables(const Db& db, std::string_view sql) {
  const std::vector<std::string_view> words = words_of(sql);
  std::vector<std::string> named = table_names(db);
  std::erase_if(named, [&words](const std::string& table) {
    return std::none_of(words.begin(), words.end(),
                        [&table](std::string_view word) { return iequals(word, table); });
  });
  return named;
}

/// The one that may have been meant; never the word itself, which is not there.
std::string offer(std::string_view word, std::vector<std::string> names) {
  std::erase_if(names, [word](const std::string& name) { return iequals(name, word); });
  const std::string near = nearest(word, names);
  return near.empty() ? near : fmt::format("did you mean \"{}\"?", near);
}

std::string hint_for_column(const Db& db, std::string_view column, std::string_view sql) {
  const std::vector<std::string> tables = named_tables(db, sql);
  std::vector<std::string> columns;
  for (const std::string& table : tables) {
    for (std::string& name : columns_of(db, table)) columns.push_back(std::move(name));
  }
  std::string near = offer(column, std::move(columns));
  if (!near.empty()) return near;
  if (sql.find(fmt::format("\"{}\"", column)) != std::string_view::npos) {
    return fmt::format("double quotes hold names; a text stands in single ones: '{}'", column);
  }
  if (tables.empty()) return std::string(k_usage);
  return fmt::format("see its columns: itsmc query 'PRAGMA table_info({})'", tables.front());
}

/// "did you mean \"work_items\"?" for "no such table: workitems", where some name is near. Newer
/// versions of SQLite quote the name of a column that stood in double quotes, and go on after it.
std::string hint_for(const Db& db, std::string_view words, std::string_view sql) {
  constexpr std::string_view k_no_table = "no such table: ", k_no_column = "no such column: ";
  const bool of_table = words.starts_with(k_no_table);
  if (!of_table && !words.starts_with(k_no_column)) return std::string(k_usage);
  std::string_view name = words.substr(of_table ? k_no_table.size() : k_no_column.size());
  if (name.starts_with('"')) name = name.substr(1, name.find('"', 1) - 1);
  name.remove_prefix(name.rfind('.') + 1);  // none: the whole
  if (!of_table) return hint_for_column(db, name, sql);
  const std::string near = offer(name, {k_for_people.begin(), k_for_people.end()});
  return near.empty() ? std::string(k_usage) : near;
}

// SQLite's words for what the user wrote; a broken or busy file keeps its own kind.
[[noreturn]] void fail(const Db& db, int code, std::string_view sql) {
  const ErrorKind kind = kind_of_sqlite_code(code);
  if (kind != ErrorKind::unforeseen) db.fail(code);
  const std::string words = sqlite3_errmsg(db.handle());
  // Of a view SQLite says so before it asks whether writing is allowed at all.
  if (code == SQLITE_AUTH || words.starts_with("cannot modify")) refuse(k_only_reads);
  refuse(words, hint_for(db, words, sql));
}

bool is_rest_empty(const Db& db, const char* rest) {
  // Comments and semicolons make no statement either.
  while (*rest != '\0') {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v2(db.handle(), rest, -1, &raw, &tail);
    const Prepared next(raw);
    if (code != SQLITE_OK || next != nullptr) return false;
    if (tail == rest) return true;
    rest = tail;
  }
  return true;
}

Prepared prepare(const Db& db, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(db.handle(), sql.c_str(), -1, &raw, &rest);
  Prepared statement(raw);
  if (code != SQLITE_OK) fail(db, code, sql);
  if (sql.find('\0') != std::string::npos) refuse("a NUL character");
  if (statement == nullptr) refuse("there is no statement");
  if (!is_rest_empty(db, rest)) refuse("one statement at a time");
  if (sqlite3_stmt_readonly(statement.get()) == 0) refuse(k_only_reads);
  return statement;
}

constexpr char k_digits[] = "0123456789abcdef";

SqlValue value_of(sqlite3_stmt* row, int column, std::string& hex) {
  SqlValue value;
  const auto bytes = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(row, column)); };
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
      value.kind = SqlValue::Kind::integer;
      value.integer = sqlite3_column_int64(row, column);
      break;
    case SQLITE_FLOAT:
      value.kind = SqlValue::Kind::real;
      value.real = sqlite3_column_double(row, column);
      break;
    case SQLITE_TEXT: {
      value.kind = SqlValue::Kind::text;
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
      value.text = {text, bytes()};
      break;
    }
    case SQLITE_BLOB: {
      value.kind = SqlValue::Kind::blob;
      const auto* blob = static_cast<const unsigned char*>(sqlite3_column_blob(row, column));
      hex.clear();
      for (std::size_t i = 0; i < bytes(); ++i) {
        hex += k_digits[blob[i] >> 4U];
        hex += k_digits[blob[i] & 15U];
      }
      value.text = hex;
      break;
    }
    default:
      break;
  }
  return value;
}

}  // namespace

void Store::query(const std::string& sql, const SqlReceiver& receiver) const {
  const Db& db = impl_->db;
  const ReadingOnly reading(db);
  const Prepared statement = prepare(db, sql);
  const int columns = sqlite3_column_count(statement.get());
  std::vector<std::string> names;
  for (int i = 0; i < columns; ++i) {
    const char* name = sqlite3_column_name(statement.get(), i);
    names.emplace_back(name == nullptr ? "" : name);
  }
  if (receiver.columns) receiver.columns(names);
  std::vector<SqlValue> row(names.size());
  std::vector<std::string> hex(names.size());
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    for (int i = 0; i < columns; ++i) {
      const auto place = static_cast<std::size_t>(i);
      row[place] = value_of(statement.get(), i, hex[place]);
    }
    if (receiver.row) receiver.row(row);
  }
  if (code != SQLITE_DONE) fail(db, code, sql);
}

}  // namespace itsmc::store
