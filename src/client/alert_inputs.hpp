#pragma once

#include <vector>

#include "itsmc/alerts/ticket.hpp"
#include "itsmc/client/alerts.hpp"

namespace itsmc::client {

/// The requests for one alert under a recipe. Pure.
[[nodiscard]] std::vector<CreationInput> inputs_of(const alerts::Alert& alert,
                                                   const Recipe& recipe);

}  // namespace itsmc::client
