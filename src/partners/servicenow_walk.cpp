#include "partners/servicenow_walk.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_query.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr TimeValue k_second = 1000;
// The Table API's own largest page is 10,000 rows; no instance has a thousand million work items.
constexpr std::int64_t k_believable_count = 1'000'000'000;

TimeValue ms_of(Timestamp time) {
  return time.time_since_epoch().count();
}

/// Rows have whole seconds: both ends of a window are rounded up, so that the query and the check
/// of the rows agree.
TimeValue whole_second(TimeValue ms) {
  const TimeValue rest = ((ms % k_second) + k_second) % k_second;
  return rest == 0 ? ms : ms + k_second - rest;
}

void ask_by_key(const Walk& walk, const Lane& lane, Asked& asked) {
  const TimeValue from = whole_second(ms_of(walk.window.from));
  asked.bounds.sorted = RowBounds::Sorted::by_id;
  asked.bounds.from = from;
  asked.bounds.above_id = lane.id;
  asked.bounds.from_id = lane.low;
  asked.bounds.below_id = lane.high;
  EncodedQuery query;
  // No upper end: a row that changes while the keys are walked must not fall out of the walk.
  query.where("sys_updated_on", ">=", format_time(from));
  if (!lane.id.empty()) {
    query.where("sys_id", ">", lane.id);
  } else if (!lane.low.empty()) {
    query.where("sys_id", ">=", lane.low);
  }
  if (!lane.high.empty()) query.where("sys_id", "<", lane.high);
  asked.query = query.order_by("sys_id").text();
}

void ask_ties(const Lane& lane, Asked& asked) {
  asked.bounds.sorted = RowBounds::Sorted::by_id;
  asked.bounds.from = *lane.time;
  asked.bounds.until = *lane.time + k_second;
  asked.bounds.above_id = lane.id;
  EncodedQuery query;
  query.where("sys_updated_on", "=", format_time(*lane.time));
  query.where("sys_id", ">", lane.id);
  asked.query = query.order_by("sys_id").text();
}

void ask_by_time(const Walk& walk, const Lane& lane, Asked& asked) {
  const TimeValue from = whole_second(ms_of(walk.window.from));
  asked.bounds.sorted = RowBounds::Sorted::by_time_then_id;
  asked.bounds.from = lane.time ? *lane.time + k_second : from;
  EncodedQuery query;
  query.where("sys_updated_on", lane.time ? ">" : ">=", format_time(lane.time.value_or(from)));
  if (walk.window.until) {
    asked.bounds.until = whole_second(ms_of(*walk.window.until));
    query.where("sys_updated_on", "<", format_time(asked.bounds.until));
  }
  asked.query = query.order_by("sys_updated_on").order_by("sys_id").text();
}

}  // namespace

std::vector<Lane> first_lanes(Order order, int wanted) {
  constexpr int k_cells = 256;  // two hex digits
  Lane whole;
  whole.order = order;
  if (order == Order::by_time) return {whole};
  const int lanes = std::clamp(wanted, 1, 64);
  std::vector<Lane> cut(static_cast<std::size_t>(lanes), whole);
  // sys_ids are random hex, so equal ranges hold about equal numbers of rows. The bounds go to the
  // instance, whose collation decides alone which side a row is on: every row, whatever its id
  // looks like, is in exactly one lane.
  for (int i = 1; i < lanes; ++i) {
    const std::string bound = fmt::format("{:02x}", k_cells * i / lanes);
    cut[static_cast<std::size_t>(i) - 1].high = bound;
    cut[static_cast<std::size_t>(i)].low = bound;
  }
  return cut;
}

Asked next_request(const Walk& walk, const Lane& lane, int rows) {
  Asked asked;
  asked.rows = rows;
  asked.skip = lane.skip;
  // A count costs the instance a second query over all that is left: only where it decides.
  const bool decides =
      lane.look != Look::page || lane.ties || lane.counts || !lane.left || *lane.left <= rows;
  asked.counted = decides && !lane.blind;
  if (lane.order == Order::by_key) {
    ask_by_key(walk, lane, asked);
  } else if (lane.ties) {
    ask_ties(lane, asked);
  } else {
    ask_by_time(walk, lane, asked);
  }
  return asked;
}

std::optional<std::int64_t> parse_count(std::optional<std::string_view> header) {
  if (!header) return std::nullopt;
  const std::string_view text = trim(*header);
  std::int64_t count = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || count < 0 || count > k_believable_count) return std::nullopt;
  return count;
}

}  // namespace itsmc::partners::servicenow
