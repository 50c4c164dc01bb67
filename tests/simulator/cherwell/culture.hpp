// How values are written for people: dates and numbers of a culture (cherwell reference 8).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace itsmc::sim::cherwell {

enum class Culture { en_us, en_gb, de_de };
enum class Detail { minutes, seconds };

// "en-US" in any case; nothing when the instance has no such culture.
std::optional<Culture> culture_of(std::string_view code);
std::string_view code_of(Culture culture);
// Appends a local time: 4/28/2019 1:55:55 PM, 28/04/2019 13:55:55, 28.04.2019 13:55:55.
void append_date(std::int64_t local, Culture culture, Detail detail, std::string& out);
// Reads what append_date writes (zeros in front, seconds and time of day are optional), and
// 2023-03-01[T10:20[:30]] in every culture. Local seconds; nothing when it is none of them.
std::optional<std::int64_t> parse_date(std::string_view text, Culture culture);
// "0.3" with the culture's decimal sign.
std::string localized_number(std::string text, Culture culture);

}  // namespace itsmc::sim::cherwell
