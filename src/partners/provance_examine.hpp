#pragma once

#include <stop_token>
#include <vector>

#include "itsmc/core/check.hpp"
#include "partners/provance_ask.hpp"

namespace itsmc::partners::provance {

/// See Partner::examine.
[[nodiscard]] std::vector<Check> examine(const Organisation& organisation, const http::Wire& wire,
                                         const std::stop_token& stop);

}  // namespace itsmc::partners::provance
