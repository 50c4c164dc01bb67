#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/work_item.hpp"

namespace itsmc {

/// Which stored work items are asked for. Empty vectors and absent values mean "any".
struct ItemFilter {
  std::vector<std::string> connections;
  std::vector<WorkItemType> types;
  std::vector<std::string> states;  // label or code, case ignored
  std::optional<bool> open;
  std::string configuration_item, assigned_to;  // equal, case ignored
  std::string text;                             // within number, title or description
  std::optional<Timestamp> updated_since;
  /// From here on, and before there; of what has no such time its last change counts.
  std::optional<Timestamp> created_since, created_before;
  bool deleted = false;             // also rows marked deleted
  std::string sort = "updated_at";  // a field's name
  bool descending = true;
  std::int64_t limit = 50;  // 0 = all
};

/// A row as the store hands it out; lives only during the call it is given to.
struct StoredItem {
  std::string_view connection;
  WorkItemType type = WorkItemType::incident;
  WorkItemView item;
  std::optional<Timestamp> deleted_at;
};

/// One line of `workitem summary`.
struct SummaryLine {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  std::string state;
  std::int64_t count = 0, open = 0;
  std::optional<Timestamp> newest;  // updated_at
};

}  // namespace itsmc
