#include "scsm/changes.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "shared/random.hpp"

namespace itsmc::sim::scsm {
namespace {

WorkItem default_row(Group& group, ItemType type) {
  const bool incident = type == ItemType::incident;
  const EnumLists& enums = group.enums;
  WorkItem row;
  row.type = type;
  row.number = group.next_number(type);
  row.status = incident ? enums.status.find("Active") : enums.change_status.find("New");
  row.urgency = incident ? enums.urgency.find("Medium") : nullptr;
  row.impact = incident ? enums.impact.find("Medium") : enums.change_impact.find("Standard");
  if (incident)
    row.priority = 4;
  else
    row.change_priority = enums.change_priority.find("Medium");
  row.created_by = "ITSMC service";
  return row;
}

// `count` different rows of the shelf, the same for the same seed.
std::vector<std::string> chosen(const Shelf& shelf, const ChangeOrder& order) {
  std::vector<std::string> ids;
  for (const auto* row : shelf.ordered()) ids.push_back(row->base_id);
  std::sort(ids.begin(), ids.end());  // the order of pages is what changes
  Random random(order.seed);
  const std::size_t count = std::min<std::size_t>(order.count, ids.size());
  for (std::size_t i = 0; i < count; ++i) std::swap(ids[i], ids[i + random.below(ids.size() - i)]);
  ids.resize(count);
  return ids;
}

const EnumValue* state_of(Group& group, const Item& item) {
  const bool incident = item.type == ItemType::incident;
  EnumList& list = incident ? group.enums.status : group.enums.change_status;
  const char* parent = item.open ? (incident ? "Active" : "InProgress") : "Closed";
  return list.take_over(item.state, list.find(parent));
}

void set_choices(Group& group, const Item& item, WorkItem& row) {
  EnumLists& enums = group.enums;
  row.status = state_of(group, item);
  if (item.type == ItemType::incident) {
    row.urgency = enums.urgency.take_over(item.urgency);
    row.impact = enums.impact.take_over(item.impact);
    const auto number = number_or(item.priority, 0);  // "3 - Moderate"
    if (number > 0) row.priority = number;
    row.source = enums.source.take_over(item.source);
    row.category = enums.classification.take_over(item.category);
    row.queue = enums.queue.take_over(item.assignment_group);
    return;
  }
  row.impact = enums.change_impact.take_over(item.impact);
  row.change_priority = enums.change_priority.take_over(item.priority);
  row.category = enums.change_category.take_over(item.category);
  row.risk = enums.change_risk.find("NotAssessed");
}

WorkItem row_of(Group& group, const Item& item) {
  WorkItem row;
  row.type = item.type;
  row.number = item.number.empty() ? group.next_number(item.type) : item.number;
  row.base_id = guid_of(std::string(name_of(item.type)) + "/" + row.number);
  row.modified_ms = item.updated_ms;
  row.title = item.title;
  row.description = item.description;
  row.created_ms = item.created_ms;
  row.closed_ms = item.closed_ms;
  row.resolved_ms = item.resolved_ms;
  set_choices(group, item, row);
  row.created_by = item.created_by;
  row.assigned_to = item.assigned_to;
  row.affected_user = item.created_by;
  row.resolved_by = item.resolved_by;
  row.closed_by = item.closed_by;
  row.config_item = group.take_over_config_item(item.configuration_item);
  return row;
}

struct Word {
  std::string_view neutral, here;
};

template <std::size_t N>
std::string translated(const std::array<Word, N>& words, const std::string& label) {
  for (const auto& word : words)
    if (word.neutral == label) return std::string(word.here);
  return label;
}

// What this product calls generate_items()'s labels.
void translate(Item& item) {
  static constexpr std::array<Word, 6> k_states{{{"New", "Active"},
                                                 {"In Progress", "Active"},
                                                 {"On Hold", "Pending"},
                                                 {"Resolved", "Resolved"},
                                                 {"Closed", "Closed"},
                                                 {"Canceled", "Closed"}}};
  static constexpr std::array<Word, 7> k_change_states{{{"New", "New"},
                                                        {"Assess", "Submitted"},
                                                        {"Scheduled", "In Progress"},
                                                        {"Implement", "In Progress"},
                                                        {"Review", "Completed"},
                                                        {"Closed", "Closed"},
                                                        {"Canceled", "Cancelled"}}};
  static constexpr std::array<Word, 3> k_levels{
      {{"1 - High", "High"}, {"2 - Medium", "Medium"}, {"3 - Low", "Low"}}};
  static constexpr std::array<Word, 3> k_impacts{
      {{"1 - High", "Major"}, {"2 - Medium", "Significant"}, {"3 - Low", "Minor"}}};
  static constexpr std::array<Word, 4> k_priorities{{{"1 - Critical", "Immediate"},
                                                     {"2 - High", "High"},
                                                     {"3 - Moderate", "Medium"},
                                                     {"4 - Low", "Low"}}};
  static constexpr std::array<Word, 3> k_sources{
      {{"Email", "E-Mail"}, {"Self-service", "Portal"}, {"Walk-in", "Console"}}};
  const bool incident = item.type == ItemType::incident;
  item.state =
      incident ? translated(k_states, item.state) : translated(k_change_states, item.state);
  item.urgency = translated(k_levels, item.urgency);
  item.impact = incident ? translated(k_levels, item.impact) : translated(k_impacts, item.impact);
  if (!incident) {
    item.priority = translated(k_priorities, item.priority);
    item.category = hash_text(item.number, 1) % 5 == 0 ? "Emergency" : "Standard";
  }
  item.source = translated(k_sources, item.source);
  item.number.clear();  // IR1001, CR1002: the product's own
}

}  // namespace

void add_base(Group& group) {
  group.add_config_item({k_deleted_item, "Microsoft.Windows.Computer", "retired01.contoso.local",
                         "retired01.contoso.local",
                         group.enums.object_status.find("PendingDelete")});
  for (const char* name : {"web01.contoso.local", "sql01.contoso.local"}) {
    group.take_over_config_item(name);
  }
}

void add_items(Group& group, const std::vector<Item>& items) {
  for (const auto& item : items) group.shelf(item.type).put_unsorted(row_of(group, item));
  group.shelf(ItemType::incident).settle();
  group.shelf(ItemType::change_request).settle();
  group.touched();
}

void add_generated(Group& group, std::vector<Item> items) {
  for (auto& item : items) translate(item);
  add_items(group, items);
}

void put_row(Group& group, const PutOrder& order) {
  Shelf& shelf = group.shelf(order.type);
  const WorkItem* old = shelf.find(order.id);
  WorkItem row = old ? *old : default_row(group, order.type);
  row.base_id = order.id;
  row.modified_ms = order.updated_ms;
  row.title = order.title;
  row.hidden = order.hidden;
  if (!row.created_ms) row.created_ms = order.updated_ms;
  shelf.put(std::move(row));
  group.touched();
}

std::vector<std::string> touch_rows(Group& group, const ChangeOrder& order) {
  Shelf& shelf = group.shelf(order.type);
  std::vector<std::string> ids = chosen(shelf, order);
  for (const auto& id : ids) {
    WorkItem row = *shelf.find(id);
    row.modified_ms = order.at_ms;
    shelf.put(std::move(row));
  }
  group.touched();
  return ids;
}

std::vector<std::string> create_rows(Group& group, const ChangeOrder& order) {
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < order.count; ++i) {
    WorkItem row = default_row(group, order.type);
    row.base_id = guid_of("created/" + row.number);
    row.modified_ms = order.at_ms;
    row.created_ms = order.at_ms;
    row.title = "Created by control, " + row.number;
    ids.push_back(row.base_id);
    group.shelf(order.type).put(std::move(row));
  }
  group.touched();
  return ids;
}

std::vector<std::string> delete_rows(Group& group, const ChangeOrder& order) {
  Shelf& shelf = group.shelf(order.type);
  std::vector<std::string> ids = chosen(shelf, order);
  for (const auto& id : ids) shelf.remove(id);
  group.touched();
  return ids;
}

bool is_open(const WorkItem& row) {
  static constexpr std::array<std::string_view, 4> k_ends{
      "IncidentStatusEnum.Closed", "ChangeStatusEnum.Closed", "ChangeStatusEnum.Cancelled",
      "ChangeStatusEnum.Completed"};
  for (const auto* value = row.status; value; value = value->parent) {
    if (std::find(k_ends.begin(), k_ends.end(), value->name) != k_ends.end()) return false;
  }
  return true;
}

}  // namespace itsmc::sim::scsm
