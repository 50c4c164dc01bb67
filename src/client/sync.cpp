#include "itsmc/client/sync.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "client/connection_parts.hpp"
#include "client/open_workspace.hpp"
#include "client/origins.hpp"
#include "client/pusher.hpp"
#include "client/run_lock.hpp"
#include "client/stream_sync.hpp"
#include "client/wiring.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {
namespace {

/// One stream of the run, in the order of the reports.
struct Slot {
  const Connection* connection;
  WorkItemType type;
  StreamReport report;
  std::int64_t line = 0;        // of the ledger
  bool came_to_an_end = false;  // its sync has
};

store::StreamKey stream_of(const Slot& slot) {
  return {slot.connection->name, slot.type};
}

/// A whole `sync run`: workers take connections, each with its own store handle and partner.
class Run {
 public:
  Run(const Platform& platform, const std::vector<Connection>& connections,
      const SyncOptions& options, const OnProgress& on_progress, const Openers& open)
      : platform_(platform), connections_(connections), options_(options), open_(open) {
    run_id_ = platform.new_run_id();
    on_progress_ = [this, &on_progress](const Progress& progress) {
      const std::lock_guard lock(progress_mutex_);
      if (on_progress) on_progress(progress);
    };
    for (const Connection& connection : connections) {
      for (const WorkItemType type : connection.work_items) {
        slots_.push_back({&connection, type, {.connection = connection.name, .type = type}});
      }
    }
  }

  std::vector<StreamReport> run() {
    const std::stop_callback forward(platform_.stop, [this] { stop_.request_stop(); });
    {
      const std::jthread watchdog = watch_duration();
      start_pushers();
      std::vector<std::jthread> workers;
      const auto count = std::min<std::size_t>(
          connections_.size(), static_cast<std::size_t>(std::max(options_.jobs, 1)));
      for (std::size_t i = 0; i < count; ++i) workers.emplace_back([this] { work(); });
      workers.clear();  // joins
    }
    finish_pushers();
    std::vector<StreamReport> reports;
    for (Slot& slot : slots_) reports.push_back(std::move(slot.report));
    return reports;
  }

 private:
  /// Ends the run on a checkpoint when its time is over. The thread ends with its object.
  std::jthread watch_duration() {
    if (!options_.max_duration) return {};
    return std::jthread([this](const std::stop_token& over) {
      if (!platform_.clock.wait_for(*options_.max_duration, over)) return;
      out_of_time_ = true;
      stop_.request_stop();
    });
  }

  /// One a workspace, for all connections of the run that are bound to it.
  void start_pushers() {
    if (options_.dry_run) return;
    std::map<std::string, std::vector<store::StreamKey>> bound;
    for (const Slot& slot : slots_) {
      if (slot.connection->workspace.empty()) continue;
      bound[slot.connection->workspace].push_back(stream_of(slot));
    }
    for (auto& [workspace, streams] : bound) {
      pushers_.emplace(workspace, std::make_unique<Pusher>(platform_, workspace, std::move(streams),
                                                           sink_opener()));
    }
  }

  [[nodiscard]] OpenSink sink_opener() const {
    if (open_.sink) return open_.sink;
    return [this](const std::string& workspace) { return open_workspace(platform_, workspace); };
  }

  void finish_pushers() {
    for (auto& [workspace, pusher] : pushers_) {
      for (PushReport& push : pusher->finish()) note_push(push);
    }
  }

  /// A workspace that fails costs the stream nothing but its "ok": the rows are in the store.
  void note_push(PushReport& push) {
    for (Slot& slot : slots_) {
      StreamReport& report = slot.report;
      if (report.connection != push.connection || report.type != push.type) continue;
      report.workspace = push.workspace;
      report.sent = push.sent;
      report.rejected = push.rejected;
      report.cut = push.cut;
      report.owed = push.owed;
      if (!push.error || report.status != StreamState::ok) continue;
      const bool stopped = push.error->kind() == ErrorKind::cancelled && !out_of_time_;
      report.status = stopped ? StreamState::interrupted : StreamState::partial;
      report.error = push.error;
      if (push.error->kind() == ErrorKind::cancelled && out_of_time_) {
        report.error = out_of_time_error(options_);
        report.error->while_doing(
            fmt::format("{}: sending to {}", report.connection, report.workspace));
        report.error->with_hint("itsmc workspace push " + report.workspace);
      }
      note_unsent(slot);
    }
  }

  /// The ledger's line said "ok" before the sending had ended. It is still owed: lines are sent
  /// after all rows.
  void note_unsent(const Slot& slot) const {
    if (slot.line == 0) return;
    StreamReport unsent = slot.report;
    unsent.status = StreamState::partial;
    try {
      store::Store(platform_.data_dir / "itsmc.db", store::OpenMode::read_write)
          .amend_run(slot.line, unsent);
    } catch (const Error& error) {
      not_in_the_ledger(slot, error);
    }
  }

  void not_in_the_ledger(const Slot& slot, const Error& error) const {
    platform_.log(LogLevel::warning,
                  fmt::format("{}: {}s: the ledger does not have its failure: {}",
                              slot.connection->name, to_string(slot.type), error.text()));
  }

  void stored(const Connection& connection) {
    const auto pusher = pushers_.find(connection.workspace);
    if (pusher != pushers_.end()) pusher->second->wake();
  }

  void work() {
    for (std::size_t i = next_++; i < connections_.size(); i = next_++) {
      sync_connection(connections_[i]);
    }
  }

