// The timespan of a query: "PT1H", "P2D", "START/END", "START/PT1H" or "PT1H/END".
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace itsmc::sim::azure {

struct Timespan {
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
};

// Nothing for an empty text or one that cannot be read.
std::optional<Timespan> read_timespan(std::string_view text, std::int64_t now_ms);

}  // namespace itsmc::sim::azure
