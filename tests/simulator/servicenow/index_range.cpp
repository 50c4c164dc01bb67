#include "servicenow/index_range.hpp"

#include <algorithm>

namespace itsmc::sim::servicenow {
namespace {

using Test = Filter::Test;

bool is_on(const Test& test, ColumnNumber column) {
  return test.path.direct() && test.path.steps[0].column == column;
}

// Cuts [first, last) to the rows for which `compare(row)` (negative: before the bound) fits.
template <class Compare>
bool cut(IndexRange& range, Operator op, Compare compare) {
  const auto begin = range.index->begin() + static_cast<std::ptrdiff_t>(range.first);
  const auto end = range.index->begin() + static_cast<std::ptrdiff_t>(range.last);
  const auto at = [&](int limit) {
    const auto found =
        std::partition_point(begin, end, [&](RowNumber number) { return compare(number) < limit; });
    return static_cast<std::size_t>(found - range.index->begin());
  };
  switch (op) {
    case Operator::greater:
      range.first = at(1);
      return true;
    case Operator::greater_equal:
      range.first = at(0);
      return true;
    case Operator::less:
      range.last = at(0);
      return true;
    case Operator::less_equal:
      range.last = at(1);
      return true;
    case Operator::equal: {
      const std::size_t first = at(0);
      range.last = at(1);
      range.first = first;
      return true;
    }
    default:
      return false;
  }
}

bool cut_by_id(const Table& table, IndexRange& range, const Test& test) {
  if (!is_on(test, k_sys_id)) return false;
  const Key bound(test.values.empty() ? std::string_view{} : test.values.front());
  return cut(range, test.op,
             [&](RowNumber number) { return table.row(number).sys_id.compare(bound); });
}

bool cut_by_time(const Table& table, IndexRange& range, const Test& test) {
  if (!is_on(test, k_updated_on)) return false;
  return cut(range, test.op, [&](RowNumber number) {
    const auto moment = table.row(number).updated_on;
    return moment < test.moment ? -1 : moment > test.moment ? 1 : 0;
  });
}

// True when every row of the table passes: a window's lower bound often lies before all rows.
bool holds_for_all(const Table& table, const Test& test) {
  IndexRange whole{&table.by_time(), 0, table.by_time().size(), {}};
  return cut_by_time(table, whole, test) && whole.first == 0 &&
         whole.last == table.by_time().size();
}

}  // namespace

std::optional<IndexOrder> index_for(const std::vector<Order>& order) {
  for (const auto& one : order)
    if (one.direction == Direction::descending) return std::nullopt;
  if (order.empty()) return std::nullopt;
  if (order[0].field == "sys_id") return IndexOrder::by_id;
  if (order[0].field != "sys_updated_on") return std::nullopt;
  if (order.size() == 1 || order[1].field == "sys_id") return IndexOrder::by_time;
  return std::nullopt;
}

std::optional<IndexOrder> index_for(const std::vector<Order>& order,
                                    const std::vector<Filter::Any>& conjunction) {
  const auto index = index_for(order);
  if (index != IndexOrder::by_id) return index;
  const bool one_second =
      std::any_of(conjunction.begin(), conjunction.end(), [](const Filter::Any& any) {
        return any.front().op == Operator::equal && is_on(any.front(), k_updated_on);
      });
  return one_second ? IndexOrder::by_time : index;
}

IndexRange index_range(const Table& table, const std::vector<Filter::Any>& conjunction,
                       IndexOrder order) {
  IndexRange range;
  range.index = order == IndexOrder::by_id ? &table.by_id() : &table.by_time();
  range.last = range.index->size();
  const Test* moment = nullptr;
  for (const auto& any : conjunction) {
    const Test& test = any.front();
    const bool absorbed = order == IndexOrder::by_id
                              ? cut_by_id(table, range, test) || holds_for_all(table, test)
                              : cut_by_time(table, range, test);
    if (absorbed && order == IndexOrder::by_time && test.op == Operator::equal) moment = &test;
    if (!absorbed) range.residual.push_back(&test);
  }
  if (!moment) return range;
  // Within one second the index goes on by sys_id: those bounds cut it too.
  std::erase_if(range.residual, [&](const Test* test) { return cut_by_id(table, range, *test); });
  return range;
}

bool passes_residual(const IndexRange& range, const Row& row) {
  return std::all_of(range.residual.begin(), range.residual.end(),
                     [&](const Filter::Test* test) { return Filter::passes(*test, row); });
}

}  // namespace itsmc::sim::servicenow
