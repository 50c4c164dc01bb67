#include "shared/page_cache.hpp"

namespace itsmc::sim {

BodyPtr PageCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->body;
}

void PageCache::keep(const std::string& key, BodyPtr body) {
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key) || body->size() > most_) return;
  bytes_ += body->size();
  entries_.push_front({key, std::move(body)});
  by_key_[key] = entries_.begin();
  while (bytes_ > most_) {
    bytes_ -= entries_.back().body->size();
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace itsmc::sim
