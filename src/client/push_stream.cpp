#include "client/push_stream.hpp"

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "client/owed_batches.hpp"
#include "itsmc/sinks/row.hpp"

namespace itsmc::client {
namespace {

// So many rows refused one by one before any was taken: the table is wrong, not the rows.
constexpr std::size_t k_most_refused_alone = 10;
constexpr std::int64_t k_lines_a_call = 500;

/// What became of a batch's rows.
struct Delivered {
  std::int64_t sent = 0;
  std::vector<std::string> taken;
  std::vector<store::Rejected> rejected;
};

/// One push of one stream under way. Its workers take batches in turn; whatever touches the store
/// or the report does so under the one mutex.
class Push {
 public:
  Push(const PushContext& context, const store::StreamKey& stream, std::stop_token stop)
      : context_(context),
        stream_(stream),
        batches_(context.store, stream, context.store.acknowledged(context.destination, stream),
                 context.sink.max_batch_bytes()) {
    for (const store::Rejected& row : context.store.rejected(context.destination)) {
      if (row.stream == stream) set_aside_before_.insert(row.id);
    }
    outer_.emplace(std::move(stop), Forward{&stop_});
  }

  void run(PushReport& report) {
    {
      std::vector<std::jthread> workers;
      const auto count = static_cast<std::size_t>(std::max(context_.in_flight, 0));
      workers.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        workers.emplace_back([this, &report] { work(report); });
      }
    }
    if (failure_) throw Error(*failure_);
    // Few rows, all refused, and none beside them that was taken: they are to blame.
    any_taken_ = true;
    mark_what_may_be(report);
  }

 private:
  struct Forward {
    std::stop_source* stop;
    void operator()() const noexcept { stop->request_stop(); }
  };

  void work(PushReport& report) {
    try {
      while (std::optional<Numbered> next = take()) {
        Delivered delivered;
        deliver(next->batch, 0, next->batch.rows.size(), delivered);
        settle(*next, std::move(delivered), report);
      }
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception& error) {
      fail(Error(ErrorKind::unforeseen, error.what()));
    }
  }

  struct Numbered {
    std::size_t number = 0;
    OutgoingBatch batch;
  };
  /// A batch that is dealt with, waiting for those before it.
  struct Settled {
    store::ChangeSeq up_to = 0;
    std::int64_t sent = 0, cut = 0, bytes = 0;
    std::vector<store::Rejected> rejected;
    std::vector<std::string> forgiven;  // set aside before, taken now
  };

  /// A batch counts as in flight until the mark has passed it: a kill repeats no more than those.
  std::optional<Numbered> take() {
    std::unique_lock lock(mutex_);
    const auto limit = static_cast<std::size_t>(context_.in_flight);
    const bool room = moved_.wait(lock, stop_.get_token(), [&] {
      const std::size_t ahead = numbers_ - marked_;
      return ahead < limit || ahead == settled_.size();
    });
    if (!room || stop_.stop_requested()) return std::nullopt;
    std::optional<OutgoingBatch> batch = batches_.next(context_.clock.now(), std::move(spare_));
    spare_.clear();
    if (!batch) return std::nullopt;
    return Numbered{numbers_++, std::move(*batch)};
  }

  /// Sends the rows [first, last); halves what is too large or holds something unwanted, so that
  /// one bad row is set aside alone.
  void deliver(const OutgoingBatch& batch, std::size_t first, std::size_t last,
               Delivered& delivered) {
    if (first == last) return;
    const bool whole = first == 0 && last == batch.rows.size();
    const sinks::Verdict verdict =
        context_.sink.send(sinks::Table::service_desk, whole ? batch.json : batch.part(first, last),
                           stop_.get_token());
    if (verdict.kind == sinks::Verdict::Kind::accepted) {
      for (std::size_t i = first; i < last; ++i) delivered.taken.push_back(batch.rows[i].id);
      delivered.sent += static_cast<std::int64_t>(last - first);
      return;
    }
    if (verdict.kind == sinks::Verdict::Kind::refused) prove_that_an_empty_one_passes(verdict);
    if (last - first == 1) return set_aside(batch.rows[first], verdict.reason, delivered);
    const std::size_t middle = first + (last - first) / 2;
    deliver(batch, first, middle, delivered);
    deliver(batch, middle, last, delivered);
  }

