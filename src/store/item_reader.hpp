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

 private:
  void read_row();

  std::vector<StreamRow> streams_;
  Statement row_;
  std::vector<const Field*> fields_;
  WorkItemBatch batch_;
};

}  // namespace itsmc::store
