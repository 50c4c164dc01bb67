#include "itsmc/core/time.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

namespace itsmc {
namespace {

using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::now();
  }
  bool wait_for(milliseconds wait, std::stop_token stop) override {
    // Longer waits would overflow the nanoseconds of steady_clock.
    constexpr milliseconds k_longest = std::chrono::hours(24 * 365);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock hold(mutex);
    never.wait_for(hold, stop, std::clamp(wait, milliseconds(0), k_longest), [] { return false; });
    return !stop.stop_requested();
  }
};

/// What is left of a text while it is read from the front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  bool skip(std::string_view word) noexcept {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool skip_any(std::string_view characters) noexcept {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Exactly `count` digits as a number.
  std::optional<int> digits(std::size_t count) noexcept {
    if (rest_.size() < count) return std::nullopt;
    int number = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  /// One digit or more: the first three as thousandths, the others dropped.
  std::optional<int> fraction() noexcept {
    int thousandths = 0;
    int weight = 100;
    std::size_t length = 0;
    for (; length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9'; ++length) {
      thousandths += weight * (rest_[length] - '0');
      weight /= 10;
    }
    if (length == 0) return std::nullopt;
    rest_.remove_prefix(length);
    return thousandths;
  }
  /// The place of the word that stands here in `words`; absent when none does.
  template <std::size_t count>
  std::optional<int> one_of(const std::array<std::string_view, count>& words) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      if (skip(words[i])) return static_cast<int>(i);
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

constexpr std::array<std::string_view, 12> k_months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> k_days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> k_long_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};

