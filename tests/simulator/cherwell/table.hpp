// The rows of one type with their indexes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cherwell/record.hpp"

namespace itsmc::sim::cherwell {

using RowNumber = std::uint32_t;

// A table IS the living rows of one type, found by RecID, by public id and in the order of
// (updated, row). Not thread-safe; the instance's lock guards it.
class Table {
 public:
  explicit Table(std::int64_t first_public_id) : next_public_id_(first_public_id) {}

  // The rec_id must be new; an empty public id becomes the next one.
  RowNumber insert(Record record);
  // Replaces the row; its RecID stays.
  void replace(RowNumber row, Record record);
  void remove(RowNumber row);

  [[nodiscard]] const Record& row(RowNumber row) const { return rows_[row]; }
  [[nodiscard]] std::optional<RowNumber> by_rec_id(std::string_view rec_id) const;
  [[nodiscard]] std::optional<RowNumber> by_public_id(std::string_view public_id) const;
  // All rows by (updated, row), oldest first. Ordered when it is asked for: settle() first, under
  // the exclusive lock.
  [[nodiscard]] const std::vector<RowNumber>& by_updated() const { return by_updated_; }
  void settle();
  // Rows whose updated is later than that, as a position in by_updated().
  [[nodiscard]] std::size_t first_after(std::int64_t updated) const;
  // Changes with every write.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  void reserve(std::size_t rows);

 private:
  std::vector<Record> rows_;
  std::vector<RowNumber> by_updated_;
  std::unordered_map<std::string, RowNumber> by_rec_id_;
  std::unordered_map<std::string, RowNumber> by_public_id_;
  std::int64_t next_public_id_;
  std::uint64_t revision_ = 0;
  std::uint64_t settled_ = 0;
};

}  // namespace itsmc::sim::cherwell
