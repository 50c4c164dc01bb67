#include "cherwell/changes.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "cherwell/fill.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::cherwell {
namespace {

// Different rows, the same ones for the same seed and table; in no order of time.
std::vector<RowNumber> pick(const Table& table, const ChangeOrder& order) {
  std::vector<RowNumber> all = table.by_updated();
  std::sort(all.begin(), all.end());
  if (order.count >= all.size()) return all;
  Random random(order.seed);
  std::unordered_set<RowNumber> seen;
  std::vector<RowNumber> rows;
  while (rows.size() < order.count) {
    const RowNumber row = all[random.below(all.size())];
    if (seen.insert(row).second) rows.push_back(row);
  }
  return rows;
}

void set_heading(const ObjectType& type, std::string text, Record& record) {
  const auto title = type.role(Role::title);
  record.set(title ? *title : *type.role(Role::description), std::move(text));
}

}  // namespace

std::vector<std::string> touch_rows(Site& site, const ChangeOrder& order) {
  const TypeNumber number = type_number(site, order.type);
  const ObjectType& type = site.blueprint.type(number);
  Table& table = site.table(number);
  std::vector<std::string> ids;
  for (const auto row : pick(table, order)) {
    Record next = table.row(row);
    next.updated = order.at_ms / 1000;
    set_heading(type, fmt::format("touched, seed {}, revision {}", order.seed, table.revision()),
                next);
    ids.push_back(next.rec_id);
    table.replace(row, std::move(next));
  }
  table.settle();
  return ids;
}

std::vector<std::string> create_rows(Site& site, const ChangeOrder& order) {
  const TypeNumber number = type_number(site, order.type);
  const ObjectType& type = site.blueprint.type(number);
  Table& table = site.table(number);
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < order.count; ++i) {
    const std::string seed = fmt::format("created.{}.{}", table.revision(), order.at_ms);
    Record record = plain_record(site, number, long_id(seed), order.at_ms / 1000);
    set_heading(type, fmt::format("created meanwhile, number {} of seed {}", i, order.seed),
                record);
    ids.push_back(record.rec_id);
    table.insert(std::move(record));
  }
  table.settle();
  return ids;
}

std::vector<std::string> delete_rows(Site& site, const ChangeOrder& order) {
  Table& table = site.table(type_number(site, order.type));
  std::vector<std::string> ids;
  for (const auto row : pick(table, order)) {
    ids.push_back(table.row(row).rec_id);
    table.remove(row);
  }
  table.settle();
  return ids;
}

void put_row(Site& site, const PutOrder& order) {
  const TypeNumber number = type_number(site, order.type);
  Table& table = site.table(number);
  const auto row = table.by_rec_id(order.id);
  Record record = plain_record(site, number, order.id, order.updated_ms / 1000);
  set_heading(site.blueprint.type(number), order.title, record);
  record.visibility = order.hidden ? Visibility::hidden : Visibility::shown;
  if (row) {
    record.public_id = table.row(*row).public_id;
    table.replace(*row, std::move(record));
  } else {
    table.insert(std::move(record));
  }
  table.settle();
}

bool remove_row(Site& site, ItemType type, const std::string& rec_id) {
  Table& table = site.table(type_number(site, type));
  const auto row = table.by_rec_id(rec_id);
  if (!row) return false;
  table.remove(*row);
  table.settle();
  return true;
}

}  // namespace itsmc::sim::cherwell
