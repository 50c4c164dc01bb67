#include "servicenow/select.hpp"

#include <algorithm>

#include "servicenow/index_range.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::size_t k_result_sets = 8;
constexpr std::size_t k_counts = 256;

std::string tables_key(const SelectionPlan& plan) {
  std::string key;
  for (const auto number : plan.tables) key += std::to_string(number) + ",";
  return key + (plan.invalid == InvalidClause::dropped ? "d:" : "n:") + plan.query_text;
}

// Keeps the newest at the front, drops what is stale or too much.
template <class List>
void remember(List& list, typename List::value_type entry, std::size_t most) {
  std::erase_if(list, [&](const auto& old) {
    return old.key == entry.key || old.revision != entry.revision;
  });
  list.push_front(std::move(entry));
  if (list.size() > most) list.pop_back();
}

struct SortKey {
  std::vector<std::string> values;
  RowRef row;
};

int compare_keys(const std::vector<Order>& order, const SortKey& left, const SortKey& right) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const int found = left.values[i].compare(right.values[i]);
    if (found == 0) continue;
    return order[i].direction == Direction::ascending ? found : -found;
  }
  return 0;
}

// Numbers padded so that text order is number order.
std::string sortable(ColumnKind kind, std::string_view value) {
  if (kind != ColumnKind::integer && kind != ColumnKind::choice) return std::string(value);
  if (value.empty() || value.find_first_not_of("-0123456789") != std::string_view::npos) {
    return std::string(value);
  }
  const std::int64_t number = number_or(value, 0) + 1'000'000'000'000;
  const std::string digits = std::to_string(number);
  return std::string(20 - std::min<std::size_t>(20, digits.size()), '0') + digits;
}

}  // namespace

std::vector<RowRef> Selector::matching(const SelectionPlan& plan) const {
  std::vector<RowRef> rows;
  for (const auto number : plan.tables) {
    const Table& table = instance_.table(number);
    const Filter filter(instance_, table, plan.query, plan.invalid);
    const auto* conjunction = filter.conjunction();
    if (filter.returns_nothing()) continue;
    if (!conjunction) {
      for (const auto row : table.by_id())
        if (filter.matches(table.row(row))) rows.push_back({number, row});
      continue;
    }
    // The narrower of the two index ranges.
    const IndexRange by_id = index_range(table, *conjunction, IndexOrder::by_id);
    const IndexRange by_time = index_range(table, *conjunction, IndexOrder::by_time);
    const auto index = index_for(plan.query.order, *conjunction);
    const bool narrower = by_time.last - by_time.first < by_id.last - by_id.first;
    const bool use_time = index ? *index == IndexOrder::by_time : narrower;
    const IndexRange& range = use_time ? by_time : by_id;
    for (std::size_t i = range.first; i < range.last; ++i) {
      const auto row = (*range.index)[i];
      if (passes_residual(range, table.row(row))) rows.push_back({number, row});
    }
  }
  return rows;
}

void Selector::sort(const SelectionPlan& plan, std::vector<RowRef>& rows) const {
  const auto by_place = [](const RowRef& a, const RowRef& b) {
    return a.table != b.table ? a.table < b.table : a.row < b.row;
  };
  // Ties are left in the order of creation: what an instance's database tends to do, and no
  // promise (servicenow reference 3.2).
  std::sort(rows.begin(), rows.end(), by_place);
  if (plan.query.order.empty()) return;
  std::vector<Order> order;
  std::vector<std::vector<FieldPath>> paths(plan.tables.size());
  for (const auto& one : plan.query.order) {
    std::vector<FieldPath> found;
    for (const auto number : plan.tables) {
      found.push_back(resolve_field(instance_, instance_.table(number), one.field));
    }
    if (std::any_of(found.begin(), found.end(), [](const auto& p) { return p.empty(); })) continue;
    order.push_back(one);
    for (std::size_t i = 0; i < found.size(); ++i) paths[i].push_back(std::move(found[i]));
  }
  std::vector<SortKey> keys;
  keys.reserve(rows.size());
  for (const auto& row : rows) {
    const auto place = std::find(plan.tables.begin(), plan.tables.end(), row.table);
    SortKey key{{}, row};
    for (const auto& path : paths[static_cast<std::size_t>(place - plan.tables.begin())]) {
      Scratch scratch;
      const Row& record = instance_.table(row.table).row(row.row);
      key.values.push_back(sortable(path.column().kind, path_value(path, record, scratch)));
    }
    keys.push_back(std::move(key));
  }
  std::stable_sort(keys.begin(), keys.end(), [&](const SortKey& a, const SortKey& b) {
    return compare_keys(order, a, b) < 0;
  });
  std::transform(keys.begin(), keys.end(), rows.begin(), [](const SortKey& k) { return k.row; });
}

