#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/render.hpp"
#include "itsmc/client/dashboard.hpp"

namespace itsmc::cli {

/// One list of the dashboard, once: the terminal, the formats and the page read this row. A part of
/// the dashboard is one list or, for the connectors, two.
struct DashboardList {
  std::string_view part;  // the word of --part
  std::string_view name;  // JSON key
  std::string_view title;
  std::vector<Column> (*columns)();
  /// Calls `visit` with the cells of each row; views live as long as the dashboard.
  void (*rows)(const client::Dashboard& board,
               const std::function<void(std::span<const Cell>)>& visit);
  std::string_view empty;  // what to say and do when there is none
};
[[nodiscard]] std::span<const DashboardList> dashboard_lists() noexcept;

/// `{"since":...,"until":...,"work_items":[...],...}`: every list, and the counts by interval.
/// The JSON schema of dashboard_json.
[[nodiscard]] std::string dashboard_schema();
[[nodiscard]] std::string dashboard_json(const client::Dashboard& board);

}  // namespace itsmc::cli
