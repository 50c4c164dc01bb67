#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"
#include "partners/servicenow_walk.hpp"

// Where a page ends and where a walk does (servicenow reference 2.7).
//
// The limit is applied first and access rules remove rows afterwards, so a short or an empty page
// is no end. X-Total-Count says how many rows match before access rules. It decides, but it is not
// believed blindly:
//  - too small to be true (fewer than the rows that came): the lane is `blind` from then on, that
//    is, it goes on behind its last row until nothing comes, and looks once behind that;
//  - equal to the rows that came: nothing was hidden and nothing is left. To be wrong, the count
//    would have to err by exactly the rows that were hidden. If an earlier count promised more than
//    a page, it is checked as in the next case;
//  - larger than the rows that came, within the page: the rest is said to be hidden. One look
//  behind
//    the page has to find nothing; if it finds rows, the count was too small: blind;
//  - larger than the page: go on behind the last row, whose own count tells how many were hidden
//    before it. Without any row, go on by offset, a little less than a page each time: rows that
//    are deleted in between move the others up;
//  - too large, at the end: empty pages by offset until the count is reached, at most
//    k_most_empty_pages, then a failure that says so: an end that cannot be proven is none;
//  - moving: each decision uses the count that came with the very page.
// The price is one request more at the end of a walk, and only where rows are hidden.

namespace itsmc::partners::servicenow {
namespace {

// With pages of 5,000: a million hidden rows in a row.
constexpr int k_most_empty_pages = 200;

/// One step of a lane while it is worked out. Lives during one `advance`.
class Stepper {
 public:
  Stepper(const Lane& lane, const Asked& asked, const Answered& answered)
      : lane_(lane), asked_(asked), answered_(answered), rows_(answered.rows) {
    step_.next = lane;
  }

  Step run() {
    judge_count();
    if (deserves_second_look()) {
      step_.next = lane_;
      step_.next.second_look = true;
      step_.then = Step::Then::ask_again;
      return std::move(step_);
    }
    settle_debts();
    estimate();
    switch (lane_.look) {
      case Look::page:
        after_page();
        break;
      case Look::hidden_block:
        after_hidden_block();
        break;
      case Look::claimed_end:
        after_claimed_end();
        break;
      case Look::blind_end:
        if (rows_ > 0) {
          go_on();
        } else {
          finish_query(0);
        }
        break;
    }
    step_.remaining = step_.then == Step::Then::done ? 0 : step_.next.left;
    return std::move(step_);
  }

 private:
  void judge_count() {
    if (!asked_.counted || lane_.blind) return;
    if (answered_.count && *answered_.count - asked_.skip >= rows_) {
      count_ = answered_.count;
      rest_ = *count_ - asked_.skip;
    } else if (answered_.count && rows_ == 0) {
      count_ = asked_.skip;  // rows that were skipped have gone in the meantime
      rest_ = 0;
    } else {
      step_.next.blind = true;
    }
  }

  /// A page without rows, though its own count promises some, is asked for once more before access
  /// rules are blamed: the simulator's "empty-page" is such a day.
  [[nodiscard]] bool deserves_second_look() const {
    const bool promised = rest_ && *rest_ > 0;
    return lane_.look == Look::page && rows_ == 0 && promised && !lane_.second_look;
  }

  void settle_debts() {
    Lane& next = step_.next;
    if (next.blind) next.debt = next.outer_debt = std::nullopt;
    if (asked_.skip != 0 || !count_) return;
    if (lane_.debt) {
      step_.hidden += std::max<std::int64_t>(0, *lane_.debt - *count_);
      next.debt = std::nullopt;
    }
    if (!lane_.outer_debt) return;
    if (lane_.ties && lane_.entering) {
      next.outer_debt = *lane_.outer_debt - *count_;
      next.entering = false;
    } else if (!lane_.ties) {
      step_.hidden += std::max<std::int64_t>(0, *lane_.outer_debt - *count_);
      next.outer_debt = std::nullopt;
    }
  }

  void estimate() {
    std::optional<std::int64_t>& left = step_.next.left;
    if (rest_ && !lane_.ties) {
      left = *rest_ - rows_;
    } else if (left) {
      left = std::max<std::int64_t>(0, *left - rows_);
    }
  }

