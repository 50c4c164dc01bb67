#pragma once

#include <optional>
#include <string>
#include <vector>

#include "itsmc/http/client.hpp"
#include "itsmc/partners/partner.hpp"
#include "partners/provance_page.hpp"
#include "partners/window_parts.hpp"

namespace itsmc::partners::provance {

/// Where the lane stands: at a next link, or behind a row when there is none (at the beginning, or
/// after a link was refused). A value; its text is the Cursor.
struct Lane {
  std::string link;               // verbatim; empty: a query of our own
  int rows = 0;                   // the page size that the link was made with; 0: not asked yet
  std::optional<TimeValue> time;  // the last row that came
  std::string id;
  WindowPart part;
  int restarts = 0;  // refused links in a row that brought no newer row
  friend bool operator==(const Lane&, const Lane&) = default;
};
[[nodiscard]] Cursor to_cursor(const Lane& lane);
/// Throws Error(damaged) for text that is not ours.
[[nodiscard]] Lane parse_cursor(const Cursor& cursor);

/// A lane for each part of the window that may be read side by side.
[[nodiscard]] std::vector<Cursor> start_lanes(const Walk& walk, int wanted);

/// The query of a walk from the lane's last row on: what stands in that row's instant comes again.
[[nodiscard]] http::Query walk_query(const Walk& walk, const Lane& lane, const RowMap& map);
/// What the rows of the lane's next page must obey.
[[nodiscard]] RowBounds bounds_of(const Walk& walk, const Lane& lane);

/// The lane behind a page. `next` is the page's next link, resolved; empty on the last page.
[[nodiscard]] Lane after_page(const Lane& lane, const PageFacts& facts, std::string next);
/// The lane after its link was refused: on from the last row. Throws Error(protocol) when that has
/// not helped: the same instant was begun again too often. Pure.
[[nodiscard]] Lane after_refused_link(const Lane& lane, std::string_view words);

}  // namespace itsmc::partners::provance
