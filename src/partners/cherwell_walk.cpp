#include "partners/cherwell_walk.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"

// How a walk goes on. Filters know only `gt` of use (no ge, le, in), and two on one field are OR-ed
// (cherwell reference 6): a search can have a lower end, never an upper one. So a lane asks for
// what lies behind its place, in ascending order, and ends on our side. Page numbers are not used:
// rows move while they are walked over, and a number then means another row.
//
//  - By key: RecID gt ID and LastModifiedDateTime gt (from - 1 s), sorted by RecID. A row that
//    changes keeps its place. A lane that ends at a RecID drops what the last page has beyond it.
//  - By time: LastModifiedDateTime gt (T - 1 s), sorted by (LastModifiedDateTime, RecID), where T
//    is the first second that has not come whole. Of a page, the rows of its last second are left
//    for the next one, which begins with that second again: one request a page, where asking for
//    the ties of each page's end apart would take two. Where they are more than half of the page,
//    they stay, and the `ties` are walked: the same with RecID gt ID in addition, so that only the
//    rows of second T are in a known order; the first later second ends the ties, the search goes
//    on with gt T. Rows of later seconds that came with them come again.
//  - Where an instance keeps parts of a second, which it does not show, the rows of a shown second
//    are not in the order of RecID (`mixed_ties`). Leaving the last second for the next page is
//    right all the same. A second that is larger than a page can then be walked only by key, and
//    everything behind it with it: `rest_by_key`. So is what comes in no order of time at all: the
//    hour that autumn's end of daylight saving shows twice.
//
// What totalRows proves. It counts the whole search, from the lane's place to the end of the table.
// Behind a place with P promised and C come from there to here, at least P - C must be promised
// here: rows that change or are created meanwhile only add to that (a change moves a row forward;
// by key it stays). Fewer (`is_short`) means that rows in between were deleted, or skipped. Then
// the first search is counted again: N now. If all that is gone was deleted, at most C rows lie
// between the two places: N <= C + promised here. More proves (`proves_skip`) that some row between
// them has never come: the lane goes back to the first place, twice at most, then fails loudly.
// Rows that are created just between the two counts may cost such a second reading, never a row.

namespace itsmc::partners::cherwell {
namespace {

constexpr TimeValue k_second = 1000;

TimeValue ms_of(Timestamp time) {
  return time.time_since_epoch().count();
}

/// Cherwell shows whole seconds: both ends of a window are rounded up, so that what is asked and
/// what is dropped agree.
TimeValue whole_second(TimeValue ms) {
  const TimeValue rest = ((ms % k_second) + k_second) % k_second;
  return rest == 0 ? ms : ms + k_second - rest;
}

TimeValue window_begin(const Walk& walk) {
  return whole_second(ms_of(walk.window.from));
}

std::string_view id_of(const WorkItemBatch& rows, std::size_t row) {
  return rows[row].text(TextField::id);
}
TimeValue time_of(const WorkItemBatch& rows, std::size_t row) {
  return rows[row].time_value(TimeField::updated_at);
}

Asked search_at(const Walk& walk, const Lane& place) {
  Asked asked;
  const TimeValue first = place.time.value_or(window_begin(walk));
  // `gt` leaves its own second out.
  asked.after_time = first - k_second;
  asked.after_id = place.id;
  const bool by_key = place.order == Order::by_key || place.stage == Stage::rest_by_key;
  asked.sorted = by_key ? Asked::Sorted::by_id : Asked::Sorted::by_time_then_id;
  return asked;
}

/// What the pairs of neighbours in a page say.
struct Pairs {
  bool time_up = false, time_down = false, id_up = false, id_down = false;
};

Pairs compare_neighbours(const WorkItemBatch& rows, Asked::Sorted sorted, Seen& seen) {
  Pairs pairs;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const TimeValue before = time_of(rows, i - 1), time = time_of(rows, i);
    const bool timed = sorted == Asked::Sorted::by_time_then_id && before != time;
    const std::string_view id = id_of(rows, i), last = id_of(rows, i - 1);
    if (!timed && id == last) continue;  // the same row twice
    ++seen.rows;
    const bool up = timed ? before < time : precedes(last, id);
    (timed ? (up ? pairs.time_up : pairs.time_down) : (up ? pairs.id_up : pairs.id_down)) = true;
    if (!up && seen.broken_at.empty()) {
      seen.broken_at = fmt::format("row {} (RecID \"{}\") stands behind \"{}\"", i + 1,
                                   excerpt(id, 64), excerpt(last, 64));
    }
  }
  return pairs;
}

Sequence judge_pairs(const Pairs& pairs, Asked::Sorted sorted) {
  if (sorted == Asked::Sorted::by_id) {
    if (pairs.id_up && pairs.id_down) return Sequence::broken;
    return pairs.id_down ? Sequence::descending : Sequence::ascending;
  }
  if (pairs.time_up && pairs.time_down) return Sequence::broken;
  if (pairs.time_down) return Sequence::descending;
  if (!pairs.id_down) return Sequence::ascending;
  return pairs.time_up || pairs.id_up ? Sequence::mixed_ties : Sequence::descending;
}

/// One step of a lane while it is worked out. Lives during one `advance`.
class Stepper {
 public:
  Stepper(const Walk& walk, const Lane& lane, const Answered& answered)
      : walk_(walk),
        lane_(lane),
        rows_(answered.rows),
        seen_(answered.seen),
        asked_rows_(answered.asked_rows),
        total_(answered.total) {
    step_.next = lane;
    if (walk.window.until) until_ = whole_second(ms_of(*walk.window.until));
  }