  /// A refused batch may be the table's fault. An empty one has no row to blame.
  void prove_that_an_empty_one_passes(const sinks::Verdict& verdict) {
    {
      const std::lock_guard lock(mutex_);
      if (proved_) return;
    }
    const sinks::Verdict empty =
        context_.sink.send(sinks::Table::service_desk, "[]", stop_.get_token());
    if (empty.kind != sinks::Verdict::Kind::accepted) {
      throw Error(ErrorKind::invalid, "the workspace takes no rows at all: " + verdict.reason,
                  "itsmc workspace test " + context_.destination);
    }
    const std::lock_guard lock(mutex_);
    proved_ = true;
  }

  void set_aside(const OutgoingBatch::Row& row, const std::string& reason, Delivered& delivered) {
    delivered.rejected.push_back({stream_, row.id, row.change, reason, context_.clock.now()});
    const std::lock_guard lock(mutex_);
    if (!any_taken_ && ++refused_alone_ > k_most_refused_alone) {
      throw Error(ErrorKind::invalid, fmt::format("the workspace refuses every row: {}", reason),
                  "itsmc workspace test " + context_.destination);
    }
  }

  void settle(Numbered& numbered, Delivered delivered, PushReport& report) {
    OutgoingBatch& batch = numbered.batch;
    Settled settled{.up_to = batch.up_to,
                    .sent = delivered.sent,
                    .cut = batch.cut,
                    .bytes = static_cast<std::int64_t>(batch.json.size()),
                    .rejected = std::move(batch.set_aside),
                    .forgiven = forgiven(delivered)};
    std::move(delivered.rejected.begin(), delivered.rejected.end(),
              std::back_inserter(settled.rejected));
    const std::lock_guard lock(mutex_);
    any_taken_ = any_taken_ || delivered.sent > 0;
    settled_.emplace(numbered.number, std::move(settled));
    spare_ = std::move(batch.json);  // its pages serve the next batch
    mark_what_may_be(report);
    moved_.notify_all();
    if (context_.on_progress) context_.on_progress(report);
  }

  /// The mark moves over what is dealt with, without a gap. While no row was taken, refused rows
  /// may be the table's fault: the mark stays before them.
  void mark_what_may_be(PushReport& report) {
    for (auto next = settled_.find(marked_); next != settled_.end();
         next = settled_.find(marked_)) {
      if (!any_taken_ && !next->second.rejected.empty()) return;
      mark(next->second, report);
      settled_.erase(next);
      ++marked_;
    }
  }

  [[nodiscard]] std::vector<std::string> forgiven(const Delivered& delivered) const {
    std::vector<std::string> ids;
    for (const std::string& id : delivered.taken) {
      if (set_aside_before_.count(id) != 0) ids.push_back(id);
    }
    return ids;
  }

  void mark(const Settled& done, PushReport& report) {
    context_.store.acknowledge(context_.destination, stream_, done.up_to, done.rejected,
                               done.forgiven);
    report.sent += done.sent;
    report.rejected += static_cast<std::int64_t>(done.rejected.size());
    report.cut += done.cut;
    report.bytes += done.bytes;
    ++report.batches;
  }

  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    const bool better = failure_ && failure_->kind() == ErrorKind::cancelled;
    if (!failure_ || better) failure_ = std::move(error);
    stop_.request_stop();
  }

  const PushContext& context_;
  store::StreamKey stream_;
  std::mutex mutex_;
  std::condition_variable_any moved_;  // the mark has
  OwedBatches batches_;
  std::string spare_;
  std::set<std::string> set_aside_before_;
  std::map<std::size_t, Settled> settled_;  // ahead of the mark
  std::size_t numbers_ = 0, marked_ = 0, refused_alone_ = 0;
  bool proved_ = false, any_taken_ = false;
  std::optional<Error> failure_;
  std::stop_source stop_;
  std::optional<std::stop_callback<Forward>> outer_;
};

