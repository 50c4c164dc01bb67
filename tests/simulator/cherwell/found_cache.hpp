// Answers of searches, kept so that the next page need not sort again.
#pragma once
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cherwell/table.hpp"

namespace itsmc::sim::cherwell {

using FoundRows = std::shared_ptr<const std::vector<RowNumber>>;

// The cache IS the last few row lists by the search that found them. Thread-safe.
class FoundCache {
 public:
  // nullptr when it is not there.
  FoundRows find(const std::string& key);
  void keep(const std::string& key, FoundRows rows);

 private:
  struct Entry {
    std::string key;
    FoundRows rows;
  };
  std::mutex mutex_;
  std::list<Entry> entries_;
};

}  // namespace itsmc::sim::cherwell
