#include "azure/kql_run.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace itsmc::sim::azure::kql {
namespace {

constexpr int k_deepest = 8;  // functions that call functions

// Moves the rows of another relation in, columns joined by name (a union's outer kind).
void append(Relation& out, Relation in) {
  std::vector<std::size_t> places;
  for (const auto& column : in.columns) {
    auto found = std::find_if(out.columns.begin(), out.columns.end(),
                              [&](const ColumnInfo& known) { return known.name == column.name; });
    if (found == out.columns.end()) {
      out.columns.push_back(column);
      found = out.columns.end() - 1;
    }
    places.push_back(static_cast<std::size_t>(found - out.columns.begin()));
  }
  for (auto& row : out.rows) row.resize(out.columns.size());
  out.ingested.resize(out.rows.size());
  for (std::size_t i = 0; i < in.rows.size(); ++i) {
    Row row(out.columns.size());
    for (std::size_t j = 0; j < places.size(); ++j) row[places[j]] = in.rows[i][j];
    out.rows.push_back(std::move(row));
    out.ingested.push_back(in.ingested.empty() ? 0 : in.ingested[i]);
  }
  out.held.insert(out.held.end(), in.held.begin(), in.held.end());
}

// Whether the pipeline ends with columns of its own, so that only named ones need be loaded.
bool closes_columns(const Operator& what) {
  const auto has_star = [](const std::vector<NamedExpression>& list) {
    return std::any_of(list.begin(), list.end(), [](const NamedExpression& one) {
      const auto& arguments = one.expression.arguments;
      return one.expression.kind == Expression::Kind::star ||
             std::any_of(arguments.begin(), arguments.end(), [](const Expression& argument) {
               return argument.kind == Expression::Kind::star;
             });
    });
  };
  if (what.name == "count") return true;
  if (what.name == "project" || what.name == "summarize" || what.name == "distinct") {
    return !has_star(what.columns);
  }
  return false;
}

class Runner {
 public:
  Runner(const Library& library, const Surroundings& around) : library_(library), around_(around) {}

  Relation run(const Parsed& query) {
    if (!query.problem.empty()) throw Problem("SyntaxError", query.problem);
    return pipeline(query.pipeline, query.names, {});
  }

 private:
  // `after`: the operators of the pipelines around this one.
  Relation pipeline(const Pipeline& what, const std::vector<std::string>& names,
                    const std::vector<Operator>& after) {
    std::vector<Operator> all = what.operators;
    all.insert(all.end(), after.begin(), after.end());
    const bool closed = std::any_of(all.begin(), all.end(), closes_columns);
    const std::vector<std::string> wanted = closed ? names : std::vector<std::string>{};
    Relation out = source(what, wanted, names, all);
    for (const auto& step : what.operators) {
      if (step.name == "union") {
        for (const auto& other : step.others) append(out, pipeline(other, names, after));
      } else {
        out = apply(step, std::move(out), around_);
      }
    }
    return out;
  }

  Relation source(const Pipeline& what, const std::vector<std::string>& wanted,
                  const std::vector<std::string>& names, const std::vector<Operator>& after) {
    if (!what.printed.empty()) {
      Relation one;
      one.rows.emplace_back();
      Operator project;
      project.name = "project";
      project.columns = what.printed;
      for (std::size_t i = 0; i < project.columns.size(); ++i) {
        auto& name = project.columns[i].name;
        if (name.empty()) name = fmt::format("print_{}", i);
      }
      return apply(project, std::move(one), around_);
    }
    if (what.table.empty()) {
      Relation out;
      for (const auto& other : what.others) append(out, pipeline(other, names, after));
      return out;
    }
    if (auto table = library_.table(what.table, wanted)) return *std::move(table);
    const auto text = library_.function ? library_.function(what.table) : std::nullopt;
    if (!text) {
      throw Problem(
          "SemanticError",
          fmt::format("Failed to resolve table or column expression named '{}'", what.table));
    }
    if (++depth_ > k_deepest) throw Problem("SemanticError", "functions call one another");
    Relation out = run(parse(*text));
    --depth_;
    return out;
  }

  const Library& library_;
  const Surroundings& around_;
  int depth_ = 0;
};

}  // namespace

Relation run(const Parsed& query, const Library& library, const Surroundings& around) {
  return Runner(library, around).run(query);
}

}  // namespace itsmc::sim::azure::kql
