#include "cherwell/record.hpp"

#include <algorithm>

namespace itsmc::sim::cherwell {
namespace {

template <class Cells>
auto find_cell(Cells& cells, FieldNumber field) {
  return std::find_if(cells.begin(), cells.end(),
                      [&](const auto& cell) { return cell.first == field; });
}

}  // namespace

std::string_view Record::text(FieldNumber field) const {
  const auto cell = find_cell(texts, field);
  return cell == texts.end() ? std::string_view{} : std::string_view(cell->second);
}

void Record::set(FieldNumber field, std::string value) {
  const auto cell = find_cell(texts, field);
  if (value.empty()) {
    if (cell != texts.end()) texts.erase(cell);
  } else if (cell != texts.end()) {
    cell->second = std::move(value);
  } else {
    texts.emplace_back(field, std::move(value));
  }
}

std::optional<std::int64_t> Record::moment(FieldNumber field) const {
  const auto cell = find_cell(moments, field);
  return cell == moments.end() ? std::nullopt : std::optional(cell->second);
}

void Record::set_moment(FieldNumber field, std::optional<std::int64_t> seconds) {
  const auto cell = find_cell(moments, field);
  if (!seconds) {
    if (cell != moments.end()) moments.erase(cell);
  } else if (cell != moments.end()) {
    cell->second = *seconds;
  } else {
    moments.emplace_back(field, *seconds);
  }
}

std::string_view text_of(const ObjectType& type, const Record& record, FieldNumber field) {
  const Role role = type.fields[field].role;
  if (role == Role::rec_id) return record.rec_id;
  if (role == Role::public_id) return record.public_id;
  return record.text(field);
}

std::optional<std::int64_t> moment_of(const ObjectType& type, const Record& record,
                                      FieldNumber field) {
  if (type.fields[field].role == Role::modified) return record.updated;
  return record.moment(field);
}

std::string title_of(const ObjectType& type, const Record& record) {
  const auto title = type.role(Role::title);
  if (title && !record.text(*title).empty()) return std::string(record.text(*title));
  const auto description = type.role(Role::description);
  if (!description) return {};
  const auto text = record.text(*description);
  return std::string(text.substr(0, std::min(text.find_first_of("\r\n"), text.size())));
}

}  // namespace itsmc::sim::cherwell
