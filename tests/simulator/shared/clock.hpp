// The instance's clock and the date forms that go over the wire.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace itsmc::sim {

// What an instance's clock reads below its offset.
struct ClockSource {
  std::function<std::int64_t()> epoch_ms;   // since the epoch, UTC
  std::function<std::int64_t()> steady_ms;  // of a clock that nobody sets
};

// The clock IS the product's own time: the real one plus an offset that control moves forward.
// Thread-safe, but for follow().
class InstanceClock {
 public:
  // Reads that clock instead of the machine's: a test's. Before the first request, or never.
  void follow(ClockSource source) { source_ = std::move(source); }
  // Seconds since the epoch, UTC.
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] std::int64_t now_ms() const;
  // Milliseconds that advance() does not move: ages of tokens, lengths of windows.
  [[nodiscard]] std::int64_t steady_ms() const;
  void advance(std::int64_t seconds) { offset_ += seconds; }
  // Moves forward to that moment; never back. Returns the seconds gained.
  std::int64_t advance_to(std::int64_t moment);
  [[nodiscard]] std::int64_t offset() const { return offset_; }

 private:
  ClockSource source_;
  std::atomic<std::int64_t> offset_{0};  // seconds
};

// Real milliseconds of a clock that nobody sets.
std::int64_t steady_milliseconds();

// 2016-06-10 12:00:00
std::string utc_text(std::int64_t seconds);
// Writes the 19 characters of utc_text to `out`.
void write_utc(std::int64_t seconds, char* out);
// Fri, 10 Jun 2016 12:00:00 GMT
std::string http_date(std::int64_t seconds);
// Reads "2016-06-10", "2016-06-10 12:00", "2016-06-10 12:00:00" (also with 'T' and 'Z');
// nothing when it is none of them.
std::optional<std::int64_t> parse_utc(std::string_view text);
// 2016-06-10T12:00:00.000Z, of milliseconds.
std::string rfc3339_text(std::int64_t milliseconds);
// Milliseconds of what parse_utc reads, with a fraction of a second behind it or none.
std::optional<std::int64_t> parse_utc_ms(std::string_view text);
// Days since 1970-01-01 of a civil date.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day);

struct CivilTime {
  std::int64_t year;
  unsigned month, day, hour, minute, second, weekday;  // weekday 0 = Sunday
};
CivilTime civil_time(std::int64_t seconds);

}  // namespace itsmc::sim
