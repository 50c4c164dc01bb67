// Expressions bound to the columns of a relation.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "azure/kql_parse.hpp"
#include "azure/kql_value.hpp"

namespace itsmc::sim::azure::kql {

// What an expression is computed from.
struct Scope {
  const Row& row;
  std::int64_t ingested = 0;  // ticks
  std::int64_t index = 0;     // of the row
};

// A compiled expression: its type is known before a row is seen.
struct Compiled {
  std::string type;
  std::function<Value(const Scope&)> run;
};

// What holds for the whole query. The pool outlives every value made.
struct Surroundings {
  std::int64_t now = 0;  // ticks
  TextPool& pool;
};

// Throws Problem for a name that does not resolve or a function that is not in the subset.
Compiled compile(const Expression& expression, const std::vector<ColumnInfo>& columns,
                 const Surroundings& around);
// The index of the column; throws Problem ("Failed to resolve ...").
std::size_t column_index(const std::vector<ColumnInfo>& columns, const std::string& name);

}  // namespace itsmc::sim::azure::kql
