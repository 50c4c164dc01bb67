#include "dataverse/select.hpp"

#include <algorithm>

namespace itsmc::sim::dataverse {
namespace {

// Orders that one of the table's sorted sets has already.
enum class Walk { by_key, by_modified, sorted };

Walk walk_of(const Schema& schema, const std::vector<Order>& orders) {
  if (orders.empty()) return Walk::by_key;
  for (const auto& order : orders)
    if (order.direction == Direction::descending) return Walk::sorted;
  const bool keyed = orders.size() == 2 && schema.columns[orders[1].column].kind == Kind::key;
  if (orders.size() > 2 || (orders.size() == 2 && !keyed)) return Walk::sorted;
  const Column& first = schema.columns[orders[0].column];
  if (first.kind == Kind::key) return Walk::by_key;
  return first.name == "modifiedon" ? Walk::by_modified : Walk::sorted;
}

bool wanted(const Table& table, const Query& query, const Reader& reader, const Row& row) {
  return reader.may_read(row) && (!query.filter || matches(*query.filter, table, row));
}

std::weak_ordering order_of(const Table& table, const std::vector<Order>& orders, const Row& left,
                            const std::vector<Value>& values, const Guid& id) {
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto order = compare(table.value(left, orders[i].column), values[i]);
    if (order == 0) continue;
    if (orders[i].direction == Direction::ascending) return order;
    return order < 0 ? std::weak_ordering::greater : std::weak_ordering::less;
  }
  return left.id <=> id;
}

std::vector<Value> values_of(const Table& table, const std::vector<Order>& orders, const Row& row) {
  std::vector<Value> values;
  for (const auto& order : orders) values.push_back(table.value(row, order.column));
  return values;
}

Page sorted_page(const Table& table, const Query& query, const Reader& reader, std::size_t size) {
  std::vector<const Row*> found;
  for (const auto& position : table.by_key()) {
    const Row& row = table.row(position.row);
    if (!wanted(table, query, reader, row)) continue;
    const auto& cursor = query.cursor;
    if (cursor && order_of(table, query.orders, row, cursor->last, cursor->id) <= 0) continue;
    found.push_back(&row);
  }
  const auto before = [&](const Row* left, const Row* right) {
    return order_of(table, query.orders, *left, values_of(table, query.orders, *right), right->id) <
           0;
  };
  const auto kept = std::min(size, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    before);
  const bool more = found.size() > kept;
  found.resize(kept);
  return {std::move(found), more};
}

Page walked_page(const Table& table, const Query& query, const Reader& reader, Walk walk,
                 std::size_t size) {
  const bool timed = walk == Walk::by_modified;
  const auto& places = timed ? table.by_modified() : table.by_key();
  const Stretch stretch =
      timed && query.filter ? modified_stretch(*query.filter, table.schema()) : Stretch{};
  auto at = timed ? places.lower_bound({stretch.from, Guid{}, 0}) : places.begin();
  if (query.cursor) {
    Position last{0, query.cursor->id, 0};
    if (timed) {
      const auto* moment = std::get_if<std::int64_t>(&query.cursor->last.front());
      last.modified = moment ? *moment : 0;
    }
    const auto behind = places.upper_bound(last);
    if (behind == places.end() || at == places.end() || *at < *behind) at = behind;
  }
  Page page;
  for (; at != places.end(); ++at) {
    if (timed && at->modified > stretch.to) break;
    const Row& row = table.row(at->row);
    if (!wanted(table, query, reader, row)) continue;
    if (page.rows.size() == size) {
      page.more = true;
      break;
    }
    page.rows.push_back(&row);
  }
  return page;
}

}  // namespace

bool Reader::may_read(const Row& row) const {
  if (row.hidden) return false;
  return hidden_percent == 0 || GuidHash{}(row.id) % 100 >= hidden_percent;
}

Page select_page(const Table& table, const Query& query, const Reader& reader, std::size_t size) {
  const Walk walk = walk_of(table.schema(), query.orders);
  return walk == Walk::sorted ? sorted_page(table, query, reader, size)
                              : walked_page(table, query, reader, walk, size);
}

std::size_t count_rows(const Table& table, const Query& query, const Reader& reader,
                       std::size_t most) {
  std::size_t count = 0;
  for (const auto& position : table.by_key()) {
    if (wanted(table, query, reader, table.row(position.row)) && ++count > most) break;
  }
  return count;
}

}  // namespace itsmc::sim::dataverse
