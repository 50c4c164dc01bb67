#pragma once

#include <memory>
#include <vector>

#include "cli/render.hpp"

namespace itsmc::cli {

/// Tables for people: aligned columns, or (Shape::one) one field a line. Cut only on a terminal.
[[nodiscard]] std::unique_ptr<RowWriter> make_table_writer(const Layout& layout,
                                                           std::vector<Column> columns,
                                                           Output& out);

/// What a table shows of a cell: "24,645", "3h 12m", a text made harmless; nothing where it is
/// absent. Pure.
[[nodiscard]] std::string shown_text(const Cell& cell, const Column& column, Lines lines);
/// Its title, or its name in capitals. Pure.
[[nodiscard]] std::string header_text(const Column& column);

struct ColumnWidth {
  std::size_t columns = 0;
  bool can_be_cut = true;  // text; a cut number or time would be another one
  bool can_go = false;     // Shown::with_room
  bool is_bare = false;    // nothing in it, or zeros alone
  bool goes_last = false;  // Shown::to_the_last
  friend bool operator==(const ColumnWidth&, const ColumnWidth&) = default;
};
/// Places of the columns that stay where there are `width` columns: of those that can go first the
/// bare ones go, then the rightmost, until the rest can be read. Where they do not fit with their
/// texts cut either, the first stays, then those that go last (the rightmost first), then from the
/// left each that fits beside those. Pure.
[[nodiscard]] std::vector<std::size_t> places_with_room(const std::vector<ColumnWidth>& widths,
                                                        std::size_t width);
/// Lowers the widest that can be cut until all fit into `width` with two spaces between; none gets
/// narrower than 8 by this. Pure.
[[nodiscard]] std::vector<ColumnWidth> fit_widths(std::vector<ColumnWidth> widths,
                                                  std::size_t width);

}  // namespace itsmc::cli
