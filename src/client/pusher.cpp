#include "client/pusher.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace itsmc::client {
namespace {

store::StreamKey stream_of(const PushReport& report) {
  return {report.connection, report.type};
}

void add(PushReport& all, const PushReport& more) {
  all.sent += more.sent;
  all.rejected += more.rejected;
  all.cut += more.cut;
  all.batches += more.batches;
  all.bytes += more.bytes;
  all.seconds += more.seconds;
  all.owed = more.owed;
  if (more.error) all.error = more.error;
}

bool any_failed(const std::vector<PushReport>& reports) {
  return std::any_of(reports.begin(), reports.end(),
                     [](const PushReport& report) { return report.error.has_value(); });
}

/// What stopped one stream's sending stopped them all: a stream that still owes is not well either.
void tell_unsent(std::vector<PushReport>& reports) {
  const auto failed = std::find_if(reports.begin(), reports.end(), [](const PushReport& report) {
    return report.error.has_value();
  });
  if (failed == reports.end()) return;
  const Error first = *failed->error;
  for (PushReport& report : reports) {
    if (report.error || report.owed == 0) continue;
    report.error =
        Error(first.kind(),
              fmt::format("{}: {}s not sent, {} owed: an earlier sending failed ({} of {})",
                          report.workspace, to_string(report.type), report.owed,
                          to_string(failed->type), failed->connection),
              first.hint());
  }
}

}  // namespace

Pusher::Pusher(const Platform& platform, std::string workspace,
               std::vector<store::StreamKey> streams, OpenSink open)
    : platform_(platform), workspace_(std::move(workspace)), open_(std::move(open)) {
  for (store::StreamKey& stream : streams) {
    reports_.push_back(
        {.workspace = workspace_, .connection = std::move(stream.connection), .type = stream.type});
  }
  thread_ = std::jthread([this] { work(); });
}

Pusher::~Pusher() {
  stop_.request_stop();
  const std::lock_guard lock(mutex_);
  last_round_ = true;
  changed_.notify_all();
}

void Pusher::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

std::vector<PushReport> Pusher::finish() {
  {
    const std::lock_guard lock(mutex_);
    last_round_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  return std::move(reports_);
}

/// False when this is to be the last round.
bool Pusher::wait_for_work() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return woken_ || last_round_; });
  woken_ = false;
  return !last_round_;
}

void Pusher::work() {
  const std::stop_callback forward(platform_.stop, [this] { stop_.request_stop(); });
  try {
    store::Store store(platform_.data_dir / "itsmc.db", store::OpenMode::read_write);
    const std::unique_ptr<sinks::Sink> sink = open_(workspace_);
    const PushContext context{.clock = platform_.clock,
                              .store = store,
                              .sink = *sink,
                              .destination = workspace_,
                              .on_progress = {}};
    for (bool again = true; again;) {
      again = wait_for_work();
      if (!any_failed(reports_)) round(context);
    }
    for (PushReport& report : reports_) {
      if (!any_failed(reports_)) {
        report.error = push_lines(context, stream_of(report), stop_.get_token()).error;
      }
      report.owed = store.count_owed(workspace_, stream_of(report));
    }
    tell_unsent(reports_);
  } catch (const Error& error) {
    for (PushReport& report : reports_) report.error = error;
  } catch (const std::exception& error) {
    for (PushReport& report : reports_) {
      report.error = Error(ErrorKind::unforeseen, error.what());
    }
  }
}

void Pusher::round(const PushContext& context) {
  for (PushReport& report : reports_) {
    add(report, push_stream(context, stream_of(report), stop_.get_token()));
    if (report.error) return;
  }
}

}  // namespace itsmc::client
