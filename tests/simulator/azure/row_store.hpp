// The rows that were ingested, kept as JSON lines.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "shared/message.hpp"

namespace itsmc::sim::azure {

// What one call brought into a table. `text` has room behind it for a parser to read over the end.
struct StoredBatch {
  std::int64_t ingested_ms = 0;
  std::string text;                 // {"TimeGenerated":"..",..}\n each
  std::vector<std::uint32_t> ends;  // behind each line's end

  [[nodiscard]] std::string_view row(std::size_t index) const {
    const std::size_t from = index == 0 ? 0 : ends[index - 1];
    return std::string_view(text).substr(from, ends[index] - from - 1);
  }
};

using BatchPtr = std::shared_ptr<const StoredBatch>;

// The row store IS every table's batches in the order they came. Duplicates are kept. Thread-safe.
class RowStore {
 public:
  void add(std::string_view table, StoredBatch batch);
  [[nodiscard]] std::vector<BatchPtr> batches(std::string_view table) const;
  [[nodiscard]] std::size_t rows(std::string_view table) const;
  void clear(std::string_view table);
  void clear();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<BatchPtr>> tables_;  // by name in lower case
};

}  // namespace itsmc::sim::azure
