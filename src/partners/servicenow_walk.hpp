#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/partners/partner.hpp"
#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {

/// What the lane's next request is for. `page`: the rows behind the anchor. The others look behind
/// rows that did not come: `hidden_block` while the count says that there are more; `claimed_end`
/// once, where the count says that there are none; `blind_end` once, where no count can be
/// believed.
enum class Look : std::uint8_t { page, hidden_block, claimed_end, blind_end };

/// Where a lane stands: behind its anchor. By key the anchor is `id`, within [low, high). By time
/// it is `time`; while `ties` is on, `id` within the second `time`. A value; its text is the
/// Cursor.
struct Lane {
  Order order = Order::by_time;
  std::string low, high;             // by key; empty: open
  std::string id;                    // empty: at the beginning
  std::optional<std::int64_t> time;  // ms; absent: at the beginning
  bool ties = false;
  Look look = Look::page;
  std::int64_t skip = 0;             // rows behind the anchor that were asked for already
  std::int64_t shown = 0;            // how many of them came
  int empty_pages = 0;               // in a row
  bool counts = false;               // this lane has hidden rows: every page is counted
  bool blind = false;                // the instance's counts are not to be believed
  std::optional<std::int64_t> left;  // rows still to come, as far as known
  // Rows counted behind the old anchor, less those that came. What the count behind the new anchor
  // leaves of it was hidden between the two. By time, both the ties and what follows them are
  // behind the new anchor: `outer_debt` waits for the second count, and for the first one too while
  // `entering`.
  std::optional<std::int64_t> debt, outer_debt;
  bool entering = false;
  bool second_look = false;  // an empty page was asked for again; not kept in the cursor
  friend bool operator==(const Lane&, const Lane&) = default;
};

[[nodiscard]] Cursor to_cursor(const Lane& lane);
/// Throws Error(damaged) for text that is not ours.
[[nodiscard]] Lane parse_cursor(const Cursor& cursor, Order order);

/// The start of each lane: the hex digits' space cut into at most `wanted` ranges, the first open
/// below and the last open above.
[[nodiscard]] std::vector<Lane> first_lanes(Order order, int wanted);

/// One request of a walk.
struct Asked {
  std::string query;
  RowBounds bounds;
  int rows = 0;
  std::int64_t skip = 0;
  bool counted = false;  // sysparm_no_count is left out
};
[[nodiscard]] Asked next_request(const Walk& walk, const Lane& lane, int rows);

/// What came back.
struct Answered {
  std::int64_t rows = 0;
  std::optional<std::int64_t> count;  // X-Total-Count
  std::string last_id;
  std::int64_t last_time = 0;
};

struct Step {
  Lane next;
  enum class Then : std::uint8_t { go_on, done, ask_again } then = Then::go_on;
  std::int64_t hidden = 0;
  std::optional<std::int64_t> remaining;
};
/// Where the lane goes from here. Pure. Throws Error(denied) when access rules keep back so many
/// rows in a row that the end cannot be found.
[[nodiscard]] Step advance(const Lane& lane, const Asked& asked, const Answered& answered);

/// X-Total-Count's number; absent when it is missing or nonsense.
[[nodiscard]] std::optional<std::int64_t> parse_count(std::optional<std::string_view> header);

}  // namespace itsmc::partners::servicenow
