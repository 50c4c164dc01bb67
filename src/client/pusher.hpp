#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "client/push_stream.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/client/sync.hpp"
#include "itsmc/core/push_report.hpp"
#include "itsmc/sinks/sink.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

/// Sends to one workspace while work items are still being fetched: a thread with a store handle
/// and a sink of its own. Made before the fetching, finished after it. What it is given outlives
/// it.
class Pusher {
 public:
  /// `streams`: what the workspace receives.
  Pusher(const Platform& platform, std::string workspace, std::vector<store::StreamKey> streams,
         OpenSink open);
  ~Pusher();
  Pusher(const Pusher&) = delete;
  Pusher& operator=(const Pusher&) = delete;

  /// Rows were stored: there may be something to send. From any thread.
  void wake();
  /// Sends what is left, then the connector's log, and ends. One report a stream, in order. A
  /// failure ends the sending, not the fetching: it is in the reports, with what is still owed.
  std::vector<PushReport> finish();

 private:
  void work();
  void round(const PushContext& context);
  bool wait_for_work();

  const Platform& platform_;
  std::string workspace_;
  OpenSink open_;
  std::vector<PushReport> reports_;  // one a stream; the thread's until it has ended
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = true;  // an earlier run may owe something
  bool last_round_ = false;
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace itsmc::client
