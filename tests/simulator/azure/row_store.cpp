#include "azure/row_store.hpp"

#include "azure/roles.hpp"

namespace itsmc::sim::azure {

void RowStore::add(std::string_view table, StoredBatch batch) {
  auto kept = std::make_shared<const StoredBatch>(std::move(batch));
  const std::lock_guard lock(mutex_);
  tables_[lower(table)].push_back(std::move(kept));
}

std::vector<BatchPtr> RowStore::batches(std::string_view table) const {
  const std::lock_guard lock(mutex_);
  const auto found = tables_.find(lower(table));
  return found == tables_.end() ? std::vector<BatchPtr>{} : found->second;
}

std::size_t RowStore::rows(std::string_view table) const {
  std::size_t count = 0;
  for (const auto& batch : batches(table)) count += batch->ends.size();
  return count;
}

void RowStore::clear(std::string_view table) {
  const std::lock_guard lock(mutex_);
  tables_.erase(lower(table));
}

void RowStore::clear() {
  const std::lock_guard lock(mutex_);
  tables_.clear();
}

}  // namespace itsmc::sim::azure
