#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "partners/cherwell_walk.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr int k_version = 1;

void put_text(json& out, const char* key, const std::string& text) {
  if (!text.empty()) out[key] = text;
}
template <class Number>
void put_optional(json& out, const char* key, const std::optional<Number>& number) {
  if (number) out[key] = *number;
}
template <class Number>
std::optional<Number> optional_at(const json& in, const char* key) {
  const auto found = in.find(key);
  if (found == in.end()) return std::nullopt;
  return found->get<Number>();
}

Lane read_lane(const json& in) {
  Lane lane;
  lane.order = in.at("o").get<std::string>() == "key" ? Order::by_key : Order::by_time;
  lane.stage = static_cast<Stage>(in.value("stage", 0));
  lane.id = in.value("id", "");
  lane.last_id = in.value("last", "");
  lane.time = optional_at<TimeValue>(in, "t");
  lane.ascending = optional_at<int>(in, "asc");
  lane.left = optional_at<std::int64_t>(in, "left");
  lane.doubts = in.value("doubts", 0);
  const auto counted = in.find("count");
  if (counted == in.end()) return lane;
  lane.count = Count{.id = counted->value("id", ""),
                     .time = optional_at<TimeValue>(*counted, "t"),
                     .promised = counted->at("promised").get<std::int64_t>(),
                     .came = counted->at("came").get<std::int64_t>()};
  return lane;
}

bool is_sane(const Lane& lane, Order order) {
  const bool known =
      lane.stage == Stage::page || lane.stage == Stage::ties || lane.stage == Stage::rest_by_key;
  const bool placed = lane.stage == Stage::page || (lane.order == Order::by_time && lane.time);
  const bool direction = lane.ascending.value_or(0) == 0 || lane.ascending == 1;
  return lane.order == order && known && placed && direction;
}

}  // namespace

// {"v":1,"o":"time","t":1767323045000,"asc":0,"count":{"t":..,"promised":171,"came":49}}
Cursor to_cursor(const Lane& lane) {
  json out = {{"v", k_version}, {"o", lane.order == Order::by_key ? "key" : "time"}};
  if (lane.stage != Stage::page) out["stage"] = static_cast<int>(lane.stage);
  put_text(out, "id", lane.id);
  put_text(out, "last", lane.last_id);
  put_optional(out, "t", lane.time);
  put_optional(out, "asc", lane.ascending);
  put_optional(out, "left", lane.left);
  if (lane.doubts > 0) out["doubts"] = lane.doubts;
  if (lane.count) {
    json& count = out["count"];
    count = {{"promised", lane.count->promised}, {"came", lane.count->came}};
    put_text(count, "id", lane.count->id);
    put_optional(count, "t", lane.count->time);
  }
  // RecIDs are what the instance says they are: bytes that are not UTF-8 must not end a sync.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Lane parse_cursor(const Cursor& cursor, Order order) {
  const auto unreadable = [] {
    return Error(ErrorKind::damaged, "the saved position of the walk cannot be read",
                 "itsmc sync run --full");
  };
  const json in = json::parse(cursor, nullptr, false);
  if (!in.is_object() || in.value("v", json(0)) != json(k_version)) throw unreadable();
  try {
    Lane lane = read_lane(in);
    if (!is_sane(lane, order)) throw unreadable();
    return lane;
  } catch (const json::exception&) {
    throw unreadable();
  }
}

}  // namespace itsmc::partners::cherwell
