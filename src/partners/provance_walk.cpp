#include "partners/provance_walk.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "partners/odata_words.hpp"

namespace itsmc::partners::provance {
namespace {

using nlohmann::json;

constexpr int k_version = 1;
constexpr int k_most_restarts = 3;
constexpr TimeValue k_second = 1000;

TimeValue ms_of(Timestamp time) {
  return time.time_since_epoch().count();
}

/// Rows have whole seconds (provance reference 4): the query asks for the seconds that hold the
/// window, and the decoder leaves out what lies beyond it.
TimeValue second_of(TimeValue ms) {
  const TimeValue rest = ((ms % k_second) + k_second) % k_second;
  return ms - rest;
}
TimeValue next_second(TimeValue ms) {
  return second_of(ms + k_second - 1);
}

}  // namespace

// {"v":1,"link":"https://..","n":5000,"t":1762128000000,"id":"49b0.."}
Cursor to_cursor(const Lane& lane) {
  json out = {{"v", k_version}};
  if (!lane.link.empty()) out["link"] = lane.link;
  if (lane.rows != 0) out["n"] = lane.rows;
  if (lane.time) out["t"] = *lane.time;
  if (!lane.id.empty()) out["id"] = lane.id;
  if (lane.part.from) out["from"] = *lane.part.from;
  if (lane.part.until) out["until"] = *lane.part.until;
  if (lane.restarts != 0) out["restarts"] = lane.restarts;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Lane parse_cursor(const Cursor& cursor) {
  const auto unreadable = [] {
    return Error(ErrorKind::damaged, "the saved position of the walk cannot be read",
                 "itsmc sync run --full");
  };
  const json in = json::parse(cursor, nullptr, false);
  if (!in.is_object() || in.value("v", json(0)) != json(k_version)) throw unreadable();
  try {
    Lane lane;
    lane.link = in.value("link", "");
    lane.rows = in.value("n", 0);
    if (in.contains("t")) lane.time = in.at("t").get<TimeValue>();
    lane.id = in.value("id", "");
    if (in.contains("from")) lane.part.from = in.at("from").get<TimeValue>();
    if (in.contains("until")) lane.part.until = in.at("until").get<TimeValue>();
    lane.restarts = in.value("restarts", 0);
    if (lane.rows < 0 || (!lane.link.empty() && lane.rows == 0)) throw unreadable();
    return lane;
  } catch (const json::exception&) {
    throw unreadable();
  }
}

std::vector<Cursor> start_lanes(const Walk& walk, int wanted) {
  std::vector<Cursor> cursors;
  for (const WindowPart& part : parts_of(walk.window, wanted)) {
    Lane lane;
    lane.part = part;
    cursors.push_back(to_cursor(lane));
  }
  return cursors;
}

// $filter=modifiedon ge 2018-05-24T00:00:00Z and modifiedon lt 2018-09-21T00:00:00Z
// &$orderby=modifiedon asc,incidentid asc (provance reference 4). `$skip` does not exist.
http::Query walk_query(const Walk& walk, const Lane& lane, const RowMap& map) {
  const TableMap& table = map.table();
  const std::string updated(table.column_of("updated_at"));
  const TimeValue from = lane.time ? *lane.time : ms_of(walk.window.from);
  std::string filter = fmt::format("{} ge {}", updated, odata::time_literal(second_of(from)));
  if (walk.window.until) {
    filter += fmt::format(" and {} lt {}", updated,
                          odata::time_literal(next_second(ms_of(*walk.window.until))));
  }
  if (!table.filter.empty()) filter += fmt::format(" and ({})", table.filter);
  return {{"$select", map.select()},
          {"$filter", std::move(filter)},
          {"$orderby", fmt::format("{} asc,{} asc", updated, table.key)}};
}

RowBounds bounds_of(const Walk& walk, const Lane& lane) {
  RowBounds bounds;
  bounds.from = ms_of(walk.window.from);
  if (walk.window.until) bounds.until = ms_of(*walk.window.until);
  // Without a link the query begins with the last row's whole second.
  if (lane.time) bounds.sorted_from = lane.link.empty() ? second_of(*lane.time) : *lane.time;
  return bounds;
}

Lane after_page(const Lane& lane, const PageFacts& facts, std::string next) {
  Lane behind = lane;
  behind.link = std::move(next);
  if (facts.rows == 0) return behind;
  if (!lane.time || facts.last_time > *lane.time) behind.restarts = 0;
  behind.time = facts.last_time;
  behind.id = facts.last_id;
  return behind;
}

Lane after_refused_link(const Lane& lane, std::string_view words) {
  if (lane.restarts >= k_most_restarts) {
    throw Error(ErrorKind::protocol,
                fmt::format("the instance refuses its own next links, {} times in a row: {}",
                            lane.restarts + 1, words),
                "try again later, with other pages: itsmc sync run --page-size 1000");
  }
  Lane again = lane;
  again.link.clear();
  again.rows = 0;
  ++again.restarts;
  return again;
}

}  // namespace itsmc::partners::provance
