#include <algorithm>
#include <array>
#include <charconv>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow.hpp"

namespace itsmc::partners::servicenow {
namespace {

struct Family {
  std::string_view spelled;  // in build tags
  std::string_view name;
};
// In the order of their release. The alphabet wrapped: Australia follows Zurich (servicenow
// reference 8), so letters must never be compared.
constexpr std::array k_families = {
    Family{"aspen", "Aspen"},
    Family{"berlin", "Berlin"},
    Family{"calgary", "Calgary"},
    Family{"dublin", "Dublin"},
    Family{"eureka", "Eureka"},
    Family{"fuji", "Fuji"},
    Family{"geneva", "Geneva"},
    Family{"helsinki", "Helsinki"},
    Family{"istanbul", "Istanbul"},
    Family{"jakarta", "Jakarta"},
    Family{"kingston", "Kingston"},
    Family{"london", "London"},
    Family{"madrid", "Madrid"},
    Family{"newyork", "New York"},
    Family{"orlando", "Orlando"},
    Family{"paris", "Paris"},
    Family{"quebec", "Quebec"},
    Family{"rome", "Rome"},
    Family{"sandiego", "San Diego"},
    Family{"tokyo", "Tokyo"},
    Family{"utah", "Utah"},
    Family{"vancouver", "Vancouver"},
    Family{"washingtondc", "Washington DC"},
    Family{"xanadu", "Xanadu"},
    Family{"yokohama", "Yokohama"},
    Family{"zurich", "Zurich"},
    Family{"australia", "Australia"},
};
constexpr std::string_view k_oldest_supported = "geneva";
// A family that is not in the table but was built after this is newer than the table.
constexpr int k_newest_known_year = 2026;

/// "New York", "new-york" and "newyork" are one.
std::string squeezed(std::string_view name) {
  std::string letters;
  for (const char c : to_lower(name)) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return letters;
}

std::ptrdiff_t rank_of(std::string_view name) {
  const std::string letters = squeezed(name);
  const auto found =
      std::find_if(k_families.begin(), k_families.end(),
                   [&letters](const Family& family) { return family.spelled == letters; });
  return found == k_families.end() ? -1 : found - k_families.begin();
}

/// The year of the first "mm-dd-yyyy" in a tag; 0 without one.
int year_of(std::string_view tag) {
  const std::vector<std::string> parts = split(tag.substr(0, tag.find("__")), '-');
  for (const std::string& part : parts) {
    int year = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), year);
    if (part.size() == 4 && read.ptr == part.data() + part.size() && year > 1990) return year;
  }
  return 0;
}

}  // namespace

// "glide-australia-02-11-2026__patch1-hotfix2-03-01-2026" (servicenow reference 8).
Release parse_build_tag(std::string_view tag) {
  constexpr std::string_view k_start = "glide-";
  Release release;
  release.tag = excerpt(tag, 120);
  const std::size_t start = to_lower(tag).find(k_start);
  if (start == std::string::npos) return release;
  std::string_view rest = tag.substr(start + k_start.size());
  // Up to the date: a family may be spelled with dashes.
  std::size_t end = 0;
  while (end < rest.size() && !(rest[end] >= '0' && rest[end] <= '9') && rest[end] != '_') ++end;
  while (end > 0 && rest[end - 1] == '-') --end;
  const std::string_view name = rest.substr(0, end);
  const std::ptrdiff_t rank = rank_of(name);
  if (rank >= 0) {
    release.family = k_families[static_cast<std::size_t>(rank)].name;
    release.age =
        rank < rank_of(k_oldest_supported) ? Release::Age::unsupported : Release::Age::supported;
    return release;
  }
  const bool newer = !name.empty() && year_of(rest) >= k_newest_known_year;
  if (newer) {
    release.family = excerpt(name, 40);
    release.age = Release::Age::supported;
  }
  return release;
}

bool is_older_family(std::string_view a, std::string_view b) noexcept {
  return rank_of(a) < rank_of(b);
}

}  // namespace itsmc::partners::servicenow
