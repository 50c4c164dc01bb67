// Faults that stand before and behind the product's own answer.
#pragma once
#include <optional>

#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

// An answer instead of the product's own.
std::optional<Reply> fault_before(const Site& site, const Firing& firing);
// What is done to a made answer: text, packing, wire.
void fault_after(const Site& site, const Request& request, const Firing& firing, Reply& reply);

}  // namespace itsmc::sim::cherwell
