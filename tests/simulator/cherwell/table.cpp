#include "cherwell/table.hpp"

#include <algorithm>

#include "shared/message.hpp"

namespace itsmc::sim::cherwell {

RowNumber Table::insert(Record record) {
  if (record.public_id.empty()) record.public_id = std::to_string(next_public_id_++);
  next_public_id_ = std::max(next_public_id_, number_or(record.public_id, 0) + 1);
  const auto row = static_cast<RowNumber>(rows_.size());
  by_rec_id_[record.rec_id] = row;
  by_public_id_[record.public_id] = row;
  by_updated_.push_back(row);
  rows_.push_back(std::move(record));
  ++revision_;
  return row;
}

void Table::replace(RowNumber row, Record record) {
  record.rec_id = rows_[row].rec_id;
  if (record.public_id != rows_[row].public_id) {
    by_public_id_.erase(rows_[row].public_id);
    by_public_id_[record.public_id] = row;
  }
  rows_[row] = std::move(record);
  ++revision_;
}

void Table::remove(RowNumber row) {
  by_rec_id_.erase(rows_[row].rec_id);
  by_public_id_.erase(rows_[row].public_id);
  std::erase(by_updated_, row);
  rows_[row] = Record{};
  ++revision_;
}

std::optional<RowNumber> Table::by_rec_id(std::string_view rec_id) const {
  const auto found = by_rec_id_.find(std::string(rec_id));
  return found == by_rec_id_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<RowNumber> Table::by_public_id(std::string_view public_id) const {
  const auto found = by_public_id_.find(std::string(public_id));
  return found == by_public_id_.end() ? std::nullopt : std::optional(found->second);
}

void Table::settle() {
  if (settled_ == revision_) return;
  std::sort(by_updated_.begin(), by_updated_.end(), [this](RowNumber a, RowNumber b) {
    return rows_[a].updated != rows_[b].updated ? rows_[a].updated < rows_[b].updated : a < b;
  });
  settled_ = revision_;
}

std::size_t Table::first_after(std::int64_t updated) const {
  const auto found = std::upper_bound(
      by_updated_.begin(), by_updated_.end(), updated,
      [this](std::int64_t moment, RowNumber row) { return moment < rows_[row].updated; });
  return static_cast<std::size_t>(found - by_updated_.begin());
}

void Table::reserve(std::size_t rows) {
  rows_.reserve(rows);
  by_updated_.reserve(rows);
  by_rec_id_.reserve(rows);
  by_public_id_.reserve(rows);
}

}  // namespace itsmc::sim::cherwell
