#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/time.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// Rows on their way to a destination, as the inside of a JSON array.
struct OutgoingBatch {
  struct Row {
    store::ChangeSeq change = 0;
    std::string id;
    std::size_t begin = 0;  // in `json`; it ends before the next one's comma
    std::size_t end = 0;
  };
  std::string json;  // "[{..},{..}]"
  std::vector<Row> rows;
  std::vector<store::Rejected> set_aside;  // too large to be sent at all
  store::ChangeSeq up_to = 0;              // with this batch everything up to here is dealt with
  std::int64_t cut = 0;                    // values that were too long

  /// The rows [first, last) as an array of their own.
  [[nodiscard]] std::string part(std::size_t first, std::size_t last) const;
};

/// Cuts what a destination is owed of a stream into batches by exact size, the oldest change first.
/// One thread at a time; the store outlives it.
class OwedBatches {
 public:
  OwedBatches(const store::Store& store, store::StreamKey stream, store::ChangeSeq after,
              std::size_t max_bytes)
      : store_(store), stream_(std::move(stream)), after_(after), max_bytes_(max_bytes) {}

  /// Nothing when nothing is owed any more, as the store stands now. `room`: the json of a batch
  /// that is done with, whose memory is used again.
  [[nodiscard]] std::optional<OutgoingBatch> next(Timestamp now, std::string room = {});

 private:
  store::Visit take(store::ChangeSeq change, const StoredItem& stored, OutgoingBatch& batch);

  const store::Store& store_;
  store::StreamKey stream_;
  store::ChangeSeq after_;
  std::size_t max_bytes_;
  std::string time_generated_;
  std::vector<std::string_view> cut_;
  Timestamp now_{};
};

}  // namespace itsmc::client
