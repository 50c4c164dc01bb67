#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "partners/servicenow_walk.hpp"

namespace itsmc::partners::servicenow {
namespace {

using nlohmann::json;

constexpr int k_version = 1;

void put_text(json& out, const char* key, const std::string& text) {
  if (!text.empty()) out[key] = text;
}
void put_number(json& out, const char* key, std::int64_t number) {
  if (number != 0) out[key] = number;
}
void put_optional(json& out, const char* key, const std::optional<std::int64_t>& number) {
  if (number) out[key] = *number;
}

std::optional<std::int64_t> optional_at(const json& in, const char* key) {
  const auto found = in.find(key);
  if (found == in.end()) return std::nullopt;
  return found->get<std::int64_t>();
}

Lane read_lane(const json& in) {
  Lane lane;
  lane.order = in.at("o").get<std::string>() == "key" ? Order::by_key : Order::by_time;
  lane.low = in.value("low", "");
  lane.high = in.value("high", "");
  lane.id = in.value("id", "");
  lane.time = optional_at(in, "t");
  lane.ties = in.value("ties", false);
  lane.look = static_cast<Look>(in.value("look", 0));
  lane.entering = in.value("entering", false);
  lane.skip = in.value("skip", std::int64_t{0});
  lane.shown = in.value("shown", std::int64_t{0});
  lane.empty_pages = in.value("empty", 0);
  lane.counts = in.value("counts", false);
  lane.blind = in.value("blind", false);
  lane.left = optional_at(in, "left");
  lane.debt = optional_at(in, "debt");
  lane.outer_debt = optional_at(in, "outer");
  return lane;
}

}  // namespace

// {"v":1,"o":"key","low":"4","high":"8","id":"46f0..","left":1200}
Cursor to_cursor(const Lane& lane) {
  json out = {{"v", k_version}, {"o", lane.order == Order::by_key ? "key" : "time"}};
  put_text(out, "low", lane.low);
  put_text(out, "high", lane.high);
  put_text(out, "id", lane.id);
  put_optional(out, "t", lane.time);
  if (lane.ties) out["ties"] = true;
  put_number(out, "look", static_cast<int>(lane.look));
  if (lane.entering) out["entering"] = true;
  put_number(out, "skip", lane.skip);
  put_number(out, "shown", lane.shown);
  put_number(out, "empty", lane.empty_pages);
  if (lane.counts) out["counts"] = true;
  if (lane.blind) out["blind"] = true;
  put_optional(out, "left", lane.left);
  put_optional(out, "debt", lane.debt);
  put_optional(out, "outer", lane.outer_debt);
  // sys_ids are what the instance says they are: bytes that are not UTF-8 must not end a sync.
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
    const bool sane = lane.order == order && lane.skip >= 0 && (!lane.ties || lane.time) &&
                      lane.look <= Look::blind_end;
    if (!sane) throw unreadable();
    return lane;
  } catch (const json::exception&) {
    throw unreadable();
  }
}

}  // namespace itsmc::partners::servicenow
