#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/error.hpp"
#include "itsmc/core/work_item.hpp"

namespace itsmc {

enum class StreamState : std::uint8_t { ok, partial, failed, interrupted };
[[nodiscard]] std::string_view to_string(StreamState state) noexcept;

/// What one run did to one stream: the object of `sync run -o json`, the line of the ledger.
struct StreamReport {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  StreamState status = StreamState::ok;
  std::int64_t pages = 0, requests = 0, fetched = 0, created = 0, updated = 0, unchanged = 0,
               deleted = 0, hidden = 0;
  std::int64_t retries = 0;  // of the requests
  double throttled_seconds = 0, seconds = 0;
  std::optional<Timestamp> from, until;  // the window this run brought to an end, or was in
  std::optional<Error> error;
  // Where the connection is bound to a workspace: rows sent by this run, set aside, still owed.
  std::string workspace;
  std::int64_t sent = 0, rejected = 0, owed = 0;
  std::int64_t cut = 0;  // values too long for a column there
};

/// Which lines of the ledger are asked for. Empty and absent: any.
struct LedgerFilter {
  std::vector<std::string> connections;
  std::vector<WorkItemType> types;
  std::string run;                 // the id that streams of one run share
  std::optional<Timestamp> since;  // started from here on
  std::int64_t limit = 0;          // 0: all
};

/// One line of `sync history`.
struct LedgerLine {
  std::string run;
  Timestamp started{};
  std::optional<Timestamp> ended;
  std::string status;  // "running", or a StreamState
  std::string error;
  StreamReport report;
};

}  // namespace itsmc
