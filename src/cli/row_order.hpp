#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/render.hpp"

namespace itsmc::cli {

enum class Direction : std::uint8_t { ascending, descending };

/// What --sort asks for.
struct SortOrder {
  std::size_t column = 0;  // its place among all columns
  Direction direction = Direction::ascending;
};
/// "rows" or "-rows". Throws Error(usage) for an unknown field, with the nearest. Pure.
[[nodiscard]] SortOrder read_sort_order(const std::string& text, std::span<const Column> columns);

/// Rows with their own copies of the texts, kept until all are there. Equal keys stay in the order
/// they came in; rows without the key come last in both directions. One thread.
class SortedRows {
 public:
  explicit SortedRows(SortOrder order) : order_(order) {}
  [[nodiscard]] const SortOrder& order() const noexcept { return order_; }
  /// `cells` are what is shown of the row; the key need not be among them.
  void keep(const Cell& key, std::span<const Cell> cells);
  /// Hands all rows on, in order.
  void write(RowWriter& to);

 private:
  struct Kept {
    Cell cell;
    std::string text;
    [[nodiscard]] Cell view() const;
  };
  struct Row {
    Kept key;
    std::vector<Kept> cells;
  };
  SortOrder order_;
  std::vector<Row> rows_;
};

}  // namespace itsmc::cli
