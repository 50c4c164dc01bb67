#include <chrono>

#include <fmt/format.h>

#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr TimeValue k_ms_per_second = 1000;
constexpr TimeValue k_ms_per_day = 86'400'000;

/// The number that `count` digits at `text` spell; negative when one is not a digit.
int digits(const char* text, int count) noexcept {
  int number = 0;
  for (int i = 0; i < count; ++i) {
    const int digit = text[i] - '0';
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/// Midnight of "2016-12-14"; k_no_time when there is no such day.
TimeValue parse_day(const char* text) noexcept {
  const int year = digits(text, 4);
  const int month = digits(text + 5, 2);
  const int day = digits(text + 8, 2);
  if (year < 0 || month < 1 || day < 1 || text[4] != '-' || text[7] != '-') return k_no_time;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return k_no_time;
  return std::chrono::sys_days(date).time_since_epoch().count() * k_ms_per_day;
}

}  // namespace

// Stored and `value` form, UTC, no zone marker: "2016-12-14 02:46:44" (servicenow reference 2.9;
// fixture incident_list_fields_value_mode.json). Date-only fields have no zone and are not shifted.
TimeValue parse_time(std::string_view text) noexcept {
  if (text.size() != 19 && text.size() != 10) return k_no_time;
  const TimeValue day = parse_day(text.data());
  if (day == k_no_time || text.size() == 10) return day;
  const char* clock = text.data() + 11;
  const int hour = digits(clock, 2);
  const int minute = digits(clock + 3, 2);
  const int second = digits(clock + 6, 2);
  const bool readable = text[10] == ' ' && clock[2] == ':' && clock[5] == ':' && hour >= 0 &&
                        hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!readable) return k_no_time;
  return day + ((hour * 60 + minute) * 60 + second) * k_ms_per_second;
}

std::string format_time(TimeValue ms) {
  const std::chrono::sys_seconds time =
      std::chrono::ceil<std::chrono::seconds>(Timestamp(std::chrono::milliseconds(ms)));
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace itsmc::partners::servicenow
