#include "client/owed_batches.hpp"

#include <fmt/format.h>

#include "itsmc/sinks/row.hpp"

namespace itsmc::client {

std::string OutgoingBatch::part(std::size_t first, std::size_t last) const {
  std::string array(1, '[');
  array.append(json, rows[first].begin, rows[last - 1].end - rows[first].begin);
  array += ']';
  return array;
}

std::optional<OutgoingBatch> OwedBatches::next(Timestamp now) {
  now_ = now;
  time_generated_ = format_rfc3339(now);
  OutgoingBatch batch;
  batch.json.reserve(max_bytes_);
  batch.json += '[';
  store_.owed(stream_, after_, [&](store::ChangeSeq change, const StoredItem& stored) {
    return take(change, stored, batch);
  });
  batch.json += ']';
  if (batch.rows.empty() && batch.set_aside.empty()) return std::nullopt;
  batch.up_to = after_;
  return batch;
}

store::Visit OwedBatches::take(store::ChangeSeq change, const StoredItem& stored,
                               OutgoingBatch& batch) {
  constexpr std::size_t k_brackets = 2;
  row_.clear();
  cut_.clear();
  sinks::append_row(stored, time_generated_, row_, cut_);
  const std::size_t comma = batch.rows.empty() ? 0 : 1;
  if (row_.size() + k_brackets > max_bytes_) {
    batch.set_aside.push_back({stream_, std::string(stored.item.text(TextField::id)), change,
                               fmt::format("the row is {} bytes, more than the {} of a call",
                                           row_.size(), max_bytes_ - k_brackets),
                               now_});
    after_ = change;
    return store::Visit::go_on;
  }
  if (batch.json.size() + comma + row_.size() + 1 > max_bytes_) return store::Visit::stop;
  if (comma != 0) batch.json += ',';
  const std::size_t begin = batch.json.size();
  batch.json += row_;
  batch.rows.push_back(
      {change, std::string(stored.item.text(TextField::id)), begin, batch.json.size()});
  batch.cut += static_cast<std::int64_t>(cut_.size());
  after_ = change;
  return store::Visit::go_on;
}

}  // namespace itsmc::client
