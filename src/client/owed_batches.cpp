#include "client/owed_batches.hpp"

#include <fmt/format.h>

#include "itsmc/sinks/row.hpp"

namespace itsmc::client {
namespace {

constexpr std::size_t k_usual_row_bytes = 4'096;

}  // namespace

std::string OutgoingBatch::part(std::size_t first, std::size_t last) const {
  std::string array(1, '[');
  array.append(json, rows[first].begin, rows[last - 1].end - rows[first].begin);
  array += ']';
  return array;
}

std::optional<OutgoingBatch> OwedBatches::next(Timestamp now, std::string room) {
  now_ = now;
  time_generated_ = format_rfc3339(now);
  OutgoingBatch batch;
  batch.json = std::move(room);
  batch.json.clear();
  batch.json.reserve(max_bytes_ + k_usual_row_bytes);  // the row that does not fit is tried
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
  const std::size_t before = batch.json.size();
  if (!batch.rows.empty()) batch.json += ',';
  const std::size_t begin = batch.json.size();
  cut_.clear();
  sinks::append_row(stored, time_generated_, batch.json, cut_);
  const std::size_t bytes = batch.json.size() - begin;
  if (bytes + k_brackets > max_bytes_) {
    batch.json.resize(before);
    batch.set_aside.push_back({stream_, std::string(stored.item.text(TextField::id)), change,
                               fmt::format("the row is {} bytes, more than the {} of a call", bytes,
                                           max_bytes_ - k_brackets),
                               now_});
    after_ = change;
    return store::Visit::go_on;
  }
  if (batch.json.size() + 1 > max_bytes_) {
    batch.json.resize(before);
    return store::Visit::stop;
  }
  batch.rows.push_back(
      {change, std::string(stored.item.text(TextField::id)), begin, batch.json.size()});
  batch.cut += static_cast<std::int64_t>(cut_.size());
  after_ = change;
  return store::Visit::go_on;
}

}  // namespace itsmc::client
