#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/partners/cherwell_page.hpp"
#include "itsmc/partners/partner.hpp"

namespace itsmc::partners::cherwell {

/// What a lane asks for. By key always `page`: the rows behind `id`. By time `page`: the rows from
/// the second `time` on; `ties`: those of the second `time` behind `id`; `rest_by_key`: all from
/// `time` on behind `id`, in the order of RecID.
enum class Stage : std::uint8_t { page, ties, rest_by_key };

/// A place where the instance counted what lies behind it, and what has come from there since.
struct Count {
  std::string id;                 // by key
  std::optional<TimeValue> time;  // by time
  std::int64_t promised = 0;      // totalRows of the query that began there
  std::int64_t came = 0;          // rows from there up to the lane's place
  friend bool operator==(const Count&, const Count&) = default;
};

/// Where a lane stands. A value; its text is the Cursor.
struct Lane {
  Order order = Order::by_time;
  Stage stage = Stage::page;
  std::string id;                 // empty: at the beginning
  std::string last_id;            // by key: the lane ends with this RecID; empty: open
  std::optional<TimeValue> time;  // by time: UTC; absent: the window's beginning
  std::optional<int> ascending;   // the sortDirection that was seen to be it
  std::optional<Count> count;
  std::optional<std::int64_t> left;  // rows still to come, as far as known
  int doubts = 0;                    // how often the lane went back to `count`
  friend bool operator==(const Lane&, const Lane&) = default;
};

[[nodiscard]] Cursor to_cursor(const Lane& lane);
/// Throws Error(damaged) for text that is not ours.
[[nodiscard]] Lane parse_cursor(const Cursor& cursor, Order order);

/// One search of a walk, in UTC; what is absent is not asked for.
struct Asked {
  enum class Sorted : std::uint8_t { by_id, by_time_then_id } sorted = Sorted::by_id;
  std::optional<TimeValue> after_time;  // LastModifiedDateTime gt
  std::string after_id;                 // RecID gt
};
[[nodiscard]] Asked next_search(const Walk& walk, const Lane& lane);
/// The search that `lane.count` began with: its totalRows now is what lies behind it now.
[[nodiscard]] Asked count_search(const Walk& walk, const Lane& lane);

/// How the rows of a page follow each other.
enum class Sequence : std::uint8_t {
  ascending,   // or too few to tell: `rows` says
  descending,  // the other direction was asked for
  mixed_ties,  // by time, and rows of one shown second follow in no order of RecID
  broken       // neither order
};
struct Seen {
  Sequence sequence = Sequence::ascending;
  std::int64_t rows = 0;  // different ones
  std::string broken_at;  // the two rows, for people
};
/// Pure: looks at ids and times of the batch.
[[nodiscard]] Seen look_at(const WorkItemBatch& rows, Asked::Sorted sorted);

struct Step {
  Lane next;
  enum class Then : std::uint8_t { go_on, done, ask_again } then = Then::go_on;
  std::size_t keep = 0;  // so many rows from the page's front belong to the lane
  std::optional<std::int64_t> remaining;
};
/// A page that was asked for and came.
struct Answered {
  const WorkItemBatch& rows;
  const Seen& seen;
  std::int64_t asked_rows = 0;
  std::optional<std::int64_t> total;  // totalRows
};
/// Where the lane goes from here, after an ascending page. Pure.
[[nodiscard]] Step advance(const Walk& walk, const Lane& lane, const Answered& answered);

/// The lane that goes on by key, from its time on: right in whatever order times come.
[[nodiscard]] Lane to_rest_by_key(const Walk& walk, const Lane& lane);

/// True when fewer rows are promised than the lane's count leaves: deleted, or skipped?
[[nodiscard]] bool is_short(const Lane& lane, std::optional<std::int64_t> total) noexcept;
/// True when the same search as once counts so many now that some must have been skipped.
[[nodiscard]] bool proves_skip(const Lane& lane, std::int64_t total, std::int64_t now) noexcept;

/// "944b.." of 32 or 42 lower-case hex digits: their order by bytes is every collation's order.
[[nodiscard]] bool precedes(std::string_view a, std::string_view b) noexcept;

}  // namespace itsmc::partners::cherwell
