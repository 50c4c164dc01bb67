// The zone in which the server writes its dates: a fixed offset, or one with summer time.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace itsmc::sim::cherwell {

// A zone IS a rule from UTC to local time and back. A plain value.
class Zone {
 public:
  // "-300" (minutes east of UTC), "eastern" (UTC-5 with American summer time), "berlin" (UTC+1 with
  // European summer time). Throws std::runtime_error when it is none of them.
  static Zone parse(std::string_view text);

  [[nodiscard]] std::int64_t offset_at(std::int64_t utc) const;
  [[nodiscard]] std::int64_t to_local(std::int64_t utc) const { return utc + offset_at(utc); }
  // The earlier of the two moments that an hour lived twice can mean.
  [[nodiscard]] std::int64_t to_utc(std::int64_t local) const;
  // A serialized .NET TimeZoneInfo, as `timeZone` of serviceinfo seems to be.
  [[nodiscard]] std::string json() const;

 private:
  enum class Summer { none, american, european };
  Zone(std::int64_t offset, Summer summer) : offset_(offset), summer_(summer) {}

  std::int64_t offset_;  // seconds, of standard time
  Summer summer_;
};

// "-05:00:00", as a .NET TimeSpan is written.
std::string span_text(std::int64_t seconds);

}  // namespace itsmc::sim::cherwell
