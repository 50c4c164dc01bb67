#include "azure/transform.hpp"

#include <algorithm>
#include <array>

#include "azure/kql_run.hpp"
#include "azure/row_intake.hpp"

namespace itsmc::sim::azure {
namespace {

// What a transformation may use: it sees one row at a time (azure reference 2.5, 2.6).
constexpr std::array<std::string_view, 5> k_row_wise{"where", "extend", "project", "project-away",
                                                     "project-rename"};

std::string problem_of(const kql::Parsed& parsed) {
  if (!parsed.problem.empty()) return parsed.problem;
  if (parsed.pipeline.table != "source") return "a transformation begins with 'source'";
  for (const auto& step : parsed.pipeline.operators) {
    if (std::find(k_row_wise.begin(), k_row_wise.end(), step.name) == k_row_wise.end()) {
      return "operator '" + step.name + "' is not allowed in a transformation";
    }
  }
  return {};
}

// A dynamic cell is JSON already; everything else is written as in an answer.
void append_cell(const kql::Value& value, std::string& out) {
  if (value.kind == kql::Kind::dynamic) {
    out += value.text;
  } else {
    kql::append_json(value, out);
  }
}

std::string json_of(const kql::Relation& rows) {
  std::string out = "[";
  for (const auto& row : rows.rows) {
    out += out.size() > 1 ? ",{" : "{";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += (i > 0 ? ",\"" : "\"") + rows.columns[i].name + "\":";
      append_cell(row[i], out);
    }
    out += '}';
  }
  out += ']';
  out.append(k_padding, '\0');
  return out;
}

}  // namespace

Transformed transform_rows(const std::string& kql, const std::vector<Column>& columns,
                           const StoredBatch& rows, std::int64_t now_ms) {
  const auto parsed = kql::parse(kql);
  Transformed out;
  out.problem = problem_of(parsed);
  if (!out.problem.empty()) return out;
  auto batch = std::make_shared<StoredBatch>(rows);
  batch->text.reserve(batch->text.size() + k_padding);
  kql::LoadPlan plan;
  for (const auto& column : columns) {
    plan.columns.push_back({column.name, column.type == "boolean" ? "bool" : column.type});
  }
  plan.visible_until_ms = batch->ingested_ms;
  kql::TextPool pool;
  kql::Library library;
  library.table = [&](const std::string&, const std::vector<std::string>&) {
    return std::optional(kql::load({batch}, plan, pool));
  };
  try {
    out.json = json_of(kql::run(parsed, library, {now_ms * kql::k_ticks_a_ms, pool}));
  } catch (const kql::Problem& problem) {
    out.problem = problem.what();
  }
  return out;
}

}  // namespace itsmc::sim::azure
