#include "partners/scsm_cursor.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/scsm_contract.hpp"

namespace itsmc::partners::scsm {
namespace {

using nlohmann::json;

constexpr int k_version = 1;

Error damaged(std::string_view cursor) {
  return {ErrorKind::damaged,
          fmt::format("the position of the walk is not one of Service Manager's: \"{}\"",
                      excerpt(cursor, 80)),
          "itsmc sync run --full"};
}

std::optional<TimeValue> time_at(const json& parsed, const char* key) {
  const auto found = parsed.find(key);
  if (found == parsed.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<TimeValue>();
}

}  // namespace

Cursor to_cursor(const Place& place) {
  json cursor{{"v", k_version}};
  if (!place.link.empty()) cursor["link"] = place.link;
  if (place.time != k_no_time) cursor["time"] = place.time;
  if (place.resumed) cursor["resumed"] = *place.resumed;
  if (place.part.from) cursor["from"] = *place.part.from;
  if (place.part.until) cursor["until"] = *place.part.until;
  return cursor.dump(-1, ' ', false, json::error_handler_t::replace);
}

Place parse_cursor(std::string_view cursor) {
  const json parsed = json::parse(cursor, nullptr, false);
  if (!parsed.is_object() || time_at(parsed, "v") != k_version) throw damaged(cursor);
  Place place;
  const auto link = parsed.find("link");
  if (link != parsed.end() && !link->is_string()) throw damaged(cursor);
  if (link != parsed.end()) place.link = link->get<std::string>();
  place.time = time_at(parsed, "time").value_or(k_no_time);
  place.resumed = time_at(parsed, "resumed");
  place.part = {time_at(parsed, "from"), time_at(parsed, "until")};
  return place;
}

std::vector<Cursor> start_lanes(const Walk& walk, int wanted) {
  std::vector<Cursor> cursors;
  for (const WindowPart& part : parts_of(walk.window, wanted)) {
    cursors.push_back(to_cursor({.part = part}));
  }
  return cursors;
}

Place resume(const Place& place, TimeValue from) {
  const TimeValue again = std::max(place.time, from);  // k_no_time is the least of all
  if (place.resumed == again) {
    throw Error(ErrorKind::protocol,
                "Service Manager's web app refuses the next links that it gives itself",
                gateway_must("honour its own @odata.nextLink"));
  }
  return {.link = {}, .time = again, .resumed = again, .part = place.part};
}

Place after_page(const Place& place, TimeValue last_time, std::string link) {
  Place next{.link = std::move(link),
             .time = std::max(place.time, last_time),
             .resumed = {},
             .part = place.part};
  if (place.resumed && next.time == *place.resumed) next.resumed = place.resumed;
  return next;
}

}  // namespace itsmc::partners::scsm
