#include "cherwell/zone.hpp"

#include <charconv>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "shared/clock.hpp"

namespace itsmc::sim::cherwell {
namespace {

constexpr std::int64_t k_day = 86400;
constexpr std::int64_t k_hour = 3600;

// The first Sunday on or after that day, as days since the epoch (1970-01-01 was a Thursday).
std::int64_t sunday_from(std::int64_t days) {
  const std::int64_t weekday = ((days % 7) + 11) % 7;
  return days + (7 - weekday) % 7;
}

// 2 o'clock of the second Sunday of March until 2 o'clock of the first Sunday of November.
bool american_summer(std::int64_t utc, std::int64_t offset) {
  const std::int64_t year = civil_time(utc + offset).year;
  const std::int64_t begin = sunday_from(days_of(year, 3, 8)) * k_day + 2 * k_hour - offset;
  const std::int64_t end = sunday_from(days_of(year, 11, 1)) * k_day + k_hour - offset;
  return utc >= begin && utc < end;
}

// 1 o'clock UTC of the last Sundays of March and October.
bool european_summer(std::int64_t utc) {
  const std::int64_t year = civil_time(utc).year;
  const std::int64_t begin = sunday_from(days_of(year, 3, 25)) * k_day + k_hour;
  const std::int64_t end = sunday_from(days_of(year, 10, 25)) * k_day + k_hour;
  return utc >= begin && utc < end;
}

std::string transition(unsigned month, unsigned week, std::string_view time) {
  return fmt::format(R"({{"TimeOfDay":"0001-01-01T{}","Month":{},"Week":{},"Day":1,"DayOfWeek":0,)"
                     R"("IsFixedDateRule":false}})",
                     time, month, week);
}

std::string rule_json(std::string_view begin, std::string_view end) {
  return fmt::format(
      R"([{{"DateStart":"2007-01-01T00:00:00","DateEnd":"9999-12-31T00:00:00",)"
      R"("DaylightDelta":"01:00:00","DaylightTransitionStart":{},"DaylightTransitionEnd":{},)"
      R"("BaseUtcOffsetDelta":"00:00:00"}}])",
      begin, end);
}

}  // namespace

std::string span_text(std::int64_t seconds) {
  const std::int64_t size = std::abs(seconds);
  return fmt::format("{}{:02}:{:02}:{:02}", seconds < 0 ? "-" : "", size / k_hour, size / 60 % 60,
                     size % 60);
}

Zone Zone::parse(std::string_view text) {
  if (text == "eastern") return {-5 * k_hour, Summer::american};
  if (text == "berlin") return {k_hour, Summer::european};
  std::int64_t minutes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minutes);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("no zone '" + std::string(text) + "'");
  }
  return {minutes * 60, Summer::none};
}

std::int64_t Zone::offset_at(std::int64_t utc) const {
  if (summer_ == Summer::none) return offset_;
  const bool summer =
      summer_ == Summer::american ? american_summer(utc, offset_) : european_summer(utc);
  return offset_ + (summer ? k_hour : 0);
}

std::int64_t Zone::to_utc(std::int64_t local) const {
  const std::int64_t early = local - offset_ - k_hour;
  if (summer_ != Summer::none && to_local(early) == local) return early;
  return local - offset_;
}

std::string Zone::json() const {
  std::string id = "UTC";
  std::string rules = "null";
  if (summer_ == Summer::american) {
    id = "Eastern Standard Time";
    rules = rule_json(transition(3, 2, "02:00:00"), transition(11, 1, "02:00:00"));
  } else if (summer_ == Summer::european) {
    id = "W. Europe Standard Time";
    rules = rule_json(transition(3, 5, "02:00:00"), transition(10, 5, "03:00:00"));
  } else if (offset_ == -5 * k_hour) {
    id = "SA Pacific Standard Time";
  } else if (offset_ != 0) {
    id = "Custom";
  }
  return fmt::format(
      R"!({{"Id":"{}","DisplayName":"(UTC{}{})","StandardName":"{}","DaylightName":"{}",)!"
      R"("BaseUtcOffset":"{}","AdjustmentRules":{},"SupportsDaylightSavingTime":{}}})",
      id, offset_ < 0 ? "" : "+", span_text(offset_).substr(0, offset_ < 0 ? 6 : 5), id,
      summer_ == Summer::none ? id : "Daylight Time", span_text(offset_), rules,
      summer_ != Summer::none);
}

}  // namespace itsmc::sim::cherwell
