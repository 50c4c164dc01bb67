#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/work_item.hpp"
#include "itsmc/partners/partner.hpp"
#include "partners/window_parts.hpp"

namespace itsmc::partners::scsm {

/// Where a walk stands. The next link is the server's and may die; the time of the last row is what
/// it can be replaced by.
struct Place {
  std::string link;                  // the next page, as the server gave it; empty: ask by time
  TimeValue time = k_no_time;        // of the last row that came
  std::optional<TimeValue> resumed;  // asked by time from here after a link was refused
  WindowPart part;
  friend bool operator==(const Place&, const Place&) = default;
};

/// {"v":1,"link":"https://..","time":1527840930123,"from":..,"until":..}.
[[nodiscard]] Cursor to_cursor(const Place& place);
/// Throws Error(damaged) for what to_cursor did not write.
[[nodiscard]] Place parse_cursor(std::string_view cursor);

/// A lane for each part of the window that may be read side by side: the filter takes both bounds.
[[nodiscard]] std::vector<Cursor> start_lanes(const Walk& walk, int wanted);

/// After a refused link: from the last row's time on. The contract's filter knows no ids, so rows
/// of that instant come again. Throws Error(protocol) when that has been tried from there already.
[[nodiscard]] Place resume(const Place& place, TimeValue from);

/// After a page: `last_time` of its last row, k_no_time for an empty one.
[[nodiscard]] Place after_page(const Place& place, TimeValue last_time, std::string link);

}  // namespace itsmc::partners::scsm
