#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "itsmc/core/work_item.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"

namespace itsmc::bench {

/// The floor under every store: a raw insert of the same columns with the same settings, without
/// change detection, position or ledger. One thread.
class ReadyRows {
 public:
  explicit ReadyRows(const std::filesystem::path& file)
      : db_(file, store::Access::create), insert_(db_, prepare(db_)) {}

  /// One transaction.
  void insert(const WorkItemBatch& batch) {
    db_.run("BEGIN IMMEDIATE");
    for (std::size_t row = 0; row < batch.size(); ++row) put(batch[row]);
    db_.run("COMMIT");
  }

 private:
  static std::string prepare(const store::Db& db) {
    db.run(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000;");
    std::string table = "CREATE TABLE item(seq INTEGER PRIMARY KEY, stream INTEGER, id BLOB, open";
    std::string places = "INSERT INTO item VALUES(NULL, ?, ?, ?";
    for (const Field* field : store::stored_fields()) {
      table += ", " + store::quoted(field->name);
      places += ", ?";
    }
    db.run(table + ", UNIQUE(stream, id))");
    return places + ")";
  }

  void put(const WorkItemView& item) {
    sqlite3_stmt* raw = insert_.handle();
    char id[16];
    store::pack_id(item.text(TextField::id), id);
    sqlite3_bind_int64(raw, 1, 1);
    sqlite3_bind_blob(raw, 2, id, 16, SQLITE_STATIC);
    sqlite3_bind_int64(raw, 3, item.open() ? 1 : 0);
    char ci[16];
    int place = 4;
    for (const Field* field : fields_) bind(*field, item, place++, ci);
    if (sqlite3_step(raw) != SQLITE_DONE) db_.fail(sqlite3_reset(raw));
    sqlite3_reset(raw);
  }

  void bind(const Field& field, const WorkItemView& item, int place, char (&ci)[16]) {
    sqlite3_stmt* raw = insert_.handle();
    if (field.kind == FieldKind::time) {
      const TimeValue time = item.time_value(static_cast<TimeField>(field.place));
      time == k_no_time ? sqlite3_bind_null(raw, place) : sqlite3_bind_int64(raw, place, time);
      return;
    }
    const std::string_view text = item.text(static_cast<TextField>(field.place));
    if (store::is_id_field(field) && store::pack_id(text, ci)) {
      sqlite3_bind_blob(raw, place, ci, 16, SQLITE_STATIC);
    } else if (text.empty()) {
      sqlite3_bind_null(raw, place);
    } else {
      sqlite3_bind_text(raw, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
  }

  store::Db db_;
  std::vector<const Field*> fields_ = store::stored_fields();
  store::Statement insert_;
};

}  // namespace itsmc::bench
