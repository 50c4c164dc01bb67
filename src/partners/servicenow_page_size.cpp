#include "partners/servicenow_page_size.hpp"

#include <algorithm>

namespace itsmc::partners::servicenow {

PageSize PageSize::up_to(int most) {
  PageSize size;
  size.most = std::max(1, most);
  size.rows = std::min(k_first, size.most);
  return size;
}

PageSize PageSize::after_full(int asked, std::chrono::milliseconds took) const {
  PageSize next = *this;
  if (asked != rows) return next;
  if (took >= k_quick) {
    next.quick_in_a_row = 0;
    return next;
  }
  next.quick_in_a_row = quick_in_a_row + 1;
  if (next.quick_in_a_row < patience) return next;
  next.rows = std::min(rows * 2, most);
  next.quick_in_a_row = 0;
  return next;
}

PageSize PageSize::after_cancelled(int asked) const {
  PageSize next = *this;
  // Of several lanes that were cancelled together, only the first halves.
  if (asked > rows) return next;
  next.rows = std::max(asked / 2, smallest());
  next.quick_in_a_row = 0;
  next.patience = std::min(patience * 4, k_most_patience);
  return next;
}

}  // namespace itsmc::partners::servicenow
