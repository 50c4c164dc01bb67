// From a query to rows: by index where that is possible, by a cached result set where it is not.
#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "servicenow/filter.hpp"

namespace itsmc::sim::servicenow {

struct Selection {
  std::vector<RowRef> rows;
  std::optional<std::uint64_t> total;  // when it was asked for
  bool more = false;                   // rows matched behind the last one
};

struct SelectionPlan {
  std::vector<std::uint16_t> tables;
  std::string query_text;
  Query query;
  InvalidClause invalid = InvalidClause::dropped;
  std::uint64_t offset = 0;
  std::uint64_t limit = 10000;
  bool count = true;
};

// The selector IS the query planner with its two small caches (result sets, counts). Call it
// under the instance's lock, shared. Thread-safe.
class Selector {
 public:
  explicit Selector(const Instance& instance) : instance_(instance) {}
  Selection select(const SelectionPlan& plan);
  // How many rows match.
  std::uint64_t count(const SelectionPlan& plan);
  // Every row that matches, in order.
  std::shared_ptr<const std::vector<RowRef>> all(const SelectionPlan& plan);

 private:
  struct ResultSet {
    std::string key;
    std::uint64_t revision = 0;
    std::shared_ptr<const std::vector<RowRef>> rows;
  };
  struct Count {
    std::string key;
    std::uint64_t revision = 0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] std::optional<Selection> by_index(const SelectionPlan& plan);
  [[nodiscard]] std::vector<RowRef> matching(const SelectionPlan& plan) const;
  void sort(const SelectionPlan& plan, std::vector<RowRef>& rows) const;

  const Instance& instance_;
  std::mutex mutex_;
  std::list<ResultSet> results_;
  std::list<Count> counts_;
};

}  // namespace itsmc::sim::servicenow
