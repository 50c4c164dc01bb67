#include "client/stream_sync.hpp"

#include <numeric>

#include <fmt/format.h>

#include "client/plan.hpp"
#include "client/walk_run.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

using std::chrono::duration;
using Reading = store::PageCommit::Reading;

/// One stream's sync under way: the report grows with every page.
class StreamSync {
 public:
  StreamSync(const StreamContext& context, std::stop_token stop)
      : context_(context),
        stop_(std::move(stop)),
        key_{context.connection.name, context.type},
        run_(context.run),
        started_(context.platform.clock.steady_now()),
        requests_before_(context.partner.traffic().requests),
        unreached_before_(context.partner.traffic().unreached),
        retries_before_(context.partner.traffic().retries),
        throttled_before_(context.partner.traffic().throttled_ms) {
    report_.connection = key_.connection;
    report_.type = key_.type;
  }

  StreamReport run() {
    try {
      if (context_.down) throw Error(*context_.down);
      sync();
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception& error) {
      fail(Error(ErrorKind::unforeseen, error.what()));
    }
    close();
    return report_;
  }

 private:
  void sync() {
    const partners::Opening opening = context_.partner.open_stream(context_.type, stop_);
    for (const std::string& warning : opening.warnings) tell(warning);
    say_facts(opening.facts);
    Timestamp now = opening.served_at;
    for (bool again = true; again;) {
      again = walk_once(now);
      now = context_.partner.served_at();
    }
  }

  /// A stream that knows them already only logs them.
  void say_facts(const std::vector<std::string>& told) {
    const std::optional<store::Position> position = context_.store.position(key_);
    const bool known = position && position->fingerprint == fingerprint();
    for (const std::string& fact : told) {
      if (known) {
        context_.platform.log(LogLevel::info, fmt::format("{}: {}", key_.connection, fact));
      } else {
        tell(fact);
      }
    }
  }

  [[nodiscard]] std::string fingerprint() const {
    return fmt::format("{};days={}", context_.partner.fingerprint(context_.type),
                       context_.connection.sync_days);
  }

  /// True when another walk must follow: what a load left to the delta.
  bool walk_once(Timestamp now) {
    Plan plan = plan_walk(facts(now));
    if (!plan.note.empty()) tell(plan.note);
    if (plan.kind != Plan::Kind::resume) begin(plan.position);
    store::Position position = plan.position;
    const store::WalkState& walk = *position.walk;
    reading_ = loaded_from_ && plan.kind == Plan::Kind::delta && walk.from >= *loaded_from_
                   ? Reading::again
                   : Reading::first;
    report_.from = walk.from;
    report_.until = complete_after(walk);
    full_done_ = full_done_ || walk.marks_missing;
    run_pages(walk);
    // Not of a walk that an earlier run had begun: what that one read, this one did not.
    if (plan.kind == Plan::Kind::load) loaded_from_ = walk.from;
    const Timestamp complete = complete_after(walk);
    if (!context_.options.dry_run) {
      report_.deleted +=
          context_.store.finish_walk(key_, run_, complete, context_.platform.clock.now());
    }
    // A load, and a walk that an earlier run had begun, end in the past: the delta closes the gap.
    const bool gap = !walk.until || plan.kind == Plan::Kind::resume || (pending_full() && !dry());
    return gap && !dry();
  }

  PlanFacts facts(Timestamp now) {
    return {.position = context_.store.position(key_),
            .fingerprint = fingerprint(),
            .served_at = now,
            .sync_days = context_.connection.sync_days,
            .first_load_order = context_.partner.first_load_order(context_.type),
            .full = pending_full(),
            .since = context_.options.since};
  }

  [[nodiscard]] bool pending_full() const { return context_.options.full && !full_done_; }
  [[nodiscard]] bool dry() const { return context_.options.dry_run; }
  [[nodiscard]] int in_flight() const {
    const client::SyncOptions& options = context_.options;
    return options.in_flight.value_or(
        context_.connection.in_flight.value_or(options.default_in_flight));
  }

  void begin(store::Position& position) {
    const partners::Walk walk = to_walk(context_.type, *position.walk);
    for (partners::Cursor& cursor : context_.partner.lanes(walk, in_flight())) {
      position.walk->lanes.push_back({.cursor = std::move(cursor)});
    }
    if (!dry()) context_.store.begin_walk(key_, position);
  }

  void run_pages(const store::WalkState& walk) {
    remaining_.assign(walk.lanes.size(), std::nullopt);
    const std::optional<Error> failure = run_walk(
        context_.partner, to_walk(context_.type, walk), walk.lanes, in_flight(),
        [&](const std::vector<FetchedPage>& pages) { take(pages); }, stop_);
    if (failure) throw Error(*failure);
  }

