#pragma once

#include <string>
#include <string_view>

#include "itsmc/core/time.hpp"

namespace itsmc::cli {

/// A moment: "2026-06-20", "2026-06-20T08:00:00Z", or a duration back from `now` ("2h"). Throws
/// Error(usage) naming the option.
[[nodiscard]] Timestamp read_when(std::string_view option, const std::string& text, Timestamp now);

}  // namespace itsmc::cli