  Step run() {
    if (rows_.empty() && total_.value_or(0) > 0) {
      step_.then = Step::Then::ask_again;
      return std::move(step_);
    }
    if (lane_.order == Order::by_key) {
      after_key_page();
    } else if (lane_.stage == Stage::rest_by_key) {
      after_rest_page();
    } else if (lane_.stage == Stage::ties) {
      after_ties();
    } else {
      after_time_page();
    }
    estimate();
    return std::move(step_);
  }

 private:
  /// The page brought all that its own count promised. A count that is below what came is none; and
  /// one that is too low by chance ends at a full page: the end is then an empty page.
  [[nodiscard]] bool brought_all() const {
    return rows_.empty() || (total_ && *total_ == seen_.rows && seen_.rows < asked_rows_);
  }

  void finish() { step_.then = Step::Then::done; }

  /// The next page is counted from the place that this one began at.
  void count_from_here(std::int64_t came) {
    step_.next.count.reset();
    if (total_ && *total_ >= seen_.rows) {
      step_.next.count = Count{lane_.id, lane_.time, *total_, came};
    }
  }

  void after_key_page() {
    step_.keep = rows_.size();
    while (step_.keep > 0 && !lane_.last_id.empty() &&
           precedes(lane_.last_id, id_of(rows_, step_.keep - 1))) {
      --step_.keep;
    }
    if (step_.keep < rows_.size() || brought_all()) return finish();
    step_.next.id = id_of(rows_, rows_.size() - 1);
    if (step_.next.id == lane_.last_id) return finish();
    count_from_here(seen_.rows);
  }

  // All of them are kept, also those of after the window: they are in no order of time, and their
  // newest version never is wrong.
  void after_rest_page() {
    step_.keep = rows_.size();
    if (brought_all()) return finish();
    step_.next.id = id_of(rows_, rows_.size() - 1);
  }

  /// How many rows from the front are older than `time`.
  [[nodiscard]] std::size_t rows_before(TimeValue time) const {
    std::size_t rows = rows_.size();
    while (rows > 0 && time_of(rows_, rows - 1) >= time) --rows;
    return rows;
  }