  void sync_connection(const Connection& connection) {
    try {
      config::KeptSecrets secrets = secrets_of(platform_, connection);
      const std::unique_ptr<partners::Partner> partner = open_partner(connection, secrets);
      store::Store store(platform_.data_dir / "itsmc.db", options_.dry_run
                                                              ? store::OpenMode::read_only
                                                              : store::OpenMode::read_write);
      own_rows(store, connection);
      std::optional<Error> down;
      for (Slot& slot : slots_) {
        if (slot.connection != &connection) continue;
        if (!options_.dry_run) begin_line(store, slot);
        slot.report = sync_stream({.platform = platform_,
                                   .connection = connection,
                                   .type = slot.type,
                                   .options = options_,
                                   .partner = *partner,
                                   .store = store,
                                   .on_progress = on_progress_,
                                   .on_stored = [&] { stored(connection); },
                                   .run = slot.line,
                                   .out_of_time = out_of_time_,
                                   .down = down},
                                  stop_.get_token());
        slot.came_to_an_end = true;
      }
    } catch (Error& error) {
      fail_rest(connection, error.while_doing(connection.name));
    } catch (const std::exception& error) {
      fail_rest(connection, Error(ErrorKind::unforeseen, connection.name + ": " + error.what()));
    }
  }

  /// Two instances never mix under one name.
  void own_rows(store::Store& store, const Connection& connection) const {
    if (const auto other = other_rows(store, connection)) {
      throw Error(other_rows_error(connection, *other));
    }
    const store::Origin here = origin_of(connection);
    if (!options_.dry_run && store.origin(connection.name) != here) {
      store.remember_origin(connection.name, here);
    }
  }

  std::unique_ptr<partners::Partner> open_partner(const Connection& connection,
                                                  config::KeptSecrets& secrets) {
    if (open_.partner) return open_.partner(connection);
    const partners::PartnerEntry& entry = partner_entry(connection);
    return entry.open(connection, find_credentials(platform_, connection, {}, secrets),
                      make_wire(platform_, connection, secrets),
                      with_profile({.max_page_size = options_.max_page_size}, connection));
  }

  void begin_line(store::Store& store, Slot& slot) const {
    slot.line = store.begin_run(run_id_, stream_of(slot), platform_.clock.now());
  }

  /// What the connection has left fails for a reason that no stream met by itself.
  void fail_rest(const Connection& connection, const Error& error) {
    for (Slot& slot : slots_) {
      if (slot.connection != &connection || slot.came_to_an_end) continue;
      slot.report.status = StreamState::failed;
      slot.report.error = error;
      if (!options_.dry_run) note_failed(slot);
    }
  }

  /// Also what failed before its instance was asked is a line of the ledger, and of the log that
  /// the workspace gets.
  void note_failed(Slot& slot) const {
    try {
      store::Store store(platform_.data_dir / "itsmc.db", store::OpenMode::read_write);
      if (slot.line == 0) begin_line(store, slot);
      store.end_run(slot.line, slot.report, platform_.clock.now());
    } catch (const Error& error) {
      not_in_the_ledger(slot, error);
    }
  }

  const Platform& platform_;
  const std::vector<Connection>& connections_;
  const SyncOptions& options_;
  const Openers& open_;
  OnProgress on_progress_;
  std::string run_id_;
  std::vector<Slot> slots_;
  std::map<std::string, std::unique_ptr<Pusher>> pushers_;  // by workspace; fixed while workers run
  std::stop_source stop_;
  std::atomic<bool> out_of_time_{false};
  std::atomic<std::size_t> next_{0};
  std::mutex progress_mutex_;
};

void check_since(const Platform& platform, const SyncOptions& options) {
  if (!options.since) return;
  const Timestamp now = platform.clock.now();
  if (*options.since > now) {
    throw Error(ErrorKind::invalid,
                "--since: " + format_rfc3339(*options.since) + " lies in the future");
  }
  if (*options.since < now - std::chrono::days(k_max_sync_days)) {
    throw Error(ErrorKind::invalid, fmt::format("--since: {} is more than {} days back, the limit",
                                                format_rfc3339(*options.since), k_max_sync_days));
  }
}

}  // namespace

std::vector<StreamReport> sync(const Platform& platform, const std::vector<Connection>& connections,
                               const SyncOptions& options, const OnProgress& on_progress,
                               const Openers& open) {
  check_since(platform, options);
  const FileLock lock = lock_run(platform, options.wait,
                                 "one lock serves all connections of a store; to wait for it: the "
                                 "same command with --wait 10m");
  if (!options.dry_run) {
    store::Store store(platform.data_dir / "itsmc.db", store::OpenMode::read_write);
    store.close_abandoned_runs(platform.clock.now());
  }
  return Run(platform, connections, options, on_progress, open).run();
}

int exit_code(const std::vector<StreamReport>& reports) {
  int failure = 0;
  std::size_t done = 0;
  bool out_of_time = false;
  for (const StreamReport& report : reports) {
    switch (report.status) {
      case StreamState::ok:
        ++done;
        break;
      case StreamState::interrupted:
        return exit_code(ErrorKind::cancelled);
      case StreamState::partial:
        out_of_time = true;
        break;
      case StreamState::failed: {
        const int code = report.error ? exit_code(report.error->kind()) : 1;
        failure = failure == 0 ? code : std::min(failure, code);
        break;
      }
    }
  }
  const int partly = exit_code(ErrorKind::partly);
  if (out_of_time) return partly;
  if (failure == 0) return 0;
  return done > 0 ? partly : failure;
}

}  // namespace itsmc::client
