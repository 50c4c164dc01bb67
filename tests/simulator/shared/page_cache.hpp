// Finished bodies, kept so that the simulator is never what a measurement waits for.
#pragma once
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace itsmc::sim {

using BodyPtr = std::shared_ptr<const std::string>;

// The cache IS an LRU list of bodies, bounded by their bytes. Thread-safe.
class PageCache {
 public:
  explicit PageCache(std::size_t bytes) : most_(bytes) {}
  BodyPtr find(const std::string& key);
  void keep(const std::string& key, BodyPtr body);

 private:
  struct Entry {
    std::string key;
    BodyPtr body;
  };
  std::size_t most_;
  std::size_t bytes_ = 0;
  std::mutex mutex_;
  std::list<Entry> entries_;
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace itsmc::sim
