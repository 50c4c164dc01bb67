#include "servicenow/changes.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_set>

#include <fmt/format.h>

#include "servicenow/record_rules.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

Table& table_of(Instance& instance, const std::string& name) {
  Table* table = instance.table(name);
  if (!table) throw std::runtime_error("no table " + name);
  return *table;
}

// Different rows, the same ones for the same seed and table.
std::vector<RowNumber> pick(const Table& table, const ChangePlan& plan) {
  const auto& all = table.by_id();
  if (plan.count >= all.size()) return all;
  Random random(plan.seed);
  std::unordered_set<RowNumber> seen;
  std::vector<RowNumber> rows;
  while (rows.size() < plan.count) {
    const RowNumber row = all[random.below(all.size())];
    if (seen.insert(row).second) rows.push_back(row);
  }
  return rows;
}

std::string id_of(const Table& table, RowNumber row) {
  return std::string(table.row(row).sys_id.text());
}

}  // namespace

std::vector<std::string> touch_rows(Instance& instance, const ChangePlan& plan) {
  Table& table = table_of(instance, plan.table);
  const auto text = table.schema().find("short_description");
  std::vector<std::string> ids;
  for (const auto number : pick(table, plan)) {
    Row next = table.row(number);
    ++next.mod_count;
    next.updated_on = plan.moment;
    if (text) next.set(*text, fmt::format("touched {} times, seed {}", next.mod_count, plan.seed));
    table.replace(number, std::move(next));
    ids.push_back(id_of(table, number));
  }
  instance.settle();
  return ids;
}

std::vector<std::string> delete_rows(Instance& instance, const ChangePlan& plan) {
  Table& table = table_of(instance, plan.table);
  Table& audit = *instance.table("sys_audit_delete");
  std::vector<std::string> ids;
  for (const auto number : pick(table, plan)) {
    ids.push_back(id_of(table, number));
    RowMaker maker(audit.schema(), key_for("sys_audit_delete", plan.table + ids.back()),
                   plan.moment);
    maker.set("tablename", plan.table).set("documentkey", ids.back());
    maker.set("sys_created_by", "admin");
    audit.insert(std::move(maker.row));
    table.remove(number);
  }
  instance.settle();
  return ids;
}

std::vector<std::string> create_rows(Instance& instance, const ChangePlan& plan) {
  Table& table = table_of(instance, plan.table);
  WriteRules rules;
  rules.user = "admin";
  rules.now = plan.moment;
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < plan.count; ++i) {
    Row row = new_record({instance, table.schema(), rules});
    if (const auto text = table.schema().find("short_description")) {
      row.set(*text, fmt::format("created meanwhile, number {} of seed {}", i, plan.seed));
    }
    ids.emplace_back(row.sys_id.text());
    table.insert(std::move(row));
  }
  instance.settle();
  return ids;
}

void ensure_row(Instance& instance, const std::string& name, const Key& id, std::int64_t moment) {
  Table& table = table_of(instance, name);
  if (table.find(id)) return;
  WriteRules rules;
  rules.user = "admin";
  rules.now = moment;
  Row row = new_record({instance, table.schema(), rules});
  row.sys_id = id;
  table.insert(std::move(row));
  instance.settle();
}

}  // namespace itsmc::sim::servicenow
