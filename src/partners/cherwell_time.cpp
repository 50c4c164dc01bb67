#include <array>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell_page.hpp"

namespace itsmc::partners::cherwell {
namespace {

constexpr TimeValue k_second = 1000;
constexpr TimeValue k_minute = 60 * k_second;
constexpr TimeValue k_day = 24 * 60 * k_minute;
constexpr int k_noon = 12;
constexpr std::chrono::minutes k_most_offset{14 * 60};
// .NET may write a narrow or a hard space before AM and PM.
constexpr std::array<std::string_view, 2> k_wide_spaces{"\xE2\x80\xAF", "\xC2\xA0"};

/// Takes a text apart from its front. After the first thing that does not fit, `good` is false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : left_(text) {}

  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }
  int number(std::size_t most_digits) noexcept {
    int value = 0;
    std::size_t digits = 0;
    while (digits < left_.size() && digits < most_digits && left_[digits] >= '0' &&
           left_[digits] <= '9') {
      value = value * 10 + (left_[digits++] - '0');
    }
    good_ = good_ && digits > 0;
    left_.remove_prefix(digits);
    return value;
  }
  /// True, and past it, when it stands here.
  bool take(std::string_view word) noexcept {
    if (!left_.starts_with(word)) return false;
    left_.remove_prefix(word.size());
    return true;
  }
  void expect(std::string_view word) noexcept { good_ = take(word) && good_; }
  void spaces() noexcept {
    for (bool more = true; more;) {
      more = take(" ") || take(k_wide_spaces[0]) || take(k_wide_spaces[1]);
    }
  }
  bool take_letter(char upper) noexcept {
    if (left_.empty() || (left_[0] & ~0x20) != upper) return false;
    left_.remove_prefix(1);
    return true;
  }

 private:
  std::string_view left_;
  bool good_ = true;
};

struct Clock12 {
  int hour = 0, minute = 0, second = 0;
};

/// "1:55:55 PM", "1:57 PM", and 24 hours without a half: "13:57".
std::optional<Clock12> read_clock(Scanner& in) {
  Clock12 clock;
  clock.hour = in.number(2);
  in.expect(":");
  clock.minute = in.number(2);
  if (in.take(":")) clock.second = in.number(2);
  in.spaces();
  const bool morning = in.take_letter('A');
  const bool evening = !morning && in.take_letter('P');
  if (morning || evening) {
    const bool whole = in.take_letter('M') && clock.hour >= 1 && clock.hour <= k_noon;
    if (!whole) return std::nullopt;
    clock.hour = clock.hour % k_noon + (evening ? k_noon : 0);
  }
  const bool sane =
      in.good() && in.at_end() && clock.hour < 24 && clock.minute < 60 && clock.second < 60;
  return sane ? std::optional(clock) : std::nullopt;
}

TimeValue floor_second(TimeValue ms) {
  const TimeValue rest = ((ms % k_second) + k_second) % k_second;
  return ms - rest;
}

}  // namespace

// "4/28/2019 1:55:55 PM" in search results, "4/28/2019 1:57 PM" in single reads; none is "",
// "1/1/1900 12:00:00 AM" (cherwell reference 8, fixtures flat.*.json) or "0001-01-01T00:00:00",
// the zero of .NET (reference 4).
LocalTime parse_local_time(std::string_view text) noexcept {
  using namespace std::chrono;
  if (text.empty()) return {LocalTime::Kind::none, 0};
  if (text.starts_with("0001-01-01")) return {LocalTime::Kind::none, 0};
  Scanner in(text);
  const int m = in.number(2);
  in.expect("/");
  const int d = in.number(2);
  in.expect("/");
  const int y = in.number(4);
  const year_month_day date{year(y), month(static_cast<unsigned>(m)),
                            day(static_cast<unsigned>(d))};
  if (!in.good() || !date.ok()) return {LocalTime::Kind::unreadable, 0};
  Clock12 clock;
  in.spaces();
  if (!in.at_end()) {
    const auto read = read_clock(in);
    if (!read) return {LocalTime::Kind::unreadable, 0};
    clock = *read;
  }
  const bool zero = (y == 1 || y == 1900) && m == 1 && d == 1;
  if (zero) return {LocalTime::Kind::none, 0};
  const TimeValue days = sys_days(date).time_since_epoch().count();
  return {LocalTime::Kind::time,
          days * k_day + ((clock.hour * 60L + clock.minute) * 60L + clock.second) * k_second};
}

std::string format_local_time(TimeValue local_ms) {
  using namespace std::chrono;
  const TimeValue whole = floor_second(local_ms);
  const sys_time<milliseconds> time{milliseconds(whole)};
  const auto day_part = floor<days>(time);
  const year_month_day date{day_part};
  const hh_mm_ss clock{floor<seconds>(time - day_part)};
  const auto hour = clock.hours().count();
  return fmt::format("{:02}/{:02}/{:04} {:02}:{:02}:{:02} {}", static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), static_cast<int>(date.year()),
                     hour % k_noon == 0 ? k_noon : hour % k_noon, clock.minutes().count(),
                     clock.seconds().count(), hour < k_noon ? "AM" : "PM");
}

// "-05:00:00" and its kin: a .NET TimeSpan, or the hours and minutes alone.
std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) noexcept {
  std::string_view left = trim(text);
  if (left.starts_with("UTC") || left.starts_with("GMT")) left.remove_prefix(3);
  if (left == "Z" || (left.empty() && !trim(text).empty())) return std::chrono::minutes(0);
  const bool negative = left.starts_with('-');
  if (negative || left.starts_with('+')) left.remove_prefix(1);
  Scanner in(left);
  const int hours = in.number(2);
  in.take(":");
  const int minutes = in.at_end() ? 0 : in.number(2);
  if (in.take(":")) in.number(2);
  if (in.take(".")) in.number(7);
  if (!in.good() || !in.at_end() || minutes >= 60) return std::nullopt;
  const std::chrono::minutes offset{hours * 60 + minutes};
  if (offset > k_most_offset) return std::nullopt;
  return negative ? -offset : offset;
}

}  // namespace itsmc::partners::cherwell
