#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/push_report.hpp"
#include "itsmc/sinks/sink.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// What a push works with; the references outlive it. The store is used by one thread at a time.
struct PushContext {
  Clock& clock;
  store::Store& store;
  sinks::Sink& sink;
  std::string destination;
  int in_flight = 4;
  std::function<void(const PushReport&)> on_progress;  // after each acknowledged batch
};

/// Sends what the destination is owed of a stream, several batches at once; the mark follows what
/// is acknowledged without a gap. Never throws: a failure is in the report, and everything that was
/// not acknowledged stays owed.
[[nodiscard]] PushReport push_stream(const PushContext& context, const store::StreamKey& stream,
                                     std::stop_token stop);

/// Sends the ledger's new lines of a stream to the connector's log. Never throws, as above; the
/// report's `sent` counts lines.
[[nodiscard]] PushReport push_lines(const PushContext& context, const store::StreamKey& stream,
                                    std::stop_token stop);

/// Sends the rows of the stream that were set aside once more, one by one.
[[nodiscard]] PushReport resend_rejected(const PushContext& context, const store::StreamKey& stream,
                                         std::stop_token stop);

}  // namespace itsmc::client
