#pragma once

#include <vector>

#include "itsmc/partners/partner.hpp"

namespace itsmc::partners {

/// Cuts a window into at most `wanted` parts of the same length, in order of time, borders at whole
/// seconds: together they are the window. One part where nothing may be cut: without an upper end a
/// row that changes would move into a part that has been read already, and a window of less than a
/// day has too few rows. A row that changes while the parts are read leaves the window, as it does
/// with one part. Pure.
[[nodiscard]] std::vector<Window> parts_of(const Window& window, int wanted);

}  // namespace itsmc::partners
