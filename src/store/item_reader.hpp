#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "itsmc/core/item_filter.hpp"
#include "itsmc/core/work_item.hpp"
#include "store/impl.hpp"
#include "store/sqlite.hpp"

namespace itsmc::store {

/// Reads stored rows back as work items, one at a time into the same memory. One thread, inside
/// the Db's lifetime.
class ItemReader {
 public:
  ItemReader(const Db& db, std::vector<StreamRow> streams);

  /// Calls `visit` with the row of that number. Nothing when it is not there.
  void read(std::int64_t change_seq, const std::function<void(const StoredItem&)>& visit);
  /// Calls `visit` with each row of `stream` that changed after `after`, until it says stop.
  void read_after(std::int64_t stream, std::int64_t after,
                  const std::function<Visit(std::int64_t, const StoredItem&)>& visit);

 private:
  [[nodiscard]] const StreamRow* stream_of(std::int64_t number) const;
  [[nodiscard]] StoredItem read_row(const Statement& row, const StreamRow& stream);

  const Db& db_;
  std::vector<StreamRow> streams_;
  Statement row_;
  std::vector<const Field*> fields_;
  WorkItemBatch batch_;
};

}  // namespace itsmc::store