std::shared_ptr<const std::vector<RowRef>> Selector::all(const SelectionPlan& plan) {
  const std::string key = tables_key(plan);
  const auto revision = instance_.revision();
  {
    const std::lock_guard lock(mutex_);
    for (auto one = results_.begin(); one != results_.end(); ++one) {
      if (one->key != key || one->revision != revision) continue;
      results_.splice(results_.begin(), results_, one);
      return one->rows;
    }
  }
  auto rows = matching(plan);
  const bool in_order = plan.tables.size() == 1 && index_for(plan.query.order).has_value();
  const Filter probe(instance_, instance_.table(plan.tables[0]), plan.query, plan.invalid);
  if (!in_order || !probe.conjunction()) sort(plan, rows);
  auto shared = std::make_shared<const std::vector<RowRef>>(std::move(rows));
  const std::lock_guard lock(mutex_);
  remember(results_, ResultSet{key, revision, shared}, k_result_sets);
  return shared;
}

std::uint64_t Selector::count(const SelectionPlan& plan) {
  const std::string key = tables_key(plan);
  const auto revision = instance_.revision();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : counts_)
      if (one.key == key && one.revision == revision) return one.count;
  }
  const std::uint64_t counted = matching(plan).size();
  const std::lock_guard lock(mutex_);
  remember(counts_, Count{key, revision, counted}, k_counts);
  return counted;
}

std::optional<Selection> Selector::by_index(const SelectionPlan& plan) {
  if (plan.tables.size() != 1) return std::nullopt;
  const Table& table = instance_.table(plan.tables[0]);
  const Filter filter(instance_, table, plan.query, plan.invalid);
  const auto* conjunction = filter.conjunction();
  if (filter.returns_nothing() || !conjunction) return std::nullopt;
  const auto index = index_for(plan.query.order, *conjunction);
  if (!index) return std::nullopt;
  const IndexRange range = index_range(table, *conjunction, *index);
  if (!range.residual.empty() && plan.offset > 0) return std::nullopt;
  Selection found;
  std::size_t at = std::min<std::size_t>(range.last, range.first + plan.offset);
  found.rows.reserve(std::min<std::size_t>(plan.limit, range.last - at));
  for (; at < range.last && found.rows.size() < plan.limit; ++at) {
    const auto row = (*range.index)[at];
    if (passes_residual(range, table.row(row))) found.rows.push_back({plan.tables[0], row});
  }
  while (at < range.last && !passes_residual(range, table.row((*range.index)[at]))) ++at;
  found.more = at < range.last;
  if (!plan.count) return found;
  found.total = range.residual.empty() ? range.last - range.first : count(plan);
  return found;
}

Selection Selector::select(const SelectionPlan& plan) {
  if (auto found = by_index(plan)) return *std::move(found);
  const auto rows = all(plan);
  Selection found;
  const auto first = std::min<std::size_t>(rows->size(), plan.offset);
  const auto last = std::min<std::size_t>(rows->size(), first + plan.limit);
  found.rows.assign(rows->begin() + static_cast<std::ptrdiff_t>(first),
                    rows->begin() + static_cast<std::ptrdiff_t>(last));
  found.more = last < rows->size();
  if (plan.count) found.total = rows->size();
  return found;
}

}  // namespace itsmc::sim::servicenow
