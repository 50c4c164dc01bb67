// Faults around an answer: those that replace it and those that spoil it.
#pragma once
#include <optional>

#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {

// The answer that a fault gives instead of the product's; nothing when none does.
std::optional<Reply> fault_before(const Site& site, const Request& request, const Firing& firing);
// What faults do to a finished answer.
void fault_after(const Request& request, const Firing& firing, Reply& reply);

}  // namespace itsmc::sim::servicenow
