// What was made on the instance, in words that all simulated products share.
#pragma once
#include <optional>
#include <string>

#include "cherwell/site.hpp"

namespace itsmc::sim::cherwell {

// tickets?type=, ci/put, ci/truth, ci/clear; nothing for any other control.
std::optional<Reply> intake_reply(Site& site, const std::string& what, const Request& request);

}  // namespace itsmc::sim::cherwell
