#include "dataverse/render.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dataverse/refusal.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::string_view k_formatted = "@OData.Community.Display.V1.FormattedValue\":";

void append_quoted(std::string_view text, std::string& out) {
  // Most texts need no escapes: quote_json would copy each of them once more.
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  });
  if (!plain) {
    out += quote_json(text);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

std::string plain_text(const Value& value, Kind kind) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number && kind == Kind::date) return fmt::format("\"{}\"", date_text(*number));
  if (number && kind == Kind::boolean) return *number != 0 ? "true" : "false";
  if (number) return std::to_string(*number);
  if (const auto* guid = std::get_if<Guid>(&value)) return fmt::format("\"{}\"", guid->text());
  return "null";
}

// How a value is shown to people; empty when it has no annotation.
std::string formatted(const Column& column, const Value& value, std::int64_t zone) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!number) return {};
  if (column.kind == Kind::date) return local_date(*number + zone);
  if (column.kind == Kind::boolean) return *number != 0 ? "Yes" : "No";
  if (column.kind == Kind::integer || column.kind == Kind::big) return grouped(*number);
  const Option* option = column.option(*number);
  return option ? option->label : std::string();
}

const Target* target_of(const Schema& schema, std::string_view navigation, const Column*& lookup) {
  for (const auto& column : schema.columns) {
    for (const auto& target : column.targets) {
      if (target.navigation != navigation) continue;
      lookup = &column;
      return &target;
    }
  }
  return nullptr;
}

}  // namespace

std::string grouped(std::int64_t number) {
  const std::string digits = std::to_string(number < 0 ? -number : number);
  std::string out;
  if (number < 0) out += '-';
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string local_date(std::int64_t seconds) {
  const auto t = civil_time(seconds);
  const unsigned hour = t.hour % 12 == 0 ? 12 : t.hour % 12;
  return fmt::format("{}/{}/{} {}:{:02} {}", t.month, t.day, t.year, hour, t.minute,
                     t.hour < 12 ? "AM" : "PM");
}

std::string View::key() const {
  std::string key = fmt::format("{}{}{}|{}|{}|", formatted ? 'f' : '-', lookup_names ? 'l' : '-',
                                zone_seconds, bad_date, base);
  for (const auto column : columns) key += fmt::format("{},", column);
  return key;
}

Renderer::Renderer(const Organisation& organisation, const Table& table, const View& view)
    : organisation_(organisation), table_(table), view_(view), columns_(view.columns) {
  const auto& schema = table.schema();
  for (const auto& column : schema.columns) properties_.push_back(column.property());
  if (columns_.empty()) {
    for (std::size_t i = 0; i < schema.columns.size(); ++i) columns_.push_back(i);
    return;
  }
  // The key is there whether it was asked for or not (fixture page1.response.json).
  const auto key = schema.at(schema.key);
  if (std::find(columns_.begin(), columns_.end(), key) == columns_.end()) columns_.push_back(key);
}

void Renderer::append(const Row& row, std::string& out) const {
  out += '{';
  append_members(row, out);
  out += '}';
}

void Renderer::append_members(const Row& row, std::string& out) const {
  out += "\"@odata.etag\":\"W/\\\"";
  out += std::to_string(row.version);
  out += "\\\"\"";
  for (const auto column : columns_) append_column(row, column, out);
  for (const auto& expand : view_.expands) append_expand(row, expand, out);
}

void Renderer::append_column(const Row& row, std::size_t number, std::string& out) const {
  const Column& column = table_.schema().columns[number];
  Value made;
  const Value& value = table_.look(row, number, made);
  const std::string& property = properties_[number];
  out += ",\"";
  out += property;
  out += "\":";
  if (const auto* text = std::get_if<std::string>(&value)) {
    append_quoted(*text, out);
    return;
  }
  if (column.name == view_.bad_date && !is_null(value)) {
    out += "\"0001-13-45T99:00:00Z\"";
    return;
  }
  out += plain_text(value, column.kind);
  const auto* id = std::get_if<Guid>(&value);
  if (column.kind == Kind::lookup && id) {
    append_lookup_names(column, *id, out);
    return;
  }
  if (!view_.formatted) return;
  const std::string shown = formatted(column, value, view_.zone_seconds);
  if (shown.empty()) return;
  out += ",\"";
  out += property;
  out += k_formatted;
  append_quoted(shown, out);
}

void Renderer::append_lookup_names(const Column& column, const Guid& id, std::string& out) const {
  std::string_view target;
  const auto name = organisation_.name_of(column, id, &target);
  const std::string property = column.property();
  if (view_.lookup_names && !target.empty()) {
    out += fmt::format(R"(,"{}@Microsoft.Dynamics.CRM.lookuplogicalname":"{}")", property, target);
    for (const auto& one : column.targets) {
      if (one.table != target) continue;
      out += fmt::format(R"(,"{}@Microsoft.Dynamics.CRM.associatednavigationproperty":"{}")",
                         property, one.navigation);
      break;
    }
  }
  if (!view_.formatted || name.empty()) return;
  out += ",\"";
  out += property;
  out += k_formatted;
  append_quoted(name, out);
}

void Renderer::append_related(const Table& target, const Guid& id, const Expand& expand,
                              std::string& out) const {
  View view = view_;
  view.columns.clear();
  for (const auto& name : expand.select) {
    if (const auto column = target.schema().find(name)) view.columns.push_back(*column);
  }
  view.expands = expand.inner;
  const Row* row = target.find(id);
  if (row)
    Renderer(organisation_, target, view).append(*row, out);
  else
    out += "null";
}

void Renderer::append_expand(const Row& row, const Expand& expand, std::string& out) const {
  out += ",\"";
  out += expand.navigation;
  out += "\":";
  const Column* lookup = nullptr;
  const Target* target = target_of(table_.schema(), expand.navigation, lookup);
  if (target) {
    const Value value = table_.value(row, table_.schema().at(lookup->name));
    const auto* id = std::get_if<Guid>(&value);
    if (id)
      append_related(*organisation_.table(target->table), *id, expand, out);
    else
      out += "null";
    return;
  }
  const auto& association = *organisation_.association(table_.schema().table, expand.navigation);
  out += '[';
  const auto [begin, end] = association.links.equal_range(row.id);
  for (auto link = begin; link != end; ++link) {
    if (link != begin) out += ',';
    append_related(*organisation_.table(association.target), link->second, expand, out);
  }
  out += ']';
}

void check_expands(const Organisation& organisation, const Schema& schema,
                   const std::vector<Expand>& expands) {
  for (const auto& expand : expands) {
    const Column* lookup = nullptr;
    const Target* target = target_of(schema, expand.navigation, lookup);
    const auto* association = organisation.association(schema.table, expand.navigation);
    if (!target && !association) {
      throw Refusal(400, k_bad_query,
                    fmt::format("Could not find a property named '{}' on type "
                                "'Microsoft.Dynamics.CRM.{}'.",
                                expand.navigation, schema.table));
    }
    const auto& inner = organisation.table(target ? target->table : association->target)->schema();
    for (const auto& name : expand.select) {
      if (inner.find(name)) continue;
      throw Refusal(400, k_bad_query,
                    fmt::format("Could not find a property named '{}' on type "
                                "'Microsoft.Dynamics.CRM.{}'.",
                                name, inner.table));
    }
    check_expands(organisation, inner, expand.inner);
  }
}

}  // namespace itsmc::sim::dataverse
