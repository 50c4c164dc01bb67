#pragma once

#include <string>

#include "cli/dashboard/parts.hpp"

namespace itsmc::cli {

/// The command that lists what a list of the dashboard has counted, no more and no less: of the
/// computers what affects the first. Empty: a name in it holds characters that nobody can type.
/// Pure.
[[nodiscard]] std::string command_behind(const DashboardList& list, const client::Dashboard& board,
                                         const client::DashboardRequest& request);
/// The dashboard of this part alone with all its rows, filters and window as they were asked for;
/// empty as above. Pure.
[[nodiscard]] std::string command_for_all(const DashboardList& list,
                                          const client::DashboardRequest& request);

}  // namespace itsmc::cli
