#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "itsmc/client/sync.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/partners/partner.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// What a stream's sync works with; all references outlive it. One thread (it makes its own
/// fetchers).
struct StreamContext {
  const Platform& platform;
  const Connection& connection;
  WorkItemType type;
  const SyncOptions& options;
  partners::Partner& partner;
  store::Store& store;
  const OnProgress& on_progress;
  std::function<void()> on_stored;       // after each stored page; may be empty
  std::int64_t run = 0;                  // the ledger's line; 0: a dry run has none
  const std::atomic<bool>& out_of_time;  // why it is stopped: --max-duration, else a signal
  std::optional<Error>& down;  // what keeps every stream of the connection; the first sets it
};

/// That the run's --max-duration was over; without a hint.
[[nodiscard]] Error out_of_time_error(const SyncOptions& options);

/// Syncs one stream: opens it, ends what an earlier run began, loads or reads the delta. Never
/// throws: failures are in the report. On `stop` the pages that have come are stored, then it ends
/// with `interrupted`, or `partial` when its time was over. Where the connection is `down` it fails
/// at once, with that cause.
[[nodiscard]] StreamReport sync_stream(const StreamContext& context, std::stop_token stop);

}  // namespace itsmc::client
