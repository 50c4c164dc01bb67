// Synthetic rows, as many as wanted.
#pragma once
#include <cstdint>

#include "servicenow/instance.hpp"

namespace itsmc::sim::servicenow {

struct GeneratePlan {
  std::uint64_t incidents = 0;  // and a twentieth as many change requests
  std::uint64_t seed = 1;
  std::int64_t now = 0;  // the newest is a little older than this, the oldest 100 days
};

// The same plan gives the same rows. The caller holds the lock, unique.
void generate_rows(Instance& instance, const GeneratePlan& plan);

}  // namespace itsmc::sim::servicenow