std::optional<sys_days> make_day(std::optional<int> year, std::optional<int> month,
                                 std::optional<int> day) {
  if (!year || !month || !day) return std::nullopt;
  const year_month_day date{std::chrono::year(*year),
                            std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

/// HTTP allows second 60 (RFC 9110 5.6.7), RFC 3339 does too; a time stamp has no such second.
enum class LeapSecond { refused, next_minute };

/// "18:50:09"; 24:00:00 is refused.
std::optional<std::chrono::seconds> read_clock_time(Reader& reader, LeapSecond leap) {
  const auto hour = reader.digits(2);
  if (!hour || *hour > 23 || !reader.skip(":")) return std::nullopt;
  const auto minute = reader.digits(2);
  if (!minute || *minute > 59 || !reader.skip(":")) return std::nullopt;
  const auto second = reader.digits(2);
  if (!second || *second > (leap == LeapSecond::next_minute ? 60 : 59)) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

/// "", "Z", "+02:00": how far the local time is ahead of UTC.
std::optional<std::chrono::minutes> read_zone(Reader& reader) {
  if (reader.at_end() || reader.skip_any("Zz")) return std::chrono::minutes(0);
  const bool behind = reader.skip("-");
  if (!behind && !reader.skip("+")) return std::nullopt;
  const auto hours = reader.digits(2);
  if (!hours || *hours > 23 || !reader.skip(":")) return std::nullopt;
  const auto minutes = reader.digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return behind ? -ahead : ahead;
}

/// "06 Nov 1994 08:49:37 GMT", after "Sun, ".
std::optional<Timestamp> read_imf_fixdate(Reader reader) {
  const auto day = reader.digits(2);
  if (!reader.skip(" ")) return std::nullopt;
  const auto month = reader.one_of(k_months);
  if (!month || !reader.skip(" ")) return std::nullopt;
  const auto date = make_day(reader.digits(4), *month + 1, day);
  if (!date || !reader.skip(" ")) return std::nullopt;
  const auto time = read_clock_time(reader, LeapSecond::next_minute);
  if (!time || !reader.skip(" GMT") || !reader.at_end()) return std::nullopt;
  return *date + *time;
}

/// "06-Nov-94 08:49:37 GMT", after "Sunday, ". Without a clock the fifty-year rule of RFC 9110
/// cannot be had; the pivot is that of POSIX: 69 is 2069, 70 is 1970.
std::optional<Timestamp> read_rfc850_date(Reader reader) {
  const auto day = reader.digits(2);
  if (!reader.skip("-")) return std::nullopt;
  const auto month = reader.one_of(k_months);
  if (!month || !reader.skip("-")) return std::nullopt;
  const auto short_year = reader.digits(2);
  if (!short_year) return std::nullopt;
  const auto date = make_day(*short_year + (*short_year < 70 ? 2000 : 1900), *month + 1, day);
  if (!date || !reader.skip(" ")) return std::nullopt;
  const auto time = read_clock_time(reader, LeapSecond::next_minute);
  if (!time || !reader.skip(" GMT") || !reader.at_end()) return std::nullopt;
  return *date + *time;
}

/// "Nov  6 08:49:37 1994", after "Sun ".
std::optional<Timestamp> read_asctime_date(Reader reader) {
  const auto month = reader.one_of(k_months);
  if (!month || !reader.skip(" ")) return std::nullopt;
  const auto day = reader.skip(" ") ? reader.digits(1) : reader.digits(2);
  if (!day || !reader.skip(" ")) return std::nullopt;
  const auto time = read_clock_time(reader, LeapSecond::next_minute);
  if (!time || !reader.skip(" ")) return std::nullopt;
  const auto date = make_day(reader.digits(4), *month + 1, day);
  if (!date || !reader.at_end()) return std::nullopt;
  return *date + *time;
}

struct Unit {
  std::string_view word;
  std::int64_t milliseconds;
};
// Longest first, and "ms" before "m" and "s" when read.
constexpr std::array k_units{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                             Unit{"s", 1'000}, Unit{"ms", 1}};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;  // holds no state
  return clock;
}

void append_rfc3339(std::string& to, Timestamp time) {
  // RFC 3339 has four digits for the year: what lies outside becomes the nearest that can be said.
  constexpr Timestamp k_first = sys_days(std::chrono::year(0) / 1 / 1);
  constexpr Timestamp k_after =
      sys_days(std::chrono::year(9999) / 12 / 31) + std::chrono::hours(24);
  const Timestamp told = std::clamp(time, k_first, k_after - milliseconds(1));
  const sys_days day = std::chrono::floor<std::chrono::days>(told);
  const year_month_day date{day};
  const auto in_day = static_cast<unsigned>((told - day).count());
  // Written by hand: a push writes some seven times a row.
  std::array<char, 24> text{};
  char* at = text.data();
  const auto digits = [&at](unsigned value, unsigned count, char after) {
    for (unsigned i = count; i > 0; --i) {
      at[i - 1] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
    at += count;
    *at++ = after;
  };
  digits(static_cast<unsigned>(static_cast<int>(date.year())), 4, '-');
  digits(static_cast<unsigned>(date.month()), 2, '-');
  digits(static_cast<unsigned>(date.day()), 2, 'T');
  digits(in_day / 3'600'000, 2, ':');
  digits(in_day / 60'000 % 60, 2, ':');
  const unsigned thousandths = in_day % 1'000;
  digits(in_day / 1'000 % 60, 2, thousandths == 0 ? 'Z' : '.');
  if (thousandths != 0) digits(thousandths, 3, 'Z');
  to.append(text.data(), static_cast<std::size_t>(at - text.data()));
}

std::string format_rfc3339(Timestamp time) {
  std::string text;
  append_rfc3339(text, time);
  return text;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  Reader reader(text);
  const auto year = reader.digits(4);
  if (!reader.skip("-")) return std::nullopt;
  const auto month = reader.digits(2);
  if (!reader.skip("-")) return std::nullopt;
  const auto day = make_day(year, month, reader.digits(2));
  if (!day) return std::nullopt;
  if (reader.at_end()) return Timestamp(*day);
  if (!reader.skip_any("Tt ")) return std::nullopt;
  const auto time = read_clock_time(reader, LeapSecond::refused);
  if (!time) return std::nullopt;
  const auto thousandths = reader.skip(".") ? reader.fraction() : std::optional<int>(0);
  const auto ahead = thousandths ? read_zone(reader) : std::nullopt;
  if (!ahead || !reader.at_end()) return std::nullopt;
  return Timestamp(*day) + *time + milliseconds(*thousandths) - *ahead;
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  // The day's name says nothing that the date does not: it must be one, but need not fit.
  Reader reader(text);
  if (reader.one_of(k_long_days)) {
    return reader.skip(", ") ? read_rfc850_date(reader) : std::nullopt;
  }
  if (!reader.one_of(k_days)) return std::nullopt;
  if (reader.skip(", ")) return read_imf_fixdate(reader);
  return reader.skip(" ") ? read_asctime_date(reader) : std::nullopt;
}

std::optional<milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;  // "1h30m" goes down: "30m1h" and "5m5m" are slips
  while (!text.empty()) {
    std::int64_t number = 0;
    std::size_t length = 0;
    for (; length < text.size() && text[length] >= '0' && text[length] <= '9'; ++length) {
      if (__builtin_mul_overflow(number, 10, &number) ||
          __builtin_add_overflow(number, text[length] - '0', &number)) {
        return std::nullopt;
      }
    }
    const std::size_t word_end = std::min(text.find_first_of("0123456789", length), text.size());
    const std::string_view word = text.substr(length, word_end - length);
    const auto* const unit = std::find_if(k_units.begin() + next_unit, k_units.end(),
                                          [word](const Unit& u) { return u.word == word; });
    if (length == 0 || unit == k_units.end()) return std::nullopt;
    std::int64_t part = 0;
    if (__builtin_mul_overflow(number, unit->milliseconds, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
    next_unit = static_cast<std::size_t>(unit - k_units.begin()) + 1;
    text.remove_prefix(word_end);
  }
  return milliseconds(total);
}

std::string format_duration(milliseconds duration) {
  if (duration < milliseconds(0)) {
    // The most negative count has no positive twin.
    return "-" + format_duration(-std::max(duration, -milliseconds::max()));
  }
  const std::int64_t count = duration.count();
  for (std::size_t i = 0; i + 1 < k_units.size(); ++i) {
    if (count < k_units[i].milliseconds) continue;
    std::string text = fmt::format("{}{}", count / k_units[i].milliseconds, k_units[i].word);
    const Unit& smaller = k_units[i + 1];
    const std::int64_t rest = count % k_units[i].milliseconds / smaller.milliseconds;
    const bool worth_saying = rest != 0 && smaller.word != "ms";
    return worth_saying ? fmt::format("{} {}{}", text, rest, smaller.word) : text;
  }
  return count == 0 ? "0s" : fmt::format("{}ms", count);
}

}  // namespace itsmc
