#include "cli/commands/item_columns.hpp"

#include <algorithm>
#include <array>

namespace itsmc::cli {
namespace {

constexpr std::array<std::string_view, 4> k_in_tables{"number", "title", "state", "updated_at"};
constexpr std::array<std::string_view, 2> k_with_room{"priority", "assigned_to"};
constexpr std::size_t k_before = 2;  // connection and type

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Shown shown(const Field& field) {
  if (is_among(k_with_room, field.name)) return Shown::with_room;
  return is_among(k_in_tables, field.name) ? Shown::always : Shown::not_in_tables;
}

Cell field_cell(const StoredItem& item, const Field& field) {
  switch (field.kind) {
    case FieldKind::time:
      return time_cell(item.item.time(static_cast<TimeField>(field.place)));
    case FieldKind::flag:
      return flag_cell(item.item.open());
    case FieldKind::text:
    case FieldKind::label:
    case FieldKind::code:
      return text_cell(item.item.text(static_cast<TextField>(field.place)));
  }
  return {};
}

Cell::Kind kind_of(FieldKind kind) {
  if (kind == FieldKind::time) return Cell::Kind::time;
  return kind == FieldKind::flag ? Cell::Kind::flag : Cell::Kind::text;
}

}  // namespace

std::vector<Column> item_columns() {
  std::vector<Column> columns{
      {"connection", "the connection that brought it"},
      {"type", "incident, change-request, event or alert", Shown::with_room}};
  for (const Field& field : work_item_fields()) {
    columns.push_back(of_kind(kind_of(field.kind),
                              {std::string(field.name), std::string(field.meaning), shown(field)}));
  }
  columns.push_back(of_kind(
      Cell::Kind::time, {"deleted_at", "when a full walk found it missing", Shown::not_in_tables}));
  return columns;
}

std::vector<std::string> sortable_names() {
  std::vector<std::string> names{"connection", "type"};
  for (const Field& field : work_item_fields()) names.emplace_back(field.name);
  return names;
}

void item_cells(const StoredItem& item, std::span<const std::size_t> places,
                std::vector<Cell>& cells) {
  const std::span<const Field> fields = work_item_fields();
  cells.clear();
  for (const std::size_t place : places) {
    if (place == 0) {
      cells.push_back(text_cell(item.connection));
    } else if (place == 1) {
      cells.push_back(text_cell(to_string(item.type)));
    } else if (place < k_before + fields.size()) {
      cells.push_back(field_cell(item, fields[place - k_before]));
    } else {
      cells.push_back(time_cell(item.deleted_at));
    }
  }
}

}  // namespace itsmc::cli
