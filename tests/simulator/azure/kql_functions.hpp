// The scalar functions and operators of a query.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "azure/kql_evaluate.hpp"

namespace itsmc::sim::azure::kql {

// A function of values alone. `type` is that of the result; "" takes the first argument's,
// "number" the wider one of the first two.
struct Function {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  std::string_view type;
  Value (*run)(const std::vector<Value>& arguments, const Surroundings& around);
};

// nullptr when it is not in the subset.
const Function* find_function(std::string_view name);
// datetime("...") and todatetime: null when the text is no time.
Value instant_of(std::string_view text);

}  // namespace itsmc::sim::azure::kql
