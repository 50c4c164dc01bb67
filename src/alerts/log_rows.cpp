#include <algorithm>

#include <fmt/format.h>

#include "alerts/shapes.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::alerts {
namespace {

void add_object(Rows& rows, const json& object) {
  std::vector<std::string> row(rows.columns.size());
  for (const auto& [key, value] : object.items()) {
    auto at = std::find(rows.columns.begin(), rows.columns.end(), key);
    if (at == rows.columns.end()) {
      rows.columns.push_back(key);
      row.emplace_back();
      at = rows.columns.end() - 1;
    }
    row[static_cast<std::size_t>(at - rows.columns.begin())] =
        value.is_structured() ? value.dump() : text_of(value);
  }
  rows.rows.push_back(std::move(row));
}

Rows from_objects(const json& array) {
  Rows rows;
  for (const json& one : array) {
    if (!one.is_object()) {
      throw Error(ErrorKind::invalid,
                  fmt::format("row {}: not a JSON object", rows.rows.size() + 1),
                  "rows are objects: [{\"Computer\":\"vm1\",\"Message\":\"disk full\"}]");
    }
    add_object(rows, one);
  }
  return rows;
}

Rows from_lines(std::string_view text) {
  Rows rows;
  int number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    const json one = json::parse(line, nullptr, false);
    if (!one.is_object()) {
      throw Error(ErrorKind::invalid,
                  fmt::format("line {}: not a JSON object: {}", number, excerpt(line, 60)));
    }
    add_object(rows, one);
  }
  return rows;
}

}  // namespace

Rows read_log_rows(std::string_view text) {
  if (trim(text).empty()) throw Error(ErrorKind::invalid, "the input is empty");
  const json whole = json::parse(text, nullptr, false);
  Rows rows = whole.is_array()                     ? from_objects(whole)
              : member(whole, "tables").is_array() ? read_tables(whole)
              : whole.is_object()                  ? from_objects(json::array({whole}))
                                                   : from_lines(text);
  for (auto& row : rows.rows) row.resize(rows.columns.size());
  return rows;
}

}  // namespace itsmc::alerts