  void take(const std::vector<FetchedPage>& pages) {
    if (dry()) {
      for (const FetchedPage& fetched : pages) {
        count(context_.store.preview(key_, fetched.page.items));
      }
    } else {
      store_pages(pages);
    }
    for (const FetchedPage& fetched : pages) {
      const partners::Page& page = fetched.page;
      ++report_.pages;
      report_.hidden += page.hidden;
      remaining_[fetched.lane] = page.last ? std::optional<std::int64_t>(0) : page.remaining;
    }
    if (context_.on_stored) context_.on_stored();
    progress(false, std::nullopt);
  }

  void store_pages(const std::vector<FetchedPage>& pages) {
    std::vector<store::PageCommit> commits;
    commits.reserve(pages.size());
    for (const auto& [lane, page] : pages) {
      commits.push_back({.items = page.items,
                         .lane = lane,
                         .after = {.cursor = page.next, .done = page.last},
                         .hidden = page.hidden,
                         .reading = reading_});
    }
    count(context_.store.apply(key_, run_, commits));
  }

  void count(const store::Applied& applied) {
    report_.fetched += applied.rows();
    report_.created += applied.created;
    report_.updated += applied.updated;
    report_.unchanged += applied.unchanged;
  }

  void fail(Error error) {
    const bool stopped = error.kind() == ErrorKind::cancelled;
    report_.status = stopped ? StreamState::interrupted : StreamState::failed;
    if (stopped && context_.out_of_time) {
      report_.status = StreamState::partial;
      error = out_of_time_error(context_.options);
    }
    if (error.hint().empty()) {
      error.with_hint(stopped
                          ? fmt::format("what came is safe; to go on from there: itsmc sync run "
                                        "{}",
                                        key_.connection)
                          : "itsmc connection test " + key_.connection);
    }
    if (!context_.down && ends_the_connection(error)) context_.down = error;
    const std::string doing =
        context_.down ? std::string() : fmt::format(": syncing {}s", to_string(key_.type));
    report_.error = error.while_doing(key_.connection + doing);
  }

  /// True when no other stream can fare better: the sign-in is refused (and each try more counts
  /// towards a lock-out), or nobody was reached, however often it was tried.
  [[nodiscard]] bool ends_the_connection(const Error& error) const {
    if (error.kind() == ErrorKind::auth) return true;
    const http::Traffic& traffic = context_.partner.traffic();
    const bool reached =
        traffic.requests - requests_before_ > traffic.unreached - unreached_before_;
    return error.kind() == ErrorKind::unavailable && !reached;
  }

  void close() {
    const http::Traffic& traffic = context_.partner.traffic();
    report_.requests = traffic.requests - requests_before_;
    report_.retries = traffic.retries - retries_before_;
    report_.throttled_seconds =
        static_cast<double>(traffic.throttled_ms - throttled_before_) / 1000.0;
    report_.seconds = elapsed();
    try {
      if (run_ != 0) context_.store.end_run(run_, report_, context_.platform.clock.now());
    } catch (const Error& error) {
      if (report_.status == StreamState::ok) fail(error);
    }
    progress(true, std::nullopt);
  }

  [[nodiscard]] double elapsed() const {
    return duration<double>(context_.platform.clock.steady_now() - started_).count();
  }

  /// The rows still to come, when every lane has said.
  [[nodiscard]] std::optional<std::int64_t> expected() const {
    std::int64_t sum = report_.fetched;
    for (const std::optional<std::int64_t>& lane : remaining_) {
      if (!lane) return std::nullopt;
      sum += *lane;
    }
    return sum;
  }

  void tell(const std::string& note) const { progress(false, note); }

  void progress(bool done, std::optional<std::string> note) const {
    context_.on_progress({.connection = key_.connection,
                          .type = key_.type,
                          .fetched = report_.fetched,
                          .expected = expected(),
                          .seconds = elapsed(),
                          .done = done,
                          .status = report_.status,
                          .note = std::move(note)});
  }

  const StreamContext& context_;
  std::stop_token stop_;
  store::StreamKey key_;
  std::int64_t run_;
  std::chrono::steady_clock::time_point started_;
  std::int64_t requests_before_, unreached_before_, retries_before_, throttled_before_;
  bool full_done_ = false;
  // The delta after a load reads its end again: rows that it finds as they were are counted once.
  std::optional<Timestamp> loaded_from_;
  Reading reading_ = Reading::first;
  StreamReport report_;
  std::vector<std::optional<std::int64_t>> remaining_;
};

}  // namespace

Error out_of_time_error(const SyncOptions& options) {
  return {ErrorKind::partly,
          fmt::format("stopped by --max-duration {}",
                      format_duration(options.max_duration.value_or(std::chrono::seconds(0))))};
}

StreamReport sync_stream(const StreamContext& context, std::stop_token stop) {
  return StreamSync(context, std::move(stop)).run();
}

}  // namespace itsmc::client
