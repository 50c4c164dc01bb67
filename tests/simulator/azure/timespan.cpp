#include "azure/timespan.hpp"

#include <charconv>

#include "azure/row_intake.hpp"

namespace itsmc::sim::azure {
namespace {

// "P1DT2H30M" in milliseconds; a month counts 30 days, a year 365.
std::optional<std::int64_t> duration_ms(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  text.remove_prefix(1);
  bool in_time = false;
  std::int64_t out = 0;
  while (!text.empty()) {
    if (text[0] == 'T') {
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end == text.data() + text.size()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    double seconds = 0;
    switch (text[0]) {
      case 'Y':
        seconds = 365 * 86400.0;
        break;
      case 'M':
        seconds = in_time ? 60.0 : 30 * 86400.0;
        break;
      case 'W':
        seconds = 7 * 86400.0;
        break;
      case 'D':
        seconds = 86400.0;
        break;
      case 'H':
        seconds = 3600.0;
        break;
      case 'S':
        seconds = 1.0;
        break;
      default:
        return std::nullopt;
    }
    out += static_cast<std::int64_t>(value * seconds * 1000);
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace

std::optional<Timespan> read_timespan(std::string_view text, std::int64_t now_ms) {
  if (text.empty()) return std::nullopt;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    const auto length = duration_ms(text);
    // What comes in while the query runs is seen too.
    return length ? std::optional(Timespan{now_ms - *length, now_ms + 86'400'000}) : std::nullopt;
  }
  const auto first = text.substr(0, slash);
  const auto second = text.substr(slash + 1);
  const auto from = parse_instant(first);
  const auto until = parse_instant(second);
  if (from && until) return Timespan{*from, *until};
  if (from) {
    const auto length = duration_ms(second);
    return length ? std::optional(Timespan{*from, *from + *length}) : std::nullopt;
  }
  const auto length = duration_ms(first);
  return until && length ? std::optional(Timespan{*until - *length, *until}) : std::nullopt;
}

}  // namespace itsmc::sim::azure
