#include "servicenow/table.hpp"

#include <algorithm>

namespace itsmc::sim::servicenow {
namespace {

constexpr std::uint8_t k_added = 1;
constexpr std::uint8_t k_moved = 2;
constexpr std::uint8_t k_removed = 4;
// Up to so many changes are put into an index one by one; more are merged in one pass.
constexpr std::size_t k_few = 32;

}  // namespace

bool Table::id_before(RowNumber left, RowNumber right) const {
  return rows_[left].sys_id.compare(rows_[right].sys_id) < 0;
}

bool Table::time_before(RowNumber left, RowNumber right) const {
  const auto& a = rows_[left];
  const auto& b = rows_[right];
  if (a.updated_on != b.updated_on) return a.updated_on < b.updated_on;
  return a.sys_id.compare(b.sys_id) < 0;
}

std::optional<RowNumber> Table::find(const Key& id) const {
  const auto found = std::lower_bound(
      by_id_.begin(), by_id_.end(), id,
      [&](RowNumber number, const Key& key) { return rows_[number].sys_id.compare(key) < 0; });
  if (found != by_id_.end() && rows_[*found].sys_id == id && !rows_[*found].deleted) return *found;
  for (const auto number : pending_.added)
    if (rows_[number].sys_id == id && !rows_[number].deleted) return number;
  return std::nullopt;
}

RowNumber Table::insert(Row row) {
  const auto number = static_cast<RowNumber>(rows_.size());
  rows_.push_back(std::move(row));
  unsettled_.push_back(k_added);
  pending_.added.push_back(number);
  ++revision_;
  return number;
}

Row& Table::edit(RowNumber number) {
  ++revision_;
  return rows_[number];
}

void Table::replace(RowNumber number, Row row) {
  set_updated_on(number, row.updated_on);
  rows_[number] = std::move(row);
}

void Table::set_updated_on(RowNumber number, std::int64_t moment) {
  ++revision_;
  if (unsettled_[number] == 0) {
    // The old place is found by the old key, so it leaves the index before the key changes.
    unsettled_[number] = k_moved;
    pending_.moved.push_back(number);
    if (pending_.moved.size() <= k_few) {
      const auto found =
          std::lower_bound(by_time_.begin(), by_time_.end(), number,
                           [this](RowNumber a, RowNumber b) { return time_before(a, b); });
      by_time_.erase(found);
    }
  }
  rows_[number].updated_on = moment;
}

void Table::remove(RowNumber number) {
  rows_[number].deleted = true;
  unsettled_[number] |= k_removed;
  ++removed_;
  ++revision_;
}

template <class Before>
void Table::merge(std::vector<RowNumber>& index, std::vector<RowNumber> added,
                  Before before) const {
  if (added.empty()) return;
  if (added.size() <= k_few) {
    for (const auto number : added) {
      index.insert(std::lower_bound(index.begin(), index.end(), number, before), number);
    }
    return;
  }
  std::sort(added.begin(), added.end(), before);
  const auto middle = static_cast<std::ptrdiff_t>(index.size());
  index.insert(index.end(), added.begin(), added.end());
  std::inplace_merge(index.begin(), index.begin() + middle, index.end(), before);
}

void Table::settle() {
  if (pending_.added.empty() && pending_.moved.empty() && removed_ == 0) return;
  const auto gone = [this](RowNumber number) { return (unsettled_[number] & k_removed) != 0; };
  if (pending_.moved.size() > k_few || removed_ > 0) {
    std::erase_if(by_time_, [this](RowNumber number) { return unsettled_[number] != 0; });
  }
  if (removed_ > 0) {
    std::erase_if(by_id_, gone);
    std::erase_if(pending_.added, gone);
    std::erase_if(pending_.moved, gone);
  }
  std::vector<RowNumber> in_time = pending_.added;
  in_time.insert(in_time.end(), pending_.moved.begin(), pending_.moved.end());
  for (const auto number : in_time) unsettled_[number] = 0;
  merge(by_id_, std::move(pending_.added),
        [this](RowNumber a, RowNumber b) { return id_before(a, b); });
  merge(by_time_, std::move(in_time),
        [this](RowNumber a, RowNumber b) { return time_before(a, b); });
  pending_ = {};
  removed_ = 0;
}

}  // namespace itsmc::sim::servicenow
