// The part of a sorted index that a filter can match.
#pragma once
#include <cstddef>
#include <vector>

#include "servicenow/filter.hpp"

namespace itsmc::sim::servicenow {

enum class IndexOrder { by_id, by_time };

struct IndexRange {
  const std::vector<RowNumber>* index = nullptr;
  std::size_t first = 0;
  std::size_t last = 0;                       // one behind
  std::vector<const Filter::Test*> residual;  // what the range does not express
};

// The index whose order is the query's, nothing when none is.
std::optional<IndexOrder> index_for(const std::vector<Order>& order);
// The same for a plain conjunction: within one second (sys_updated_on=X) the index by time goes by
// sys_id, so it serves ORDERBYsys_id there, from a narrow range instead of the whole table.
std::optional<IndexOrder> index_for(const std::vector<Order>& order,
                                    const std::vector<Filter::Any>& conjunction);

// The range of that index within which all matches of a plain conjunction lie, by binary search
// over its bounds on sys_id and sys_updated_on.
IndexRange index_range(const Table& table, const std::vector<Filter::Any>& conjunction,
                       IndexOrder order);

bool passes_residual(const IndexRange& range, const Row& row);

}  // namespace itsmc::sim::servicenow
