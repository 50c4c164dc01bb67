#pragma once

#include <vector>

#include "cli/render.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/core/sync_report.hpp"

namespace itsmc::cli {

/// `sync run`: a row a stream.
[[nodiscard]] std::vector<Column> run_columns();
/// Views into the report, which outlives them.
[[nodiscard]] std::vector<Cell> run_cells(const StreamReport& report);

/// `sync status`: a row a stream.
[[nodiscard]] std::vector<Column> status_columns();
/// The time since a stream's last success, in any list that tells it.
[[nodiscard]] Column lag_column();
/// Views into the stream, which outlives them.
[[nodiscard]] std::vector<Cell> status_cells(const client::StreamHealth& stream);

/// `sync history`: a line of the ledger.
[[nodiscard]] std::vector<Column> history_columns();
/// Views into the line, which outlives them.
[[nodiscard]] std::vector<Cell> history_cells(const LedgerLine& line);

}  // namespace itsmc::cli
