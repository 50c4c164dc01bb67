#pragma once
#include <span>

#include "shared/faults.hpp"

namespace itsmc::sim::scsm {

// Everything that the bridge can do wrong, with what the token endpoint can.
std::span<const FaultName> fault_names();

}  // namespace itsmc::sim::scsm
