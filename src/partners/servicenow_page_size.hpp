#pragma once

#include <chrono>

namespace itsmc::partners::servicenow {

/// How many rows to ask for. A value; pure. Grows while the instance serves quickly, because each
/// request costs a round trip; shrinks when it cancels, because a transaction may last 60 s
/// (servicenow reference 2.6).
struct PageSize {
  static constexpr int k_first = 1000;
  static constexpr int k_smallest = 50;
  static constexpr std::chrono::seconds k_quick{5};
  static constexpr int k_most_patience = 64;

  int rows = k_first;
  int most = 5000;
  int quick_in_a_row = 0;
  int patience = 1;  // quick pages before it grows; more after every cancelled one

  [[nodiscard]] static PageSize up_to(int most);
  [[nodiscard]] int smallest() const noexcept { return most < k_smallest ? most : k_smallest; }
  /// After a page of `asked` rows that the instance filled in `took`. A page asked for with another
  /// size (lanes share one) says nothing.
  [[nodiscard]] PageSize after_full(int asked, std::chrono::milliseconds took) const;
  /// After a page of `asked` rows that the instance gave up.
  [[nodiscard]] PageSize after_cancelled(int asked) const;
};

}  // namespace itsmc::partners::servicenow
