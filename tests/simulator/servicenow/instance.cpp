#include "servicenow/instance.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "shared/clock.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {

Instance::Instance() {
  for (auto& schema : all_schemas()) tables_.push_back(std::make_unique<Table>(std::move(schema)));
}

const Table* Instance::table(std::string_view name) const {
  for (const auto& table : tables_)
    if (table->schema().table() == name) return table.get();
  return nullptr;
}

Table* Instance::table(std::string_view name) {
  return const_cast<Table*>(std::as_const(*this).table(name));
}

std::uint16_t Instance::number_of(std::string_view name) const {
  for (std::size_t i = 0; i < tables_.size(); ++i)
    if (tables_[i]->schema().table() == name) return static_cast<std::uint16_t>(i);
  throw std::out_of_range("no table " + std::string(name));
}

std::vector<std::uint16_t> Instance::table_numbers(std::string_view name) const {
  if (name == "task") return {number_of("incident"), number_of("change_request")};
  if (!table(name)) return {};
  return {number_of(name)};
}

Instance::Found Instance::find(std::string_view target, const Key& id) const {
  for (const auto number : table_numbers(target)) {
    if (const auto row = tables_[number]->find(id)) return {tables_[number].get(), *row};
  }
  return {};
}

std::uint64_t Instance::revision() const {
  std::uint64_t sum = 0;
  for (const auto& table : tables_) sum += table->revision();
  return sum;
}

void Instance::settle() {
  for (const auto& table : tables_) table->settle();
}

const Instance::Element* Instance::element(std::string_view table, std::string_view name) const {
  for (const auto& element : elements_)
    if (element.name == name && element.table == table) return &element;
  return nullptr;
}

const std::string* Instance::choice_label(std::string_view table, std::string_view name,
                                          std::string_view value) const {
  for (const auto owner : {table, std::string_view("task")}) {
    const auto* found = element(owner, name);
    if (!found) continue;
    for (const auto& choice : found->choices)
      if (choice.value == value) return &choice.label;
    return nullptr;  // a table's own list hides task's
  }
  return nullptr;
}

const std::string* Instance::own_choice_label(std::string_view table, std::string_view name,
                                              std::string_view value) const {
  const auto* found = element(table, name);
  if (!found) return nullptr;
  for (const auto& choice : found->choices)
    if (choice.value == value) return &choice.label;
  return nullptr;
}

const std::string* Instance::choice_value(std::string_view table, std::string_view name,
                                          std::string_view label) const {
  for (const auto owner : {table, std::string_view("task")}) {
    const auto* found = element(owner, name);
    if (!found) continue;
    for (const auto& choice : found->choices)
      if (choice.label == label) return &choice.value;
    return nullptr;
  }
  return nullptr;
}

bool Instance::has_choices(std::string_view table, std::string_view name) const {
  return element(table, name) || element("task", name);
}

void Instance::add_choice(std::string_view table, std::string_view name, std::string_view value,
                          std::string_view label) {
  if (!element(table, name)) elements_.push_back({std::string(table), std::string(name), {}});
  for (auto& element : elements_) {
    if (element.name == name && element.table == table) {
      element.choices.push_back({std::string(value), std::string(label)});
    }
  }
}

RowMaker::RowMaker(const Schema& schema, Key id, std::int64_t created) : schema_(schema) {
  row.sys_id = id;
  row.updated_on = created;
  if (schema.find("sys_created_on")) set("sys_created_on", utc_text(created));
}

RowMaker& RowMaker::set(std::string_view column, std::string_view value) {
  row.append(schema_.at(column), value);
  return *this;
}

Key key_for(std::string_view table, std::string_view name) {
  return Key(hex_id(std::string(table) + "/" + std::string(name)));
}

}  // namespace itsmc::sim::servicenow
