#pragma once

#include <span>
#include <string>

#include "itsmc/client/items.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/core/sync_report.hpp"

namespace itsmc::client {

/// What a run tells the machines that watch it.
struct RunEnd {
  Timestamp at{};
  int exit_code = 0;
};

/// Prometheus text, one sample a stream for each metric of product.md section 9:
///   # HELP itsmc_sync_rows Rows of the stream in the store.
///   # TYPE itsmc_sync_rows gauge
///   itsmc_sync_rows{connection="prod",type="incident"} 24645
/// Streams that the run did not touch have what the store knows of them. Pure.
[[nodiscard]] std::string metrics_text(std::span<const StreamReport> reports,
                                       std::span<const StreamHealth> health, const RunEnd& end);

/// The same with what the store knows now. Throws Error(storage) when it cannot be read.
[[nodiscard]] std::string current_metrics(const Platform& platform,
                                          std::span<const StreamReport> reports, const RunEnd& end);

/// Asks the url as monitors like healthchecks.io want it: URL/start at the begin, URL/EXIT-CODE at
/// the end. One try of 10 s; a failure is a warning in the log and never the run's.
void ping_start(const Platform& platform, const std::string& url);
void ping_end(const Platform& platform, const std::string& url, int exit_code);

}  // namespace itsmc::client
