// Faults that mean the same in every product, behind the product's own answer.
#pragma once
#include <cstdint>
#include <string>

#include "shared/faults.hpp"
#include "shared/message.hpp"

namespace itsmc::sim {

// reset-mid-body, close-mid-body, lost-answer, refused-answer (403 though the request is done),
// chunked, slow, slow-body: how a made reply goes out.
void spoil_wire(const Firing& firing, Reply& reply);
// Retry-After: "2" is seconds, "date:2" an HTTP date, "none" and "" no header.
void add_retry_after(const std::string& argument, std::int64_t now, Reply& reply);
// clock-skew: seconds that the Date header is ahead.
std::int64_t clock_skew(const Firing& firing);

}  // namespace itsmc::sim