  void after_page() {
    if (rest_ && *rest_ == rows_) {
      const bool fewer_than_promised =
          !lane_.ties && lane_.left && *lane_.left > asked_.rows && rows_ < asked_.rows;
      if (fewer_than_promised) {
        look_behind(Look::claimed_end, asked_.rows);
      } else {
        finish_query(0);
      }
    } else if (rows_ >= asked_.rows) {
      go_on();
    } else if (!rest_) {
      after_uncounted_short_page();
    } else if (*rest_ <= asked_.rows) {
      look_behind(Look::claimed_end, asked_.rows);
    } else if (rows_ > 0) {
      go_on_with_debt();
    } else {
      search_block();
    }
  }

  void after_uncounted_short_page() {
    if (!step_.next.blind) {
      step_.next.counts = true;
      step_.then = Step::Then::ask_again;
    } else if (rows_ > 0) {
      go_on();
    } else {
      look_behind(Look::blind_end, asked_.rows);
    }
  }

  void after_hidden_block() {
    if (rows_ > 0) {
      go_on_with_debt();
    } else if (!rest_) {
      look_behind(Look::blind_end, asked_.rows);
    } else if (*rest_ <= asked_.rows) {
      look_behind(Look::claimed_end, asked_.rows);
    } else {
      search_block();
    }
  }

  void after_claimed_end() {
    if (rows_ > 0) {
      step_.next.blind = true;
      step_.next.debt = step_.next.outer_debt = std::nullopt;
      go_on();
    } else if (rest_ && *rest_ > asked_.rows) {
      search_block();
    } else {
      finish_query(answered_.count ? std::max<std::int64_t>(0, *answered_.count - lane_.shown) : 0);
    }
  }

  /// Asks for what follows the rows asked for so far, from the same anchor.
  void look_behind(Look look, std::int64_t further) {
    Lane& next = step_.next;
    next.look = look;
    next.skip += further;
    next.shown += rows_;
    next.counts = true;
  }

  void search_block() {
    Lane& next = step_.next;
    if (++next.empty_pages > k_most_empty_pages) {
      throw Error(ErrorKind::denied,
                  fmt::format("access rules keep back the next {} rows, and the end cannot be "
                              "found behind them",
                              with_separators(lane_.skip + asked_.rows)),
                  "give the integration user read access to the table: All > System Security > "
                  "Access Control (ACL)");
    }
    const std::int64_t overlap = std::min<std::int64_t>(asked_.rows / 10, 100);
    look_behind(Look::hidden_block, asked_.rows - overlap);
  }

  void go_on_with_debt() {
    const std::optional<std::int64_t> debt =
        count_ ? std::optional(*count_ - lane_.shown - rows_) : std::nullopt;
    go_on();
    Lane& next = step_.next;
    next.counts = true;
    const bool enters = lane_.order == Order::by_time && !lane_.ties;
    (enters ? next.outer_debt : next.debt) = debt;
    next.entering = enters && debt.has_value();
  }

  /// Behind the last row that came.
  void go_on() {
    Lane& next = step_.next;
    settle_anchor();
    next.id = answered_.last_id;
    if (lane_.order == Order::by_key || lane_.ties) return;
    next.time = answered_.last_time;
    next.ties = true;
  }

  void settle_anchor() {
    Lane& next = step_.next;
    next.look = Look::page;
    next.second_look = false;
    next.skip = next.shown = 0;
    next.empty_pages = 0;
  }

  void finish_query(std::int64_t hidden) {
    step_.hidden += hidden;
    Lane& next = step_.next;
    settle_anchor();
    next.debt = std::nullopt;
    if (!lane_.ties) {
      step_.then = Step::Then::done;
      return;
    }
    next.ties = false;
    next.entering = false;
    next.id.clear();
  }

  const Lane& lane_;
  const Asked& asked_;
  const Answered& answered_;
  const std::int64_t rows_;
  std::optional<std::int64_t> count_;  // believed
  std::optional<std::int64_t> rest_;   // rows of the query from this page's first on
  Step step_;
};

}  // namespace

Step advance(const Lane& lane, const Asked& asked, const Answered& answered) {
  return Stepper(lane, asked, answered).run();
}

}  // namespace itsmc::partners::servicenow
