#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/render.hpp"
#include "itsmc/core/item_filter.hpp"

namespace itsmc::cli {

/// connection, type, every field of the table in core, deleted_at.
[[nodiscard]] std::vector<Column> item_columns();
/// The names that --sort takes.
[[nodiscard]] std::vector<std::string> sortable_names();

/// Fills `cells` with the columns at `places` of item_columns(); views live as long as the item.
void item_cells(const StoredItem& item, std::span<const std::size_t> places,
                std::vector<Cell>& cells);

}  // namespace itsmc::cli
