#pragma once
#include <span>

#include "shared/faults.hpp"

namespace itsmc::sim::azure {

// What can go wrong with Azure, its directory included: the catalogue of `itsmc-sim azure`.
std::span<const FaultName> fault_names();

}  // namespace itsmc::sim::azure