  void after_time_page() {
    if (rows_.empty()) return finish();
    const std::size_t inside = until_ ? rows_before(*until_) : rows_.size();
    if (brought_all() || inside < rows_.size()) {
      step_.keep = inside;
      return finish();
    }
    const TimeValue last = time_of(rows_, rows_.size() - 1);
    const std::size_t whole = rows_before(last);
    const bool many_ties = rows_.size() - whole > rows_.size() / 2;
    const bool moves = last > lane_.time.value_or(window_begin(walk_));
    Lane& next = step_.next;
    next.time = last;
    if (moves && !many_ties) {
      step_.keep = whole;
      count_from_here(distinct_before(whole));
    } else if (seen_.sequence == Sequence::mixed_ties) {
      step_.keep = whole;
      next = to_rest_by_key(walk_, next);
    } else {
      step_.keep = rows_.size();
      next.stage = Stage::ties;
      next.id = id_of(rows_, rows_.size() - 1);
      count_from_here(seen_.rows);
    }
  }

  [[nodiscard]] std::int64_t distinct_before(std::size_t rows) const {
    std::int64_t distinct = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      distinct += i == 0 || id_of(rows_, i) != id_of(rows_, i - 1) ? 1 : 0;
    }
    return distinct;
  }

  void after_ties() {
    step_.keep = rows_before(*lane_.time + k_second);
    Lane& next = step_.next;
    if (next.count) next.count->came += distinct_before(step_.keep);
    if (seen_.sequence == Sequence::mixed_ties) {
      step_.next = to_rest_by_key(walk_, step_.next);
      return;
    }
    if (step_.keep == rows_.size() && !brought_all()) {
      next.id = id_of(rows_, rows_.size() - 1);
      return;
    }
    next.stage = Stage::page;
    next.id.clear();
    next.time = *lane_.time + k_second;
    if (until_ && *next.time >= *until_) finish();
  }

  void estimate() {
    std::optional<std::int64_t>& left = step_.next.left;
    const auto kept = static_cast<std::int64_t>(step_.keep);
    const bool counts_lane = lane_.last_id.empty() && lane_.stage == Stage::page;
    if (counts_lane && total_) {
      left = std::max<std::int64_t>(0, *total_ - kept);
    } else if (left) {
      left = std::max<std::int64_t>(0, *left - kept);
    }
    step_.remaining = step_.then == Step::Then::done ? 0 : left;
  }

  const Walk& walk_;
  const Lane& lane_;
  const WorkItemBatch& rows_;
  const Seen& seen_;
  std::int64_t asked_rows_;
  std::optional<std::int64_t> total_;
  std::optional<TimeValue> until_;
  Step step_;
};

}  // namespace

bool precedes(std::string_view a, std::string_view b) noexcept {
  return a < b;
}

Asked next_search(const Walk& walk, const Lane& lane) {
  return search_at(walk, lane);
}

Asked count_search(const Walk& walk, const Lane& lane) {
  Lane place;
  place.order = lane.order;
  if (lane.count) {
    place.id = lane.count->id;
    place.time = lane.count->time;
  }
  return search_at(walk, place);
}

Seen look_at(const WorkItemBatch& rows, Asked::Sorted sorted) {
  Seen seen;
  seen.rows = rows.empty() ? 0 : 1;
  seen.sequence = judge_pairs(compare_neighbours(rows, sorted, seen), sorted);
  return seen;
}

Step advance(const Walk& walk, const Lane& lane, const Answered& answered) {
  return Stepper(walk, lane, answered).run();
}

Lane to_rest_by_key(const Walk& walk, const Lane& lane) {
  Lane rest = lane;
  rest.stage = Stage::rest_by_key;
  rest.time = lane.time.value_or(window_begin(walk));
  rest.id.clear();
  rest.count.reset();
  return rest;
}

bool is_short(const Lane& lane, std::optional<std::int64_t> total) noexcept {
  return lane.count && lane.stage == Stage::page && total &&
         *total < lane.count->promised - lane.count->came;
}

bool proves_skip(const Lane& lane, std::int64_t total, std::int64_t now) noexcept {
  return lane.count && now > total + lane.count->came;
}

}  // namespace itsmc::partners::cherwell
