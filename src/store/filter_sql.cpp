#include "store/filter_sql.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "store/schema.hpp"

namespace itsmc::store {

void add(Condition& condition, std::string_view sql) {
  condition.sql += " AND ";
  condition.sql += sql;
}

void add_time(Condition& condition, std::string_view sql, std::optional<Timestamp> time) {
  if (!time) return;
  add(condition, sql);
  condition.values.emplace_back(std::int64_t{time->time_since_epoch().count()});
}

namespace {

bool is_asked_for(const ItemFilter& filter, const StreamRow& stream) {
  const auto holds = [](const auto& wanted, const auto& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  };
  return holds(filter.connections, stream.key.connection) && holds(filter.types, stream.key.type);
}

// "%", "_" and the escape itself stand for themselves.
std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

void add_streams(Condition& condition, const ItemFilter& filter,
                 const std::vector<StreamRow>& streams) {
  std::string places;
  std::size_t wanted = 0;
  for (const StreamRow& stream : streams) {
    if (!is_asked_for(filter, stream)) continue;
    places += wanted++ == 0 ? "?" : ", ?";
    condition.values.emplace_back(stream.number);
  }
  if (wanted == streams.size() && wanted != 0) {
    condition.values.clear();
    return;
  }
  add(condition, fmt::format("w.stream IN ({})", places));
}

void add_texts(Condition& condition, const ItemFilter& filter) {
  if (!filter.states.empty()) {
    std::string any;
    for (const std::string& state : filter.states) {
      any += any.empty() ? "(" : " OR ";
      any += "w.state = ? COLLATE NOCASE OR w.state_code = ? COLLATE NOCASE";
      condition.values.emplace_back(state);
      condition.values.emplace_back(state);
    }
    add(condition, any + ")");
  }
  if (!filter.configuration_item.empty()) {
    add(condition, "(w.configuration_item = ? COLLATE NOCASE OR w.configuration_item_id = ?)");
    condition.values.emplace_back(filter.configuration_item);
    condition.values.push_back(stored_id(filter.configuration_item));
  }
  if (!filter.assigned_to.empty()) {
    add(condition, "w.assigned_to = ? COLLATE NOCASE");
    condition.values.emplace_back(filter.assigned_to);
  }
  if (!filter.text.empty()) {
    add(condition,
        "(w.number LIKE ? ESCAPE '\\' OR w.title LIKE ? ESCAPE '\\' "
        "OR w.description LIKE ? ESCAPE '\\')");
    condition.values.insert(condition.values.end(), 3, like_pattern(filter.text));
  }
}

// The sort must be one of work_item_key's columns too.
bool is_narrow(const ItemFilter& filter) {
  static constexpr std::array<std::string_view, 6> columns{"id",         "updated_at", "open",
                                                           "deleted_at", "connection", "type"};
  return std::find(columns.begin(), columns.end(), filter.sort) != columns.end() &&
         filter.states.empty() && filter.configuration_item.empty() && filter.assigned_to.empty() &&
         filter.text.empty() && !filter.created_since && !filter.created_before;
}

const Field* find_field(std::string_view name) {
  for (const Field& field : work_item_fields()) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

[[noreturn]] void refuse_sort(const std::string& name) {
  std::vector<std::string> names{"connection", "type", "deleted_at"};
  for (const Field& field : work_item_fields()) names.emplace_back(field.name);
  const std::string near = nearest(name, names);
  throw Error(ErrorKind::usage, fmt::format("cannot sort by \"{}\": no such field", name),
              near.empty() ? std::string("itsmc workitem list --fields help")
                           : fmt::format("did you mean --sort {}", near));
}

std::string sort_key(const std::string& name) {
  if (name == "connection" || name == "type") {
    return fmt::format("(SELECT s.{} FROM stream s WHERE s.stream = w.stream)", name);
  }
  if (name == "deleted_at") return "w.deleted_at";
  const Field* field = find_field(name);
  if (field == nullptr) refuse_sort(name);
  std::string column = "w." + quoted(field->name);
  if (field->kind == FieldKind::time || field->kind == FieldKind::flag || is_id_field(*field)) {
    return column;
  }
  return column + " COLLATE NOCASE";
}

}  // namespace

int Condition::bind(Statement& statement) const {
  int place = 1;
  for (const auto& value : values) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      statement.bind(place, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      statement.bind(place, std::string_view(*text));
    } else {
      statement.bind_blob(place, std::get<Blob>(value).bytes);
    }
    ++place;
  }
  return place;
}

std::variant<std::int64_t, std::string, Blob> stored_id(std::string_view id) {
  char bytes[16];
  if (pack_id(id, bytes)) return Blob{std::string(bytes, sizeof bytes)};
  return std::string(id);
}

Condition condition_of(const ItemFilter& filter, const std::vector<StreamRow>& streams) {
  Condition condition{is_narrow(filter) ? "work_item_key" : "work_item", "1", {}};
  add_streams(condition, filter, streams);
  if (!filter.deleted) add(condition, "w.deleted_at IS NULL");
  if (filter.open) add(condition, *filter.open ? "w.open = 1" : "w.open = 0");
  add_time(condition, "w.updated_at >= ?", filter.updated_since);
  add_time(condition, fmt::format("{} >= ?", k_created), filter.created_since);
  add_time(condition, fmt::format("{} < ?", k_created), filter.created_before);
  add_texts(condition, filter);
  return condition;
}

std::string order_of(const ItemFilter& filter) {
  return fmt::format("ORDER BY {} {}, w.stream, w.id", sort_key(filter.sort),
                     filter.descending ? "DESC" : "ASC");
}

}  // namespace itsmc::store
