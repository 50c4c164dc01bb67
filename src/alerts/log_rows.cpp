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
    const json one = try_parse(line);
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
  // Objects a line, or one JSON text: then its own failure is the one to tell.
  const std::string_view given = trim(text);
  const bool lines = given.starts_with('{') && given.find('\n') != std::string_view::npos;
  const json whole = lines ? try_parse(text) : parse_payload(text);
  Rows rows;
  if (whole.is_discarded()) {
    rows = from_lines(text);
  } else if (member(whole, "tables").is_array()) {
    rows = read_tables(whole);
  } else {
    rows = from_objects(whole.is_array() ? whole : json::array({whole}));
  }
  for (auto& row : rows.rows) row.resize(rows.columns.size());
  return rows;
}

}  // namespace itsmc::alerts