/// Runs `work`, whose failure becomes the report's; then says what is still owed.
template <class Work>
PushReport reported(const PushContext& context, const store::StreamKey& stream, Work work) {
  PushReport report;
  report.workspace = context.destination;
  report.connection = stream.connection;
  report.type = stream.type;
  const auto begun = context.clock.steady_now();
  try {
    work(report);
  } catch (Error& error) {
    report.error = error.while_doing(fmt::format("{}: sending {}s of {}", context.destination,
                                                 to_string(stream.type), stream.connection));
  } catch (const std::exception& error) {
    report.error = Error(ErrorKind::unforeseen, error.what());
  }
  report.seconds = std::chrono::duration<double>(context.clock.steady_now() - begun).count();
  return report;
}

void count_owed(const PushContext& context, const store::StreamKey& stream, PushReport& report) {
  try {
    report.owed = context.store.count_owed(context.destination, stream);
  } catch (const Error& error) {
    if (!report.error) report.error = error;
  }
}

}  // namespace

PushReport push_stream(const PushContext& context, const store::StreamKey& stream,
                       std::stop_token stop) {
  PushReport report = reported(context, stream, [&](PushReport& growing) {
    Push(context, stream, std::move(stop)).run(growing);
  });
  count_owed(context, stream, report);
  return report;
}

PushReport push_lines(const PushContext& context, const store::StreamKey& stream,
                      std::stop_token stop) {
  return reported(context, stream, [&](PushReport& report) {
    for (;;) {
      const auto lines = context.store.owed_lines(context.destination, stream, k_lines_a_call);
      if (lines.empty()) return;
      const std::string now = format_rfc3339(context.clock.now());
      std::string array(1, '[');
      for (const auto& [run, line] : lines) {
        if (array.size() > 1) array += ',';
        sinks::append_log_row(line, now, array);
      }
      array += ']';
      const sinks::Verdict verdict = context.sink.send(sinks::Table::service_desk_log, array, stop);
      if (verdict.kind != sinks::Verdict::Kind::accepted) {
        throw Error(ErrorKind::invalid, "the connector's log was refused: " + verdict.reason,
                    "itsmc workspace test " + context.destination);
      }
      context.store.acknowledge_lines(context.destination, stream, lines.back().first);
      report.sent += static_cast<std::int64_t>(lines.size());
    }
  });
}

PushReport resend_rejected(const PushContext& context, const store::StreamKey& stream,
                           std::stop_token stop) {
  return reported(context, stream, [&](PushReport& report) {
    for (const store::Rejected& aside : context.store.rejected(context.destination)) {
      if (aside.stream != stream) continue;
      std::string array(1, '[');
      std::vector<std::string_view> cut;
      context.store.row(stream, aside.id, [&](store::ChangeSeq, const StoredItem& stored) {
        sinks::append_row(stored, format_rfc3339(context.clock.now()), array, cut);
      });
      array += ']';
      const sinks::Verdict verdict =
          array.size() > context.sink.max_batch_bytes()
              ? sinks::Verdict{sinks::Verdict::Kind::too_large, aside.reason}
              : context.sink.send(sinks::Table::service_desk, array, stop);
      if (verdict.kind != sinks::Verdict::Kind::accepted) {
        store::Rejected again = aside;
        again.reason = verdict.reason;
        again.at = context.clock.now();
        context.store.acknowledge(context.destination, stream, 0, {&again, 1}, {});
        ++report.rejected;
        continue;
      }
      context.store.acknowledge(context.destination, stream, 0, {}, {&aside.id, 1});
      report.cut += static_cast<std::int64_t>(cut.size());
      ++report.sent;
    }
  });
}

}  // namespace itsmc::client
