#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/sync_report.hpp"

namespace itsmc::partners {
class Partner;
}
namespace itsmc::sinks {
class Sink;
}

namespace itsmc::client {

struct SyncOptions {
  bool full = false, dry_run = false;
  std::optional<Timestamp> since;
  int jobs = 4;
  std::optional<int> in_flight;                 // instead of the connections' own
  int default_in_flight = k_default_in_flight;  // of connections that name none
  std::chrono::milliseconds wait{0};
  std::optional<std::chrono::milliseconds> max_duration;
  int max_page_size = 5000;
};

/// One stream's progress, told after each stored page. Called from worker threads, one at a time.
struct Progress {
  std::string connection;
  WorkItemType type = WorkItemType::incident;
  std::int64_t fetched = 0;
  std::optional<std::int64_t> expected;  // rows in all, where the partner said
  double seconds = 0;
  bool done = false;
  StreamState status = StreamState::ok;  // how it ended; meaningful when done
  std::optional<std::string> note;  // "the window is read again: ...", "waiting 30 s: rate limit"
};
using OnProgress = std::function<void(const Progress&)>;

/// Opens a partner for a connection: the seam for engine tests. Default: the registry.
using OpenPartner = std::function<std::unique_ptr<partners::Partner>(const Connection&)>;
/// Opens a workspace by its name, as above. Throws Error.
using OpenSink = std::function<std::unique_ptr<sinks::Sink>(const std::string& workspace)>;
struct Openers {
  OpenPartner partner;
  OpenSink sink;
};

/// Brings over what changed: one report a stream, in the order of connections and their types.
/// Takes the run lock: Error(locked) names the holder. A stream's failure is in its report. A
/// connection that is bound to a workspace is sent there beside the fetching.
[[nodiscard]] std::vector<StreamReport> sync(const Platform& platform,
                                             const std::vector<Connection>& connections,
                                             const SyncOptions& options,
                                             const OnProgress& on_progress,
                                             const Openers& open = {});

/// product.md section 9: 0; 6 when some are done or stopped by max_duration; else the failure's
/// code, 4 before 5; 130 when interrupted.
[[nodiscard]] int exit_code(const std::vector<StreamReport>& reports);

}  // namespace itsmc::client
