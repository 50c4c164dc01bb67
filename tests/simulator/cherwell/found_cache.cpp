#include "cherwell/found_cache.hpp"

#include <algorithm>

namespace itsmc::sim::cherwell {
namespace {

constexpr std::size_t k_most = 24;

}  // namespace

FoundRows FoundCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& kept) { return kept.key == key; });
  if (entry == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, entry);
  return entries_.front().rows;
}

void FoundCache::keep(const std::string& key, FoundRows rows) {
  const std::lock_guard lock(mutex_);
  entries_.push_front({key, std::move(rows)});
  if (entries_.size() > k_most) entries_.pop_back();
}

}  // namespace itsmc::sim::cherwell
