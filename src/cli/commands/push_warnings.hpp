#pragma once

#include <string>
#include <vector>

#include "itsmc/core/push_report.hpp"

namespace itsmc::cli {

/// What a push did not send as it was, and what the count back found too much: one sentence each.
[[nodiscard]] std::vector<std::string> push_warnings(const PushReport& report);

}  // namespace itsmc::cli
