// A data collection rule's transformation (azure reference 2.6), run over the rows of one call.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "azure/estate.hpp"
#include "azure/row_store.hpp"

namespace itsmc::sim::azure {

struct Transformed {
  std::string json;  // an array of objects, with padding behind it
  std::string problem;
};

// `columns` are the stream's. Operators that see more than one row are refused.
Transformed transform_rows(const std::string& kql, const std::vector<Column>& columns,
                           const StoredBatch& rows, std::int64_t now_ms);

}  // namespace itsmc::sim::azure
