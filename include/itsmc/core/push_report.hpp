#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "itsmc/core/error.hpp"
#include "itsmc/core/work_item.hpp"

namespace itsmc {

/// What one push did for one stream: an object of `workspace push -o json`.
struct PushReport {
  std::string workspace, connection;
  WorkItemType type = WorkItemType::incident;
  bool reached = true;        // false: another stream's failure ended the push before this one
  std::int64_t sent = 0;      // rows that were acknowledged
  std::int64_t rejected = 0;  // rows set aside
  std::int64_t cut = 0;       // values that were too long
  std::int64_t owed = 0;      // rows still to send
  std::int64_t batches = 0, bytes = 0;
  double seconds = 0;
  // Work items that are not deleted; absent unless they were counted back.
  std::optional<std::int64_t> in_store, in_workspace;
  std::optional<Error> error;
};

}  // namespace itsmc
