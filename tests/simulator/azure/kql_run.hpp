// Runs a parsed query.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "azure/kql_evaluate.hpp"
#include "azure/kql_parse.hpp"
#include "azure/kql_value.hpp"

namespace itsmc::sim::azure::kql {

// Where names of tables lead to. `wanted` lists the columns that the query names, or is empty when
// it may need all.
struct Library {
  std::function<std::optional<Relation>(const std::string& table,
                                        const std::vector<std::string>& wanted)>
      table;
  // The query of a saved function; nothing when there is none.
  std::function<std::optional<std::string>(const std::string& name)> function;
};

// Throws Problem. Texts of the answer live in the pool and in the relation itself.
Relation run(const Parsed& query, const Library& library, const Surroundings& around);

// One operator over a relation, unions aside.
Relation apply(const Operator& what, Relation input, const Surroundings& around);
Relation summarize(const Operator& what, const Relation& input, const Surroundings& around);

// Rows of batches as a relation: columns of those types, in that order. `pool` takes what had to
// be unescaped.
struct LoadPlan {
  std::vector<ColumnInfo> columns;
  std::int64_t visible_until_ms = 0;  // batches ingested later are not seen
};
Relation load(const std::vector<BatchPtr>& batches, const LoadPlan& plan, TextPool& pool);

}  // namespace itsmc::sim::azure::kql
