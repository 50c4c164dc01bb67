#pragma once
#include <span>

#include "shared/faults.hpp"

namespace itsmc::sim::entra {

// What can go wrong at the token endpoint and in discovery. Products that hold a Directory add
// these to their own catalogue.
std::span<const FaultName> fault_names();
// The same and those of the server (TLS, clock): the catalogue of `itsmc-sim entra`.
std::span<const FaultName> own_fault_names();

}  // namespace itsmc::sim::entra
