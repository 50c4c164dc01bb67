// Finished page bodies and the cache that keeps them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "servicenow/render.hpp"
#include "servicenow/select.hpp"
#include "shared/page_cache.hpp"

namespace itsmc::sim::servicenow {

enum class Encoding { identity, gzip };

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
