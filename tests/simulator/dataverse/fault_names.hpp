#pragma once
#include <span>

#include "shared/faults.hpp"

namespace itsmc::sim::dataverse {

// What can go wrong in the organisation, and in its directory.
std::span<const FaultName> fault_names();

}  // namespace itsmc::sim::dataverse
