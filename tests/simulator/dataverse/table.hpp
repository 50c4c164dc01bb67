// One table's rows and the orders in which they are read.
#pragma once
#include <set>
#include <unordered_map>

#include "dataverse/schema.hpp"

namespace itsmc::sim::dataverse {

using RowNumber = std::uint32_t;

struct Row {
  Guid id;
  std::int64_t created = 0;
  std::int64_t modified = 0;
  std::uint64_t version = 0;
  bool hidden = false;
  bool gone = false;
  std::vector<Value> values;  // by column; key and platform columns stay null here
};

// A place in the order by (modifiedon, key).
struct Position {
  std::int64_t modified = 0;
  Guid id;
  RowNumber row = 0;
  auto operator<=>(const Position& other) const {
    if (const auto order = modified <=> other.modified; order != 0) return order;
    return id <=> other.id;
  }
};

struct Deletion {
  Guid id;
  std::uint64_t version = 0;
};

// The table IS its rows, by key and by (modifiedon, key), and what was deleted from it. Versions
// come from the organisation: a later change has a higher one. Not thread-safe.
class Table {
 public:
  explicit Table(Schema schema);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  Schema& schema() { return schema_; }
  // nullptr when there is no such row.
  [[nodiscard]] const Row* find(const Guid& id) const;
  [[nodiscard]] const Row& row(RowNumber number) const { return rows_[number]; }
  [[nodiscard]] std::size_t size() const { return by_key_.size(); }
  [[nodiscard]] const std::set<Position>& by_modified() const { return by_modified_; }
  // Position::modified is 0 throughout.
  [[nodiscard]] const std::set<Position>& by_key() const { return by_key_; }
  [[nodiscard]] const std::vector<Deletion>& deletions() const { return deletions_; }
  // A column of a row, whether it is kept in `values` or not.
  [[nodiscard]] Value value(const Row& row, std::size_t column) const;
  // The same without a copy: the row's own, or `made`, which is set.
  const Value& look(const Row& row, std::size_t column, Value& made) const;
  // The primary name's column.
  [[nodiscard]] std::size_t name_column() const { return name_column_; }

  // The highest version that a row was stored or removed with.
  [[nodiscard]] std::uint64_t changed() const { return changed_; }

  // Inserts the row, or replaces the one with its id.
  void put(Row row);
  // False when there is no such row.
  bool remove(const Guid& id, std::uint64_t version);
  std::uint64_t next_number() { return ++numbered_; }

 private:
  Schema schema_;
  std::size_t name_column_ = 0;
  std::vector<char> made_;  // by column: the platform's, not kept in `values`
  std::vector<Row> rows_;
  std::unordered_map<Guid, RowNumber, GuidHash> numbers_;
  std::set<Position> by_modified_;
  std::set<Position> by_key_;
  std::vector<Deletion> deletions_;
  std::uint64_t numbered_ = 0;
  std::uint64_t changed_ = 0;
};

}  // namespace itsmc::sim::dataverse
