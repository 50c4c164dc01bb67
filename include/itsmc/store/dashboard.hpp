#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/core/work_item.hpp"

namespace itsmc::store {

/// What is counted. Empty vectors and texts mean "any".
struct DashboardQuery {
  std::vector<std::string> connections;
  std::vector<WorkItemType> types;
  std::string computer;    // equal, case ignored
  Timestamp since{};       // work items created from here on
  Timestamp runs_since{};  // runs started from here on
  std::chrono::milliseconds interval{std::chrono::hours(24)};
  std::int64_t computers = 0;  // how many at most; 0: all
};

/// Work items of one stream, created since.
struct CreatedCount {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  std::int64_t count = 0, open = 0;
  std::optional<Timestamp> newest;
};
/// Of them, those of one interval; intervals without any are left out.
struct CreatedInterval {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  Timestamp from{};
  std::int64_t count = 0;
};
/// A configuration item and the work items that affect it.
struct ComputerCount {
  std::string name;
  std::int64_t count = 0, open = 0;
  std::optional<Timestamp> newest;
};
/// Runs of one stream that ended alike.
struct RunMessage {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  std::string status, message, hint;  // message and hint: empty when it went well
  std::int64_t runs = 0;
  std::optional<Timestamp> last;
};

struct DashboardCounts {
  std::vector<CreatedCount> created;
  std::vector<CreatedInterval> intervals;  // by stream, the oldest first
  std::vector<ComputerCount> computers;    // the most affected first
  std::int64_t computers_in_all = 0, without_computer = 0;
  std::int64_t older = 0;            // the same filter, but created before
  std::vector<RunMessage> messages;  // what did not go well first, then the latest
};

/// Counts in one state of the store; memory grows with what is handed out, not with the rows.
/// An absent file counts as an empty one. Throws Error as Store does.
[[nodiscard]] DashboardCounts count_dashboard(const std::filesystem::path& file,
                                              const DashboardQuery& query);

}  // namespace itsmc::store
