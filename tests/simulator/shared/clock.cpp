#include "shared/clock.hpp"

#include <array>
#include <chrono>

#include <fmt/format.h>

namespace itsmc::sim {
namespace {

constexpr std::int64_t k_day = 86400;

std::int64_t real_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  return value;
}

}  // namespace

std::int64_t InstanceClock::now() const {
  return now_ms() / 1000;
}

std::int64_t InstanceClock::now_ms() const {
  return (source_.epoch_ms ? source_.epoch_ms() : real_milliseconds()) + offset_ * 1000;
}

std::int64_t InstanceClock::steady_ms() const {
  return source_.steady_ms ? source_.steady_ms() : steady_milliseconds();
}

std::int64_t InstanceClock::advance_to(std::int64_t moment) {
  const std::int64_t gain = moment - now();
  if (gain <= 0) return 0;
  offset_ += gain;
  return gain;
}

std::int64_t steady_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

// Both conversions: days from civil, Howard Hinnant's public algorithms.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

CivilTime civil_time(std::int64_t seconds) {
  std::int64_t days = seconds / k_day;
  std::int64_t rest = seconds % k_day;
  if (rest < 0) {
    rest += k_day;
    --days;
  }
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const auto doe = static_cast<unsigned>(shifted - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned month = mp < 10 ? mp + 3 : mp - 9;
  const auto clock = static_cast<unsigned>(rest);
  const std::int64_t weekday = ((days % 7) + 11) % 7;
  return {static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0),
          month,
          doy - (153 * mp + 2) / 5 + 1,
          clock / 3600,
          clock / 60 % 60,
          clock % 60,
          static_cast<unsigned>(weekday)};
}

void write_utc(std::int64_t seconds, char* out) {
  const auto t = civil_time(seconds);
  const auto two = [](char* at, unsigned value) {
    at[0] = static_cast<char>('0' + value / 10 % 10);
    at[1] = static_cast<char>('0' + value % 10);
  };
  two(out, static_cast<unsigned>(t.year / 100));
  two(out + 2, static_cast<unsigned>(t.year % 100));
  out[4] = out[7] = '-';
  two(out + 5, t.month);
  two(out + 8, t.day);
  out[10] = ' ';
  two(out + 11, t.hour);
  out[13] = out[16] = ':';
  two(out + 14, t.minute);
  two(out + 17, t.second);
}

std::string utc_text(std::int64_t seconds) {
  std::string out(19, ' ');
  write_utc(seconds, out.data());
  return out;
}

std::string http_date(std::int64_t seconds) {
  static constexpr std::array k_days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array k_months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto t = civil_time(seconds);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", k_days[t.weekday], t.day,
                     k_months[t.month - 1], t.year, t.hour, t.minute, t.second);
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  if (!text.empty() && text.back() == 'Z') text.remove_suffix(1);
  if (text.size() != 10 && text.size() != 16 && text.size() != 19) return std::nullopt;
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
  const std::int64_t midnight = days_of(*year, *month, *day) * k_day;
  if (text.size() == 10) return midnight;
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = text.size() == 19 ? digits(text, 17, 2) : std::optional<unsigned>(0);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return midnight + *hour * 3600 + *minute * 60 + *second;
}

std::string rfc3339_text(std::int64_t milliseconds) {
  std::int64_t seconds = milliseconds / 1000;
  std::int64_t rest = milliseconds % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  std::string out(24, '.');
  write_utc(seconds, out.data());
  out[10] = 'T';
  for (std::size_t at = 22; at > 19; --at, rest /= 10) out[at] = static_cast<char>('0' + rest % 10);
  out[23] = 'Z';
  return out;
}

std::optional<std::int64_t> parse_utc_ms(std::string_view text) {
  if (!text.empty() && text.back() == 'Z') text.remove_suffix(1);
  std::int64_t fraction = 0;
  if (text.size() > 20 && text[19] == '.') {
    std::int64_t unit = 100;
    for (const char digit : text.substr(20)) {
      if (digit < '0' || digit > '9') return std::nullopt;
      fraction += (digit - '0') * unit;
      unit /= 10;
    }
    text = text.substr(0, 19);
  }
  const auto seconds = parse_utc(text);
  return seconds ? std::optional(*seconds * 1000 + fraction) : std::nullopt;
}

}  // namespace itsmc::sim
