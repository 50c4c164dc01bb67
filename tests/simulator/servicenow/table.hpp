// One table with its two sorted indexes.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "servicenow/row.hpp"
#include "servicenow/schema.hpp"

namespace itsmc::sim::servicenow {

using RowNumber = std::uint32_t;

// A table IS its rows plus an index by sys_id and one by (sys_updated_on, sys_id). Changes are
// collected and merged into the indexes by settle(): call it before anybody reads. Guarded by the
// instance's lock.
class Table {
 public:
  explicit Table(Schema schema) : schema_(std::move(schema)) {}

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const Row& row(RowNumber number) const { return rows_[number]; }
  // Living rows.
  [[nodiscard]] std::size_t size() const { return by_id_.size(); }
  // Grows with every change: what is cached under an older revision is stale.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] const std::vector<RowNumber>& by_id() const { return by_id_; }
  [[nodiscard]] const std::vector<RowNumber>& by_time() const { return by_time_; }
  // The living row of that sys_id (also one that is not settled yet).
  [[nodiscard]] std::optional<RowNumber> find(const Key& id) const;

  RowNumber insert(Row row);
  // The row, to be changed at will except for its sys_id and sys_updated_on.
  Row& edit(RowNumber number);
  // Puts another row with the same sys_id in its place.
  void replace(RowNumber number, Row row);
  void set_updated_on(RowNumber number, std::int64_t moment);
  void remove(RowNumber number);
  void reserve(std::size_t rows) { rows_.reserve(rows); }
  void settle();

  // True when the left row comes first in the order of that index.
  [[nodiscard]] bool id_before(RowNumber left, RowNumber right) const;
  [[nodiscard]] bool time_before(RowNumber left, RowNumber right) const;

 private:
  struct Pending {
    std::vector<RowNumber> added;
    std::vector<RowNumber> moved;  // were in by_time_ and come back at another place
  };
  template <class Before>
  void merge(std::vector<RowNumber>& index, std::vector<RowNumber> added, Before before) const;

  Schema schema_;
  std::vector<Row> rows_;
  std::vector<RowNumber> by_id_, by_time_;
  std::vector<std::uint8_t> unsettled_;  // by row: 1 to be added, 2 moved in time, 4 removed
  Pending pending_;
  std::size_t removed_ = 0;
  std::uint64_t revision_ = 1;
};

}  // namespace itsmc::sim::servicenow
