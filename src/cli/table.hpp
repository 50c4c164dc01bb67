#pragma once

#include <memory>
#include <vector>

#include "cli/render.hpp"

namespace itsmc::cli {

/// Tables for people: aligned columns, or (Shape::one) one field a line. Cut only on a terminal.
[[nodiscard]] std::unique_ptr<RowWriter> make_table_writer(const Layout& layout,
                                                           std::vector<Column> columns,
                                                           Output& out);

/// Lowers the widest until all fit into `width` with two spaces between; none gets narrower than
/// 8 by this. Pure.
[[nodiscard]] std::vector<std::size_t> fit_widths(std::vector<std::size_t> widths,
                                                  std::size_t width);

}  // namespace itsmc::cli
