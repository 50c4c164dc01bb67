// Finished page bodies and the cache that keeps them.
#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "servicenow/render.hpp"
#include "servicenow/select.hpp"

namespace itsmc::sim::servicenow {

enum class Encoding { identity, gzip };

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

struct PageOptions {
  std::size_t cache_bytes = std::size_t{1} << 30;
  int gzip_level = 2;
};

// Makes page bodies: {"result":[...]}. Call under the instance's lock, shared. Thread-safe.
class PageMaker {
 public:
  PageMaker(const Instance& instance, PageOptions options)
      : instance_(instance), options_(options), cache_(options.cache_bytes) {}
  BodyPtr page(const std::vector<RowRef>& rows, const View& view, Encoding encoding);
  // One record as {"result":{...}}, never cached.
  [[nodiscard]] std::string record(const RowRef& row, const View& view) const;

 private:
  [[nodiscard]] std::string render(const std::vector<RowRef>& rows, const View& view) const;
  [[nodiscard]] std::string key_of(const std::vector<RowRef>& rows, const View& view) const;

  const Instance& instance_;
  PageOptions options_;
  PageCache cache_;
};

}  // namespace itsmc::sim::servicenow
