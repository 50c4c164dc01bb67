#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "itsmc/store/store.hpp"

namespace itsmc::test {

inline const store::StreamKey k_incidents{"prod", WorkItemType::incident};
inline const store::StreamKey k_changes{"prod", WorkItemType::change_request};

inline Timestamp at(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(seconds));
}

inline std::string id_of(int row) {
  return fmt::format("{:032x}", row);
}

/// What a test says of a row; the rest follows from the number.
struct Row {
  int number = 0;
  std::string title = "disk full";
  std::int64_t updated = 1'000;  // seconds
  std::string state = "New";
  bool open = true;
};

inline void append(WorkItemBatch& batch, const Row& row) {
  const std::string id = id_of(row.number);
  const std::string number = fmt::format("INC{:07}", row.number);
  WorkItemValues values;
  values[TextField::id] = id;
  values[TextField::number] = number;
  values[TextField::title] = row.title;
  values[TextField::state] = row.state;
  values[TextField::state_code] = row.state == "New" ? "1" : "2";
  values[TimeField::updated_at] = row.updated * 1000;
  values.open = row.open;
  batch.append(values);
}

inline WorkItemBatch batch_of(const std::vector<Row>& rows) {
  WorkItemBatch batch;
  for (const Row& row : rows) append(batch, row);
  return batch;
}

/// A position in the middle of a walk with that many lanes, over [0, 1,000,000 s).
inline store::Position walking(std::size_t lanes = 1) {
  store::WalkState walk;
  walk.by_key = true;
  walk.started = at(1'000'000);
  walk.lanes.resize(lanes);
  return {"fields-1", {}, walk};
}

inline store::Applied apply_rows(store::Store& store, const std::vector<Row>& rows,
                                 const store::StreamKey& stream = k_incidents,
                                 std::int64_t run = 0) {
  const WorkItemBatch batch = batch_of(rows);
  return store.apply(stream, run, {batch, 0, {"cursor", true}, 0});
}

/// A store with a walk begun for each of the two streams.
inline store::Store open_walking(const std::filesystem::path& file) {
  store::Store store(file, store::OpenMode::read_write);
  store.begin_walk(k_incidents, walking());
  store.begin_walk(k_changes, walking());
  return store;
}

/// Every row that a query gives, its values as text; null is "null".
inline std::vector<std::vector<std::string>> rows_of(const store::Store& store,
                                                     const std::string& sql) {
  std::vector<std::vector<std::string>> rows;
  store::SqlReceiver receiver;
  receiver.row = [&](std::span<const store::SqlValue> row) {
    std::vector<std::string> texts;
    for (const store::SqlValue& value : row) {
      using Kind = store::SqlValue::Kind;
      if (value.kind == Kind::null)
        texts.emplace_back("null");
      else if (value.kind == Kind::integer)
        texts.push_back(fmt::to_string(value.integer));
      else if (value.kind == Kind::real)
        texts.push_back(fmt::to_string(value.real));
      else
        texts.emplace_back(value.text);
    }
    rows.push_back(std::move(texts));
  };
  store.query(sql, receiver);
  return rows;
}

inline std::string value_of(const store::Store& store, const std::string& sql) {
  const auto rows = rows_of(store, sql);
  return rows.empty() || rows.front().empty() ? std::string() : rows.front().front();
}

/// id -> title of every row that is not marked deleted, and whether the tables agree.
inline std::map<std::string, std::string> content_of(const store::Store& store) {
  std::map<std::string, std::string> content;
  ItemFilter filter;
  filter.limit = 0;
  store.list(filter, [&](const StoredItem& stored) {
    content.emplace(stored.item.text(TextField::id), stored.item.text(TextField::title));
  });
  return content;
}

/// "ok" when SQLite finds nothing wrong with the file, and the key table matches the rows.
inline std::string health_of(const std::filesystem::path& file) {
  sqlite3* db = nullptr;
  sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr);
  const auto ask = [&](const char* sql) {
    std::string answer;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) != SQLITE_OK) {
      answer = sqlite3_errmsg(db);
    } else if (sqlite3_step(statement) == SQLITE_ROW) {
      answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return answer;
  };
  std::string health = ask("PRAGMA integrity_check");
  const std::string apart = ask(
      "SELECT ((SELECT count(*) FROM work_item) - (SELECT count(*) FROM work_item_key)) || '/' || "
      "(SELECT count(*) FROM work_item w JOIN work_item_key k ON k.stream = w.stream "
      "AND k.id = w.id WHERE k.change_seq <> w.change_seq OR k.open <> w.open "
      "OR k.deleted_at IS NOT w.deleted_at OR k.updated_at IS NOT w.updated_at) || '/' || "
      "(SELECT count(*) FROM work_item w, meta m WHERE m.name = 'change_seq' "
      "AND w.change_seq > m.value)");
  if (apart != "0/0/0") health += "; tables apart: " + apart;
  sqlite3_close(db);
  return health;
}

}  // namespace itsmc::test
