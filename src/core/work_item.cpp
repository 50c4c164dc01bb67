#include "itsmc/core/work_item.hpp"

#include <algorithm>
#include <cstring>

#include <xxhash.h>

namespace itsmc {
namespace {

/// Appends `text`, NULs as U+FFFD: SQLite's text functions and every CSV reader stop at a NUL.
void append_text(std::string& arena, std::string_view text) {
  if (std::memchr(text.data(), 0, text.size()) == nullptr) {
    arena.append(text);
    return;
  }
  for (const char c : text) {
    if (c == '\0') {
      arena.append("\xEF\xBF\xBD");
    } else {
      arena += c;
    }
  }
}

}  // namespace

std::string_view to_string(WorkItemType type) noexcept {
  switch (type) {
    case WorkItemType::incident:
      return "incident";
    case WorkItemType::change_request:
      return "change-request";
    case WorkItemType::event:
      return "event";
    case WorkItemType::alert:
      return "alert";
  }
  return "incident";
}

std::optional<WorkItemType> parse_work_item_type(std::string_view word) noexcept {
  for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request,
                                  WorkItemType::event, WorkItemType::alert}) {
    if (word == to_string(type)) return type;
  }
  return std::nullopt;
}

void WorkItemBatch::append(const WorkItemValues& values) {
  Row& row = rows_.emplace_back();
  const std::size_t start = arena_.size();
  for (std::size_t i = 0; i < k_text_fields; ++i) {
    row.begin[i] = static_cast<std::uint32_t>(arena_.size());
    if (!values.text[i].empty()) append_text(arena_, values.text[i]);
  }
  row.begin[k_text_fields] = static_cast<std::uint32_t>(arena_.size());
  row.time = values.time;
  row.open = values.open;
  // Lengths go in too: "ab"+"c" and "a"+"bc" are different rows.
  std::array<std::uint32_t, k_text_fields> lengths{};
  for (std::size_t i = 0; i < k_text_fields; ++i) lengths[i] = row.begin[i + 1] - row.begin[i];
  const XXH64_hash_t texts =
      XXH3_64bits_withSeed(arena_.data() + start, arena_.size() - start, row.open ? 1 : 2);
  const XXH64_hash_t shape = XXH3_64bits_withSeed(lengths.data(), sizeof lengths, texts);
  row.hash = XXH3_64bits_withSeed(row.time.data(), sizeof row.time, shape);
  if (row.hash == 0) row.hash = 1;
}

void WorkItemBatch::reserve(std::size_t rows, std::size_t bytes) {
  rows_.reserve(rows);
  arena_.reserve(bytes);
}

void WorkItemBatch::truncate(std::size_t rows) {
  if (rows >= rows_.size()) return;
  arena_.resize(rows_[rows].begin[0]);
  rows_.resize(rows);
}

void WorkItemBatch::clear() noexcept {
  arena_.clear();
  rows_.clear();
}

std::string_view WorkItemView::text(TextField field) const noexcept {
  const auto& begin = batch_->rows_[row_].begin;
  const std::size_t i = index(field);
  return {batch_->arena_.data() + begin[i], begin[i + 1] - begin[i]};
}

TimeValue WorkItemView::time_value(TimeField field) const noexcept {
  return batch_->rows_[row_].time[index(field)];
}

std::optional<Timestamp> WorkItemView::time(TimeField field) const noexcept {
  const TimeValue value = time_value(field);
  if (value == k_no_time) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(value));
}

bool WorkItemView::open() const noexcept {
  return batch_->rows_[row_].open;
}
std::uint64_t WorkItemView::hash() const noexcept {
  return batch_->rows_[row_].hash;
}

}  // namespace itsmc
