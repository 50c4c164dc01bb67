#include <algorithm>

#include "itsmc/core/text.hpp"
#include "partners/json_row.hpp"
#include "partners/provance_page.hpp"

namespace itsmc::partners::provance {
namespace {

constexpr std::string_view k_label = "@OData.Community.Display.V1.FormattedValue";

const Field* field_called(std::string_view name) {
  const auto fields = work_item_fields();
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

/// What people call it, and the texts people write: shown as they are stored.
bool is_plain(std::string_view field) {
  return field == "number" || field == "title" || field == "description";
}

}  // namespace

RowMap::RowMap(TableMap map) : map_(std::move(map)) {
  add(map_.key, {Target::Take::text, static_cast<std::uint8_t>(TextField::id)});
  add("@odata.etag", {Target::Take::version, static_cast<std::uint8_t>(TextField::version)});
  for (const TableColumn& column : map_.columns) add_column(column.field, column.column);
  if (!map_.open_column.empty()) add(map_.open_column, {Target::Take::open, 0});
  for (const TableLabel& label : map_.labels) {
    const Field* const field = field_called(label.field);
    if (field == nullptr || field->kind != FieldKind::label) continue;
    labels_.push_back({field->place, label.code, label.label});
  }
}

void RowMap::add(const std::string& name, Target target) {
  const auto known =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.name == name; });
  if (known != keys_.end()) {
    known->targets.push_back(target);
  } else {
    keys_.push_back({name, {target}});
  }
}

void RowMap::add_column(const std::string& name, const std::string& column) {
  using Take = Target::Take;
  const Field* const field = field_called(name);
  if (field == nullptr) return;  // check_table has refused it
  const std::uint8_t place = field->place;
  const auto next = static_cast<std::uint8_t>(place + 1);
  if (field->kind == FieldKind::time) {
    add(column, {Take::time, place});
  } else if (is_plain(name)) {
    add(column, {Take::text, place});
  } else {
    const bool coded = field->kind == FieldKind::label;
    const bool item = place == static_cast<std::uint8_t>(TextField::configuration_item);
    add(column, coded  ? Target{Take::code, next}
                : item ? Target{Take::reference, next}
                       : Target{Take::shown, place});
    add(column + std::string(k_label), {Take::label, place});
  }
}

int RowMap::find(std::string_view key) const noexcept {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].name == key) return static_cast<int>(i);
  }
  return KeyOrder::k_unknown;
}

std::span<const Target> RowMap::targets(int key) const noexcept {
  return keys_[static_cast<std::size_t>(key)].targets;
}

const std::string& RowMap::name(int key) const noexcept {
  return keys_[static_cast<std::size_t>(key)].name;
}

std::string RowMap::select() const {
  std::vector<std::string> names;
  for (const Key& key : keys_) {
    if (key.name.find('@') == std::string::npos) names.push_back(key.name);
  }
  return join(names, ",");
}

bool RowMap::is_open(std::string_view value) const noexcept {
  const auto& open = map_.open_values;
  return std::find(open.begin(), open.end(), value) != open.end();
}

void RowMap::relabel(WorkItemValues& values) const noexcept {
  for (const Label& label : labels_) {
    if (values.text[label.place + 1U] == label.code) values.text[label.place] = label.label;
  }
}

}  // namespace itsmc::partners::provance
