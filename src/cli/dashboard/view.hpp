#pragma once

#include <string>
#include <string_view>

#include "cli/dashboard/charts.hpp"
#include "cli/dashboard/parts.hpp"

namespace itsmc::cli {

/// How the dashboard is drawn on the terminal.
struct View {
  Layout layout;
  std::size_t rows = 5;  // of each list; 0: all
  std::string part;      // empty: all
};

/// The parts as text: a chart and a table each, then the command that shows more. Pure.
[[nodiscard]] std::string dashboard_text(const client::Dashboard& board,
                                         const client::DashboardRequest& request, const View& view);

}  // namespace itsmc::cli
