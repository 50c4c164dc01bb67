#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace itsmc {

/// UTC, to the millisecond.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// The only source of time, and the only place that waits. Safe from several threads.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
  /// For measuring durations: never jumps.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  /// Returns after `wait`, or at once when `stop` is requested (then false).
  virtual bool wait_for(std::chrono::milliseconds wait, std::stop_token stop) = 0;
};

/// The machine's clock. Outlives whatever took a reference to it.
[[nodiscard]] Clock& system_clock();

/// "2026-11-22T18:50:09Z"; with ".123" before the Z only when there are milliseconds.
[[nodiscard]] std::string format_rfc3339(Timestamp time);
void append_rfc3339(std::string& to, Timestamp time);

/// Reads "2026-11-22", "2026-11-22T18:50:09Z", "...09.123+02:00"; T may be a space; no zone means
/// UTC. Absent when it is anything else or no such day.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// Reads "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7) and its two obsolete forms. Absent when
/// unreadable.
[[nodiscard]] std::optional<Timestamp> parse_http_date(std::string_view text);

/// Reads "30s", "5m", "2h", "1d", "500ms", "1h30m". Absent when unreadable or negative.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "3h 12m", "45s": for people.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

}  // namespace itsmc
