#include "dataverse/query.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dataverse/refusal.hpp"

namespace itsmc::sim::dataverse {
namespace {

constexpr std::string_view k_formatted = "OData.Community.Display.V1.FormattedValue";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

std::size_t column_of(const Schema& schema, std::string_view name) {
  const auto found = schema.find(name);
  if (found) return *found;
  throw Refusal(400, k_bad_query,
                fmt::format("Could not find a property named '{}' on type "
                            "'Microsoft.Dynamics.CRM.{}'.",
                            name, schema.table));
}

std::vector<Order> parse_orders(std::string_view text, const Schema& schema) {
  std::vector<Order> orders;
  for (const auto part : split_outside(text, ',')) {
    const auto word = trimmed(part);
    const auto blank = std::min(word.find(' '), word.size());
    const auto way = trimmed(word.substr(blank));
    if (!way.empty() && way != "asc" && way != "desc") {
      throw Refusal(400, k_bad_query,
                    fmt::format("Syntax error at position {} in '{}'.", blank, text));
    }
    orders.push_back({column_of(schema, word.substr(0, blank)),
                      way == "desc" ? Direction::descending : Direction::ascending});
  }
  return orders;
}

std::size_t whole_number(std::string_view name, const std::string& text) {
  const auto number = number_or(text, -1);
  if (number >= 0) return static_cast<std::size_t>(number);
  throw Refusal(400, k_bad_query,
                fmt::format("Invalid value '{}' for {} query option found.", text, name));
}

Expand parse_expand(std::string_view text) {
  const auto open = std::min(text.find('('), text.size());
  Expand expand{std::string(text.substr(0, open)), {}, {}};
  if (open == text.size()) return expand;
  if (!text.ends_with(')')) {
    throw Refusal(400, k_bad_query,
                  fmt::format("Syntax error at position {} in '{}'.", text.size(), text));
  }
  for (const auto option : split_outside(text.substr(open + 1, text.size() - open - 2), ';')) {
    const auto equals = std::min(option.find('='), option.size());
    const auto name = trimmed(option.substr(0, equals));
    const auto value = equals < option.size() ? option.substr(equals + 1) : std::string_view{};
    if (name == "$select") {
      for (const auto one : split_outside(value, ',')) expand.select.emplace_back(trimmed(one));
    } else if (name == "$expand") {
      expand.inner = parse_expands(value);
    } else {
      throw Refusal(400, k_bad_query, fmt::format("Term '{}' is not valid in $expand.", option));
    }
  }
  return expand;
}

}  // namespace

std::vector<std::string_view> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool end = i == text.size();
    if (!end && text[i] == '\'') quoted = !quoted;
    if (!end && !quoted) depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (!end && (quoted || depth > 0 || text[i] != separator)) continue;
    if (i > begin) parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

std::vector<Expand> parse_expands(std::string_view text) {
  std::vector<Expand> expands;
  for (const auto part : split_outside(text, ',')) expands.push_back(parse_expand(trimmed(part)));
  return expands;
}

// Prefer: odata.maxpagesize=500,odata.include-annotations="OData.Community.Display.V1.Formatted.."
Preferences preferences_of(const Request& request) {
  Preferences preferences;
  const std::string header = request.header("Prefer");
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= header.size(); ++i) {
    if (i < header.size() && header[i] == '"') quoted = !quoted;
    if (i < header.size() && (quoted || (header[i] != ',' && header[i] != ';'))) continue;
    const auto part = trimmed(std::string_view(header).substr(begin, i - begin));
    begin = i + 1;
    const auto equals = std::min(part.find('='), part.size());
    const auto name = part.substr(0, equals);
    const auto value =
        equals < part.size() ? unquoted(trimmed(part.substr(equals + 1))) : std::string_view{};
    if (name == "odata.maxpagesize") {
      const auto size = number_or(value, 0);
      if (size > 0) preferences.page_size = static_cast<std::size_t>(size);
    } else if (name == "odata.include-annotations") {
      preferences.annotations = value;
    } else if (name == "return") {
      preferences.representation = value == "representation";
    } else if (name == "odata.track-changes") {
      preferences.track_changes = true;
    }
  }
  return preferences;
}

std::string Preferences::applied() const {
  std::vector<std::string> parts;
  if (page_size) parts.push_back(fmt::format("odata.maxpagesize={}", *page_size));
  if (!annotations.empty()) {
    parts.push_back(fmt::format("odata.include-annotations=\"{}\"", annotations));
  }
  if (representation) parts.emplace_back("return=representation");
  if (track_changes) parts.emplace_back("odata.track-changes");
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

bool Preferences::annotates(std::string_view name) const {
  for (const auto part : split_outside(annotations, ',')) {
    const auto word = trimmed(part);
    if (word == "*" || word == name) return true;
    if (word.ends_with(".*") && name.starts_with(word.substr(0, word.size() - 1))) return true;
  }
  return annotations == k_formatted && name == k_formatted;
}

Query query_of(const Request& request, const Schema& schema) {
  if (request.param("$skip")) {
    throw Refusal(400, k_bad_query, "Skip Clause is not supported in CRM");
  }
  for (const auto& field : request.params) {
    static constexpr std::array<std::string_view, 10> k_known{
        "$select", "$filter",    "$orderby",    "$expand",     "$top",
        "$count",  "$skiptoken", "$deltatoken", "api-version", "fetchXml"};
    const bool known = std::find(k_known.begin(), k_known.end(), field.name) != k_known.end();
    if (field.name.starts_with('$') && !known) {
      throw Refusal(400, k_bad_query, "The query parameter " + field.name + " is not supported.");
    }
  }
  Query query;
  if (const auto* text = request.param("$select")) {
    for (const auto part : split_outside(*text, ',')) {
      const auto name = trimmed(part);
      if (name == "*") continue;
      query.select.push_back(column_of(schema, name));
      query.select_names.emplace_back(name);
    }
  }
  if (const auto* text = request.param("$filter")) query.filter = parse_filter(*text, schema);
  if (const auto* text = request.param("$orderby")) query.orders = parse_orders(*text, schema);
  if (const auto* text = request.param("$expand")) query.expands = parse_expands(*text);
  if (const auto* text = request.param("$top")) query.top = whole_number("$top", *text);
  query.count = request.param_or("$count", "") == "true";
  if (const auto* token = request.param("$skiptoken")) {
    query.cursor = read_skip_token(*token, query.orders, schema);
  }
  return query;
}

}  // namespace itsmc::sim::dataverse
