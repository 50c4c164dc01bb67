#include "partners/servicenow_choices.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/servicenow_query.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr std::string_view k_parent_table = "task";

std::size_t hash_of(std::string_view code) noexcept {
  std::uint32_t hash = 2166136261U;
  for (const char c : code) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

struct BuiltIn {
  TextField field;
  std::string_view code, label;
};

// servicenow reference 4. Codes 4 and 5 of incident.state stand on instances older than Helsinki.
constexpr BuiltIn k_common[] = {
    {TextField::urgency_code, "1", "1 - High"},
    {TextField::urgency_code, "2", "2 - Medium"},
    {TextField::urgency_code, "3", "3 - Low"},
    {TextField::impact_code, "1", "1 - High"},
    {TextField::impact_code, "2", "2 - Medium"},
    {TextField::impact_code, "3", "3 - Low"},
    {TextField::priority_code, "1", "1 - Critical"},
    {TextField::priority_code, "2", "2 - High"},
    {TextField::priority_code, "3", "3 - Moderate"},
    {TextField::priority_code, "4", "4 - Low"},
    {TextField::priority_code, "5", "5 - Planning"},
    {TextField::escalation_code, "0", "Normal"},
    {TextField::escalation_code, "1", "Moderate"},
    {TextField::escalation_code, "2", "High"},
    {TextField::escalation_code, "3", "Overdue"},
    {TextField::source_code, "email", "Email"},
    {TextField::source_code, "phone", "Phone"},
    {TextField::source_code, "self-service", "Self-service"},
    {TextField::source_code, "walk-in", "Walk-in"},
    {TextField::source_code, "chat", "Chat"},
    {TextField::source_code, "monitoring", "Monitoring"},
    {TextField::source_code, "virtual_agent", "Virtual Agent"},
};
constexpr BuiltIn k_incident[] = {
    {TextField::state_code, "1", "New"},
    {TextField::state_code, "2", "In Progress"},
    {TextField::state_code, "3", "On Hold"},
    {TextField::state_code, "4", "Awaiting User Info"},
    {TextField::state_code, "5", "Awaiting Evidence"},
    {TextField::state_code, "6", "Resolved"},
    {TextField::state_code, "7", "Closed"},
    {TextField::state_code, "8", "Canceled"},
    {TextField::category_code, "inquiry", "Inquiry / Help"},
    {TextField::category_code, "software", "Software"},
    {TextField::category_code, "hardware", "Hardware"},
    {TextField::category_code, "network", "Network"},
    {TextField::category_code, "database", "Database"},
};
constexpr BuiltIn k_change[] = {
    {TextField::state_code, "-5", "New"},
    {TextField::state_code, "-4", "Assess"},
    {TextField::state_code, "-3", "Authorize"},
    {TextField::state_code, "-2", "Scheduled"},
    {TextField::state_code, "-1", "Implement"},
    {TextField::state_code, "0", "Review"},
    {TextField::state_code, "3", "Closed"},
    {TextField::state_code, "4", "Canceled"},
    {TextField::change_type_code, "normal", "Normal"},
    {TextField::change_type_code, "standard", "Standard"},
    {TextField::change_type_code, "emergency", "Emergency"},
    {TextField::risk_code, "1", "Very High"},
    {TextField::risk_code, "2", "High"},
    {TextField::risk_code, "3", "Moderate"},
    {TextField::risk_code, "4", "Low"},
};

void put_all(Choices& choices, std::span<const BuiltIn> entries) {
  for (const BuiltIn& entry : entries) {
    choices.put(static_cast<std::uint8_t>(entry.field), entry.code, entry.label);
  }
}

std::string text_of(const nlohmann::json& row, const char* key) {
  const auto found = row.find(key);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::size_t Choices::List::find(std::string_view code) const noexcept {
  if (slots.empty()) return 0;
  std::size_t at = hash_of(code) % slots.size();
  while (slots[at] != 0 && entries[slots[at] - 1U].first != code) at = (at + 1) % slots.size();
  return slots[at];
}

void Choices::List::index_again() {
  std::size_t size = 8;
  while (size < entries.size() * 2) size *= 2;
  slots.assign(size, 0);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::size_t at = hash_of(entries[i].first) % size;
    while (slots[at] != 0) at = (at + 1) % size;
    slots[at] = static_cast<std::uint16_t>(i + 1);
  }
}

std::string_view Choices::label(std::uint8_t place, std::string_view code) const noexcept {
  const List& list = lists_[place];
  const std::size_t found = list.find(code);
  return found == 0 ? code : std::string_view(list.entries[found - 1].second);
}

void Choices::put(std::uint8_t place, std::string_view code, std::string_view label) {
  List& list = lists_[place];
  const std::size_t found = list.find(code);
  if (found != 0) {
    list.entries[found - 1].second = label;
    return;
  }
  // More codes than a slot can number are no choice list: they keep their codes as labels.
  if (list.entries.size() >= 30'000) return;
  list.entries.emplace_back(code, label);
  if (list.entries.size() * 2 > list.slots.size()) {
    list.index_again();
    return;
  }
  std::size_t at = hash_of(code) % list.slots.size();
  while (list.slots[at] != 0) at = (at + 1) % list.slots.size();
  list.slots[at] = static_cast<std::uint16_t>(list.entries.size());
}

std::size_t Choices::size() const noexcept {
  std::size_t sum = 0;
  for (const List& list : lists_) sum += list.entries.size();
  return sum;
}

Choices built_in_choices(WorkItemType type) {
  Choices choices;
  put_all(choices, k_common);
  if (type == WorkItemType::change_request) {
    put_all(choices, k_change);
  } else {
    put_all(choices, k_incident);
  }
  return choices;
}

std::vector<ChoiceRow> parse_choice_rows(const nlohmann::json& answer) {
  const auto result = answer.find("result");
  if (result == answer.end() || !result->is_array()) {
    throw Error(ErrorKind::protocol, "the answer about choice lists has no result");
  }
  std::vector<ChoiceRow> rows;
  for (const nlohmann::json& row : *result) {
    if (!row.is_object()) continue;
    ChoiceRow choice{.id = text_of(row, "sys_id"),
                     .table = text_of(row, "name"),
                     .element = text_of(row, "element"),
                     .value = text_of(row, "value"),
                     .label = text_of(row, "label"),
                     .language = text_of(row, "language"),
                     .inactive = text_of(row, "inactive") == "true"};
    rows.push_back(std::move(choice));
  }
  return rows;
}

Choices choose_labels(WorkItemType type, std::span<const ChoiceRow> rows) {
  const FieldMap& map = field_map(type);
  Choices choices = built_in_choices(type);
  // What people see: the table's own active English row, then task's. A retired row or another
  // language counts only where there is neither.
  std::map<std::pair<std::uint8_t, std::string_view>, std::tuple<bool, bool, bool, bool>> best;
  for (const ChoiceRow& row : rows) {
    const bool own = row.table == map.table();
    if (!own && row.table != k_parent_table) continue;
    const int found = map.find(row.element);
    if (found == FieldMap::k_unknown || row.value.empty() || row.label.empty()) continue;
    const SourceField& field = map.fields()[static_cast<std::size_t>(found)];
    if (field.shape != Shape::choice) continue;
    const bool english = row.language == "en" || row.language.empty();
    const bool current = english && !row.inactive;
    const std::tuple rank(current, own, english, !row.inactive);
    const auto [entry, first] = best.try_emplace({field.place, row.value}, rank);
    if (!first && rank <= entry->second) continue;
    entry->second = rank;
    choices.put(field.place, row.value, row.label);
  }
  return choices;
}

std::string choice_query(const FieldMap& map, std::string_view after_id) {
  std::string elements;
  for (const SourceField& field : map.fields()) {
    if (field.shape != Shape::choice) continue;
    if (!elements.empty()) elements += ',';
    elements += field.name;
  }
  EncodedQuery query;
  query.where("name", "IN", std::string(map.table()) + ',' + std::string(k_parent_table));
  query.where("element", "IN", elements);
  if (!after_id.empty()) query.where("sys_id", ">", after_id);
  return query.order_by("sys_id").text();
}

}  // namespace itsmc::partners::servicenow
