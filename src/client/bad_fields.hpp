#pragma once

#include <string>
#include <vector>

#include "itsmc/core/connection.hpp"

namespace itsmc::client {

/// Every problem in one text, each with its field. Pure.
[[nodiscard]] std::string bad_fields(const std::vector<FieldProblem>& problems);

}  // namespace itsmc::client
