#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/items.hpp"
#include "itsmc/store/creations.hpp"
#include "itsmc/store/dashboard.hpp"

namespace itsmc::client {

/// What a dashboard is asked about. Empty vectors and texts mean "any".
struct DashboardRequest {
  std::vector<std::string> connections;
  std::vector<WorkItemType> types;
  std::string computer;            // equal, case ignored
  std::optional<Timestamp> since;  // ranks before `days`
  /// Back from the partner's clock at the last sync; absent: as far as any connection syncs.
  std::optional<std::int64_t> days;
  std::int64_t computers = 0;  // how many at most; 0: all
};

/// The four parts, as they stand in one state of the store.
struct Dashboard {
  Timestamp since{}, until{};
  Timestamp runs_since{};                // by this machine's clock, as runs are noted
  std::chrono::milliseconds interval{};  // of counts.intervals
  store::DashboardCounts counts;         // created work items, computers, messages
  std::vector<StreamHealth> connectors;
  std::vector<store::RuleCount> alert_rules;
  std::size_t configured = 0;     // of the connections that are asked for
  std::vector<Error> unreadable;  // connections whose file cannot be used
};

/// Counts; memory does not grow with the rows. Throws Error(not_found) for a connection that is
/// neither configured nor in the store.
[[nodiscard]] Dashboard dashboard(const Platform& platform, const DashboardRequest& request);

/// Every work item behind the dashboard, the newest first.
void visit_dashboard_items(const Platform& platform, const DashboardRequest& request,
                           const Dashboard& dashboard,
                           const std::function<void(const StoredItem&)>& visit);

}  // namespace itsmc::client
