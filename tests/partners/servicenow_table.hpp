#pragma once

#include <string>
#include <vector>

#include "partners/servicenow_instance.hpp"

namespace itsmc::test {

/// The rows of a table that match an encoded query, in its order: the product's reading of it
/// (servicenow reference 2.8, 3.1), for the twin. Ids compare as MySQL compares them: without case.
[[nodiscard]] std::vector<const SnowRow*> select_rows(const std::vector<SnowRow>& rows,
                                                      const std::string& query);

}  // namespace itsmc::test
