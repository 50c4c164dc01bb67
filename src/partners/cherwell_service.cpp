#include "partners/cherwell_service.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/cherwell_page.hpp"
#include "partners/cherwell_words.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;
using std::chrono::minutes;

// No zone's offset is finer, and no clock is that far off.
constexpr minutes k_grain{15};
constexpr minutes k_most_offset{14 * 60};

/// How far ahead of UTC a clock is that shows `local` at `now`.
std::optional<minutes> offset_between(Timestamp local, Timestamp now) {
  const auto quarters =
      std::chrono::round<std::chrono::duration<std::int64_t, std::ratio<15 * 60>>>(local - now);
  const minutes offset = k_grain * quarters.count();
  if (offset > k_most_offset || offset < -k_most_offset) return std::nullopt;
  return offset;
}

// "2019-04-28T10:52:09.123-05:00", "2019-04-28T10:52:09", or "4/28/2019 10:52:09 AM".
std::optional<minutes> offset_of_date(const std::string& text, Timestamp served_at) {
  constexpr std::size_t k_clock_part = 11;  // behind "2019-04-28T"
  const LocalTime shown = parse_local_time(text);
  if (shown.kind == LocalTime::Kind::time) {
    return offset_between(Timestamp(std::chrono::milliseconds(shown.ms)), served_at);
  }
  if (text.size() <= k_clock_part || text.ends_with('Z')) return std::nullopt;
  const std::size_t sign = text.find_first_of("+-", k_clock_part);
  if (sign != std::string::npos) return parse_utc_offset(text.substr(sign));
  // .NET writes up to seven digits of a second.
  const auto local = parse_rfc3339(text.substr(0, text.find('.')));
  return local ? offset_between(*local, served_at) : std::nullopt;
}

void find_offset(const json& answer, Timestamp served_at, ServiceInfo& info) {
  const auto settle = [&info](std::optional<minutes> offset, const char* source) {
    if (info.utc_offset || !offset) return;
    info.utc_offset = offset;
    info.offset_source = source;
  };
  settle(parse_utc_offset(text_part(answer, "systemUtcOffset")), "systemUtcOffset");
  settle(offset_of_date(text_part(answer, "systemDateTime"), served_at), "systemDateTime");
  // The zone's offset without daylight saving: better than nothing, and only where nothing is.
  const json zone = answer.is_object() ? answer.value("timeZone", json()) : json();
  settle(parse_utc_offset(text_part(zone, "BaseUtcOffset")), "timeZone");
  settle(parse_utc_offset(text_part(zone, "baseUtcOffset")), "timeZone");
}

}  // namespace

// {"apiVersion":"10.5.0","csmCulture":"en-US","csmVersion":"10.5.0","systemDateTime":
//  "2019-04-28T10:52:09-05:00","timeZone":{..},"systemUtcOffset":"-05:00:00"} (cherwell reference
//  3;
// names from cherwell-csm-10.5.swagger.json; no recorded answer is known).
ServiceInfo parse_service_info(const json& answer, Timestamp served_at) {
  ServiceInfo info;
  info.api_version = text_part(answer, "apiVersion");
  info.csm_version = text_part(answer, "csmVersion");
  info.culture = text_part(answer, "csmCulture");
  find_offset(answer, served_at, info);
  return info;
}

std::string format_offset(minutes offset) {
  const auto total = std::abs(offset.count());
  return fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', total / 60, total % 60);
}

}  // namespace itsmc::partners::cherwell
