#pragma once

#include <memory>
#include <vector>

#include "cli/render.hpp"

namespace itsmc::cli {

/// Tables for people: aligned columns, or (Shape::one) one field a line. Cut only on a terminal.
[[nodiscard]] std::unique_ptr<RowWriter> make_table_writer(const Layout& layout,
                                                           std::vector<Column> columns,
                                                           Output& out);

struct ColumnWidth {
  std::size_t columns = 0;
  bool can_be_cut = true;  // text; a cut number or time would be another one
  friend bool operator==(const ColumnWidth&, const ColumnWidth&) = default;
};
/// Lowers the widest that can be cut until all fit into `width` with two spaces between; none gets
/// narrower than 8 by this. Pure.
[[nodiscard]] std::vector<ColumnWidth> fit_widths(std::vector<ColumnWidth> widths,
                                                  std::size_t width);

}  // namespace itsmc::cli
