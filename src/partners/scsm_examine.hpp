#pragma once

#include <stop_token>
#include <vector>

#include "itsmc/core/check.hpp"
#include "partners/scsm_app.hpp"

namespace itsmc::partners::scsm {

/// See Partner::examine. The product's own lines: contract, token-required, statuses.
[[nodiscard]] std::vector<Check> examine(const App& app, const std::stop_token& stop);

}  // namespace itsmc::partners::scsm
