// The catalogue of this product's faults and switches.
#pragma once
#include <span>

#include "shared/faults.hpp"

namespace itsmc::sim::cherwell {

std::span<const FaultName> fault_names();

}  // namespace itsmc::sim::cherwell
