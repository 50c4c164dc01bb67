#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/render.hpp"

namespace itsmc::cli {

/// Columns of a query's result. Names as JSON keys: two columns of one name become "count" and
/// "count_2".
[[nodiscard]] std::vector<Column> result_columns(std::span<const std::string> names);

}  // namespace itsmc::cli
