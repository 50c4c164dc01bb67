#pragma once

#include <optional>
#include <vector>

#include "itsmc/partners/partner.hpp"

namespace itsmc::partners {

/// A lane's part of the walk's window, as its cursor keeps it; an absent end is the window's own.
struct WindowPart {
  std::optional<TimeValue> from, until;
  friend bool operator==(const WindowPart&, const WindowPart&) = default;
};

/// Cuts a window into at most `wanted` parts of the same length, in order of time, borders at whole
/// seconds: together they are the window. One part where nothing may be cut: without an upper end a
/// row that changes would move into a part that has been read already, and a window of less than a
/// day has too few rows. A row that changes while the parts are read leaves the window, as it does
/// with one part. Pure.
[[nodiscard]] std::vector<WindowPart> parts_of(const Window& window, int wanted);

/// The walk through one part of its window. Pure.
[[nodiscard]] Walk part_of(const Walk& walk, const WindowPart& part);

}  // namespace itsmc::partners
