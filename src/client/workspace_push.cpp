#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "client/open_workspace.hpp"
#include "client/push_stream.hpp"
#include "client/run_lock.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::client {
namespace {

std::vector<store::StreamKey> bound_streams(const Platform& platform, const std::string& name) {
  std::vector<store::StreamKey> streams;
  for (const Connection& connection : load_every_connection(platform).ready) {
    if (connection.workspace != name) continue;
    for (const WorkItemType type : connection.work_items)
      streams.push_back({connection.name, type});
  }
  return streams;
}

FileLock lock_sending(const Platform& platform) {
  return lock_run(platform, std::chrono::milliseconds(0),
                  "a sync run sends by itself; push again when it has ended");
}

PushReport push_one(const PushContext& context, const store::StreamKey& stream, PushWhat what,
                    const std::stop_token& stop) {
  if (what == PushWhat::rejected) {
    PushReport report = resend_rejected(context, stream, stop);
    report.owed = context.store.count_owed(context.destination, stream);
    return report;
  }
  if (what == PushWhat::everything) context.store.owe_everything(context.destination, stream);
  PushReport report = push_stream(context, stream, stop);
  if (!report.error) report.error = push_lines(context, stream, stop).error;
  return report;
}

PushReport not_reached(const PushContext& context, const store::StreamKey& stream) {
  return {.workspace = context.destination,
          .connection = stream.connection,
          .type = stream.type,
          .reached = false,
          .owed = context.store.count_owed(context.destination, stream)};
}

/// A failure is a line of the ledger, and so of the connector's log: owed like any other, it goes
/// with the next push that gets through.
void note_failure(const Platform& platform, store::Store& store, const PushReport& report) {
  if (!report.error || report.error->kind() == ErrorKind::cancelled) return;
  StreamReport line{.connection = report.connection,
                    .type = report.type,
                    .status = StreamState::failed,
                    .seconds = report.seconds};
  line.error = report.error;
  const std::int64_t run = store.begin_run(platform.new_run_id(), {report.connection, report.type},
                                           platform.clock.now());
  store.end_run(run, line, platform.clock.now());
}

/// One that cannot be opened (its file is damaged, its secret is not there) fails each stream that
/// is bound to it.
std::unique_ptr<sinks::Sink> open_or_note(const Platform& platform, const std::string& name) try {
  return open_workspace(platform, name);
} catch (const Error& error) {
  const std::vector<store::StreamKey> streams = bound_streams(platform, name);
  if (streams.empty()) throw;
  store::Store store(platform.data_dir / "itsmc.db", store::OpenMode::read_write);
  for (const store::StreamKey& stream : streams) {
    note_failure(
        platform, store,
        {.workspace = name, .connection = stream.connection, .type = stream.type, .error = error});
  }
  throw;
}

}  // namespace

std::vector<PushReport> push(const Platform& platform, const std::string& name,
                             const PushRequest& request, const OnPush& on_push) {
  const std::unique_ptr<sinks::Sink> sink = open_or_note(platform, name);
  const FileLock lock = lock_sending(platform);
  store::Store store(platform.data_dir / "itsmc.db", store::OpenMode::read_write);
  const PushContext context{.clock = platform.clock,
                            .store = store,
                            .sink = *sink,
                            .destination = name,
                            .in_flight = request.in_flight,
                            .on_progress = on_push};
  std::vector<PushReport> reports;
  bool stopped = false;
  for (const store::StreamKey& stream : bound_streams(platform, name)) {
    if (stopped) {
      reports.push_back(not_reached(context, stream));
      continue;
    }
    reports.push_back(push_one(context, stream, request.what, platform.stop));
    // What stops one stream (a role, a token, a limit) stops them all.
    stopped = reports.back().error.has_value();
    note_failure(platform, store, reports.back());
  }
  return reports;
}

int exit_code(const std::vector<PushReport>& reports) noexcept {
  bool any_done = false;
  for (const PushReport& report : reports) {
    if (!report.reached) continue;
    if (!report.error) {
      any_done = true;
      continue;
    }
    const ErrorKind kind = report.error->kind();
    const bool partly = any_done && kind != ErrorKind::cancelled;
    return exit_code(partly ? ErrorKind::partly : kind);
  }
  return 0;
}

std::vector<store::Rejected> rejected_rows(const Platform& platform, const std::string& name) {
  static_cast<void>(load_workspace(platform, name));
  return store::Store(platform.data_dir / "itsmc.db", store::OpenMode::read_only).rejected(name);
}

}  // namespace itsmc::client
