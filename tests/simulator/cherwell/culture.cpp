#include "cherwell/culture.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "cherwell/blueprint.hpp"
#include "shared/clock.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::cherwell {
namespace {

constexpr std::int64_t k_day = 86400;

struct Style {
  Culture culture;
  std::string_view code;
  char separator;
  bool month_first;
  bool padded;
  bool half_days;  // AM and PM
};

constexpr std::array<Style, 3> k_styles{{{Culture::en_us, "en-US", '/', true, false, true},
                                         {Culture::en_gb, "en-GB", '/', false, true, false},
                                         {Culture::de_de, "de-DE", '.', false, true, false}}};

const Style& style_of(Culture culture) {
  return *std::find_if(k_styles.begin(), k_styles.end(),
                       [&](const Style& style) { return style.culture == culture; });
}

void append_number(unsigned value, bool padded, std::string& out) {
  if (value >= 10 || padded) out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

void append_year(std::int64_t year, std::string& out) {
  const auto value = static_cast<unsigned>(year);
  append_number(value / 100, true, out);
  append_number(value % 100, true, out);
}

void append_time(const CivilTime& t, const Style& style, Detail detail, std::string& out) {
  const unsigned hour = style.half_days ? (t.hour + 11) % 12 + 1 : t.hour;
  append_number(hour, !style.half_days, out);
  out += ':';
  append_number(t.minute, true, out);
  if (detail == Detail::seconds) {
    out += ':';
    append_number(t.second, true, out);
  }
  if (style.half_days) out += t.hour < 12 ? " AM" : " PM";
}

// "04/28/2019 10:52:09 AM" -> 4 28 2019 10 52 9; nothing when other than digits, one separator
// between them and AM or PM is found.
struct Parts {
  std::vector<std::int64_t> numbers;
  std::string separators;  // one between two numbers
  std::string tail;
};

Parts parts_of(std::string_view text) {
  Parts parts;
  std::size_t i = 0;
  while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0) {
    const std::size_t begin = i;
    while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0) ++i;
    parts.numbers.push_back(number_or(text.substr(begin, i - begin), 0));
    const bool more =
        i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1])) != 0;
    if (!more) break;
    parts.separators += text[i++];
  }
  parts.tail = std::string(text.substr(i));
  return parts;
}

std::optional<std::int64_t> hour_of(std::int64_t hour, std::string_view tail) {
  if (tail.empty() || tail == "Z") return hour < 24 ? std::optional(hour) : std::nullopt;
  if (hour < 1 || hour > 12) return std::nullopt;
  if (same_text(tail, " AM")) return hour % 12;
  if (same_text(tail, " PM")) return hour % 12 + 12;
  return std::nullopt;
}

std::optional<std::int64_t> time_of(const Parts& parts) {
  const auto& n = parts.numbers;
  if (n.size() == 3) return parts.tail.empty() ? std::optional<std::int64_t>(0) : std::nullopt;
  const auto hour = hour_of(n[3], parts.tail);
  const std::int64_t second = n.size() == 6 ? n[5] : 0;
  if (!hour || n[4] > 59 || second > 59) return std::nullopt;
  return *hour * 3600 + n[4] * 60 + second;
}

}  // namespace

std::optional<Culture> culture_of(std::string_view code) {
  for (const auto& style : k_styles)
    if (same_text(style.code, code)) return style.culture;
  return std::nullopt;
}

std::string_view code_of(Culture culture) {
  return style_of(culture).code;
}

void append_date(std::int64_t local, Culture culture, Detail detail, std::string& out) {
  const Style& style = style_of(culture);
  const CivilTime t = civil_time(local);
  append_number(style.month_first ? t.month : t.day, style.padded, out);
  out += style.separator;
  append_number(style.month_first ? t.day : t.month, style.padded, out);
  out += style.separator;
  append_year(t.year, out);
  out += ' ';
  append_time(t, style, detail, out);
}

std::optional<std::int64_t> parse_date(std::string_view text, Culture culture) {
  const Parts parts = parts_of(text);
  const auto& n = parts.numbers;
  if (n.size() != 3 && n.size() != 5 && n.size() != 6) return std::nullopt;
  const Style& style = style_of(culture);
  const bool iso = parts.separators.starts_with("--");
  const std::string marks(2, iso ? '-' : style.separator);
  if (!parts.separators.starts_with(marks)) return std::nullopt;
  const std::int64_t year = iso ? n[0] : n[2];
  const std::int64_t month = iso ? n[1] : (style.month_first ? n[0] : n[1]);
  const std::int64_t day = iso ? n[2] : (style.month_first ? n[1] : n[0]);
  const auto time = time_of(parts);
  if (!time || month < 1 || month > 12 || day < 1 || day > 31 || year < 1) return std::nullopt;
  return days_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) * k_day + *time;
}

std::string localized_number(std::string text, Culture culture) {
  if (culture == Culture::de_de) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

}  // namespace itsmc::sim::cherwell
