// where, project, extend, sort and the like: one relation in, one out.
#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "azure/kql_run.hpp"

namespace itsmc::sim::azure::kql {
namespace {

Scope scope_of(const Relation& input, std::size_t index) {
  return {input.rows[index], input.ingested.empty() ? 0 : input.ingested[index],
          static_cast<std::int64_t>(index)};
}

std::string name_of(const NamedExpression& one, std::size_t index) {
  if (!one.name.empty()) return one.name;
  if (one.expression.kind == Expression::Kind::column) return one.expression.name;
  return fmt::format("Column{}", index + 1);
}

Relation where(const Operator& what, Relation input, const Surroundings& around) {
  const auto condition = compile(what.columns[0].expression, input.columns, around);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    if (!condition.run(scope_of(input, i)).is_true()) continue;
    if (kept != i) {
      input.rows[kept] = std::move(input.rows[i]);
      if (!input.ingested.empty()) input.ingested[kept] = input.ingested[i];
    }
    ++kept;
  }
  input.rows.resize(kept);
  if (!input.ingested.empty()) input.ingested.resize(kept);
  return input;
}

struct Computed {
  std::vector<Compiled> cells;
  std::vector<ColumnInfo> columns;
};

Computed computed(const std::vector<NamedExpression>& list, const Relation& input,
                  const Surroundings& around) {
  Computed out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    out.cells.push_back(compile(list[i].expression, input.columns, around));
    out.columns.push_back({name_of(list[i], i), out.cells.back().type});
  }
  return out;
}

Relation project(const Operator& what, Relation input, const Surroundings& around) {
  const Computed made = computed(what.columns, input, around);
  Row row(made.cells.size());
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    const Scope scope = scope_of(input, i);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = made.cells[j].run(scope);
    input.rows[i] = row;
  }
  input.columns = made.columns;
  return input;
}

Relation extend(const Operator& what, Relation input, const Surroundings& around) {
  const Computed made = computed(what.columns, input, around);
  std::vector<std::size_t> places;
  for (const auto& column : made.columns) {
    auto found = std::find_if(input.columns.begin(), input.columns.end(),
                              [&](const ColumnInfo& known) { return known.name == column.name; });
    if (found == input.columns.end()) {
      input.columns.push_back(column);
      found = input.columns.end() - 1;
    } else {
      found->type = column.type;
    }
    places.push_back(static_cast<std::size_t>(found - input.columns.begin()));
  }
  Row values(made.cells.size());
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    const Scope scope = scope_of(input, i);
    for (std::size_t j = 0; j < values.size(); ++j) values[j] = made.cells[j].run(scope);
    input.rows[i].resize(input.columns.size());
    for (std::size_t j = 0; j < values.size(); ++j) input.rows[i][places[j]] = values[j];
  }
  return input;
}

Relation rename(const Operator& what, Relation input) {
  for (const auto& one : what.columns) {
    const auto index = column_index(input.columns, one.expression.name);
    if (!one.name.empty()) input.columns[index].name = one.name;
  }
  return input;
}

// The columns at these places, in their order.
Relation picked(Relation input, const std::vector<std::size_t>& places) {
  std::vector<ColumnInfo> columns;
  for (const auto place : places) columns.push_back(input.columns[place]);
  Row row(places.size());
  for (auto& old : input.rows) {
    for (std::size_t i = 0; i < places.size(); ++i) row[i] = old[places[i]];
    old = row;
  }
  input.columns = std::move(columns);
  return input;
}

Relation keep_or_drop(const Operator& what, Relation input) {
  std::set<std::size_t> named;
  for (const auto& one : what.columns) {
    named.insert(column_index(input.columns, one.expression.name));
  }
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < input.columns.size(); ++i) {
    if (named.contains(i) == (what.name == "project-keep")) places.push_back(i);
  }
  return picked(std::move(input), places);
}

struct Key {
  Compiled value;
  bool ascending, nulls_first;
};

bool before(const std::vector<Key>& keys, const Scope& left, const Scope& right) {
  for (const auto& key : keys) {
    const Value a = key.value.run(left);
    const Value b = key.value.run(right);
    if (a.is_null() != b.is_null()) return a.is_null() == key.nulls_first;
    const int order = compare(a, b);
    if (order != 0) return key.ascending ? order < 0 : order > 0;
  }
  return false;
}

Relation sorted(const Operator& what, Relation input, const Surroundings& around) {
  std::vector<Key> keys;
  for (const auto& one : what.order) {
    keys.push_back(
        {compile(one.expression, input.columns, around), one.ascending, one.nulls_first});
  }
  std::vector<std::size_t> order(input.rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return before(keys, scope_of(input, a), scope_of(input, b));
  });
  Relation out;
  out.columns = input.columns;
  out.held = input.held;
  for (const auto index : order) {
    if (!input.ingested.empty()) out.ingested.push_back(input.ingested[index]);
    out.rows.push_back(std::move(input.rows[index]));
  }
  return out;
}

Relation taken(Relation input, std::int64_t count) {
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
  if (input.rows.size() > most) {
    input.rows.resize(most);
    if (!input.ingested.empty()) input.ingested.resize(most);
  }
  return input;
}

Relation counted(const Relation& input) {
  Relation out;
  out.columns.push_back({"Count", "long"});
  out.rows.push_back({Value::of_whole(static_cast<std::int64_t>(input.rows.size()))});
  return out;
}

Relation distinct(const Operator& what, Relation input, const Surroundings& around) {
  const bool all =
      what.columns.size() == 1 && what.columns[0].expression.kind == Expression::Kind::star;
  if (!all) input = project(what, std::move(input), around);
  std::set<std::string> seen;
  Relation out;
  out.columns = input.columns;
  out.held = input.held;
  for (auto& row : input.rows) {
    std::string key;
    for (const auto& value : row) append_key(value, key);
    if (seen.insert(std::move(key)).second) out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Relation apply(const Operator& what, Relation input, const Surroundings& around) {
  if (what.name == "where") return where(what, std::move(input), around);
  if (what.name == "project") return project(what, std::move(input), around);
  if (what.name == "extend" || what.name == "serialize") {
    return extend(what, std::move(input), around);
  }
  if (what.name == "project-rename") return rename(what, std::move(input));
  if (what.name == "project-away" || what.name == "project-keep") {
    return keep_or_drop(what, std::move(input));
  }
  if (what.name == "summarize") return summarize(what, input, around);
  if (what.name == "sort") return sorted(what, std::move(input), around);
  if (what.name == "take") return taken(std::move(input), what.count);
  if (what.name == "top") return taken(sorted(what, std::move(input), around), what.count);
  if (what.name == "count") return counted(input);
  if (what.name == "distinct") return distinct(what, std::move(input), around);
  throw Problem("SyntaxError", "Unknown operator: '" + what.name + "'");
}

}  // namespace itsmc::sim::azure::kql
