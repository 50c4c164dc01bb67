#include "azure/estate.hpp"

#include <algorithm>

#include "azure/roles.hpp"

namespace itsmc::sim::azure {

Workspace* Estate::workspace(std::string_view id) {
  const auto found = workspaces.find(lower(id));
  return found == workspaces.end() ? nullptr : &found->second;
}

Workspace* Estate::workspace_of(std::string_view customer_id) {
  for (auto& [id, one] : workspaces) {
    if (same_id(one.customer_id, customer_id)) return &one;
  }
  return nullptr;
}

Rule* Estate::rule_of(std::string_view immutable_id) {
  for (auto& [id, rule] : rules) {
    if (rule.immutable_id == immutable_id) return &rule;
  }
  return nullptr;
}

const Column* find_column(const std::vector<Column>& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

Table* find_table(Workspace& workspace, std::string_view name) {
  const auto found = workspace.tables.find(lower(name));
  return found == workspace.tables.end() ? nullptr : &found->second;
}

}  // namespace itsmc::sim::azure
