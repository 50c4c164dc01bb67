// The fault catalogue of the ServiceNow simulator.
#pragma once
#include <span>

#include "shared/faults.hpp"

namespace itsmc::sim::servicenow {

std::span<const FaultName> fault_names();

}  // namespace itsmc::sim::servicenow
