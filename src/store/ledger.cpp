#include <fmt/format.h>

#include "itsmc/store/store.hpp"
#include "store/filter_sql.hpp"
#include "store/impl.hpp"

namespace itsmc::store {
namespace {

constexpr std::string_view k_running = "running";

ErrorKind parse_error_kind(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(ErrorKind::cancelled); ++i) {
    if (word == to_string(static_cast<ErrorKind>(i))) return static_cast<ErrorKind>(i);
  }
  return ErrorKind::unforeseen;
}

StreamState parse_state(std::string_view word) {
  for (const StreamState state :
       {StreamState::ok, StreamState::partial, StreamState::interrupted}) {
    if (word == to_string(state)) return state;
  }
  return StreamState::failed;
}

void bind_error(Statement& statement, int place, const std::optional<Error>& error) {
  if (!error) return;
  statement.bind(place, to_string(error->kind())).bind(place + 1, error->text());
  statement.bind(place + 2, error->hint()).bind(place + 3, error->request_id());
}

std::optional<Error> read_error(const Statement& line, int column) {
  if (line.is_null(column)) return std::nullopt;
  Error error(parse_error_kind(line.text(column)), std::string(line.text(column + 1)),
              std::string(line.text(column + 2)));
  error.with_request_id(std::string(line.text(column + 3)));
  return error;
}

constexpr std::string_view k_line_columns =
    "r.run_id, r.started, r.ended, r.status, s.connection, s.type, r.pages, r.requests, r.fetched, "
    "r.created, r.updated, r.unchanged, r.deleted, r.hidden, r.throttled_seconds, r.seconds, "
    "r.window_from, r.window_until, r.error_kind, r.error, r.error_hint, r.error_request_id";

constexpr int k_run_column = 22;  // behind them, where it is asked for

LedgerLine read_line(const Statement& row) {
  LedgerLine line;
  line.run = row.text(0);
  line.started = *row.time(1);
  line.ended = row.time(2);
  line.status = row.text(3);
  line.error = row.text(19);
  StreamReport& report = line.report;
  report.connection = row.text(4);
  report.type = parse_work_item_type(row.text(5)).value_or(WorkItemType::incident);
  // A run that is still going has done part of its work.
  report.status = line.status == k_running ? StreamState::partial : parse_state(line.status);
  int column = 6;
  for (std::int64_t* counter :
       {&report.pages, &report.requests, &report.fetched, &report.created, &report.updated,
        &report.unchanged, &report.deleted, &report.hidden}) {
    *counter = row.integer(column++);
  }
  report.throttled_seconds = row.real(14);
  report.seconds = row.real(15);
  report.from = row.time(16);
  report.until = row.time(17);
  report.error = read_error(row, 18);
  return line;
}

/// " AND s.type IN (?, ?)", for as many values as are put in.
template <typename Values, typename Text>
void add_one_of(Condition& condition, std::string_view column, const Values& values, Text text) {
  if (values.empty()) return;
  std::string places;
  for (const auto& value : values) {
    places += places.empty() ? "?" : ", ?";
    condition.values.emplace_back(std::string(text(value)));
  }
  add(condition, fmt::format("{} IN ({})", column, places));
}

Condition condition_of(const LedgerFilter& filter) {
  Condition condition{"run r", "1", {}};
  add_one_of(condition, "s.connection", filter.connections, [](const std::string& n) { return n; });
  add_one_of(condition, "s.type", filter.types, [](WorkItemType type) { return to_string(type); });
  if (!filter.run.empty()) {
    add(condition, "r.run_id = ?");
    condition.values.emplace_back(filter.run);
  }
  add_time(condition, "r.started >= ?", filter.since);
  return condition;
}

void count_rows(const Db& db, std::vector<StreamStatus>& all,
                const std::vector<StreamRow>& streams) {
  Statement counts(db,
                   "SELECT stream, count(*), sum(open) FROM work_item_key WHERE deleted_at IS NULL "
                   "GROUP BY stream");
  while (counts.step()) {
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].number != counts.integer(0)) continue;
      all[i].rows = counts.integer(1);
      all[i].open = counts.integer(2);
    }
  }
}

}  // namespace

std::int64_t Store::begin_run(const std::string& run_id, const StreamKey& stream,
                              Timestamp started) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  Statement line(db, "INSERT INTO run(run_id, stream, started, status) VALUES(?, ?, ?, ?)");
  line.bind(1, run_id).bind(2, impl_->stream_number(stream)).bind(3, started);
  line.bind(4, k_running).run();
  const std::int64_t run = db.last_rowid();
  transaction.commit();
  return run;
}

void Store::end_run(std::int64_t run, const StreamReport& report, Timestamp ended) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  Statement line(db,
                 "UPDATE run SET ended = ?, status = ?, pages = ?, requests = ?, fetched = ?, "
                 "created = ?, updated = ?, unchanged = ?, deleted = ?, hidden = ?, "
                 "throttled_seconds = ?, seconds = ?, window_from = ?, window_until = ?, "
                 "error_kind = ?, error = ?, error_hint = ?, error_request_id = ? WHERE run = ?");
  line.bind(1, ended).bind(2, to_string(report.status));
  int place = 3;
  for (const std::int64_t counter :
       {report.pages, report.requests, report.fetched, report.created, report.updated,
        report.unchanged, report.deleted, report.hidden}) {
    line.bind(place++, counter);
  }
  line.bind(11, report.throttled_seconds).bind(12, report.seconds);
  line.bind(13, report.from).bind(14, report.until);
  bind_error(line, 15, report.error);
  line.bind(19, run).run();
  if (report.status == StreamState::ok) {
    Statement success(db,
                      "UPDATE stream SET last_success = ? "
                      "WHERE stream = (SELECT stream FROM run WHERE run = ?)");
    success.bind(1, ended).bind(2, run).run();
  }
  transaction.commit();
}

void Store::amend_run(std::int64_t run, const StreamReport& report) {
  WriteTransaction transaction(impl_->db);
  Statement line(impl_->db,
                 "UPDATE run SET status = ?, error_kind = ?, error = ?, error_hint = ?, "
                 "error_request_id = ? WHERE run = ?");
  line.bind(1, to_string(report.status));
  bind_error(line, 2, report.error);
  line.bind(6, run).run();
  transaction.commit();
}

void Store::close_abandoned_runs(Timestamp now) {
  WriteTransaction transaction(impl_->db);
  Statement close(impl_->db,
                  "UPDATE run SET status = 'interrupted', ended = ? WHERE status = 'running'");
  close.bind(1, now).run();
  transaction.commit();
}

std::vector<LedgerLine> Store::history(const LedgerFilter& filter) const {
  const Condition condition = condition_of(filter);
  Statement lines(impl_->db, fmt::format("SELECT {} FROM {} JOIN stream s USING (stream) "
                                         "WHERE {} ORDER BY r.run DESC LIMIT ?",
                                         k_line_columns, condition.table, condition.sql));
  const int next = condition.bind(lines);
  lines.bind(next, filter.limit > 0 ? filter.limit : std::int64_t{-1});
  std::vector<LedgerLine> all;
  while (lines.step()) all.push_back(read_line(lines));
  return all;
}

std::vector<std::pair<std::int64_t, LedgerLine>> Store::owed_lines(const std::string& destination,
                                                                   const StreamKey& stream,
                                                                   std::int64_t limit) const {
  const Snapshot snapshot(impl_->db);
  const auto number = impl_->find_stream(stream);
  if (!number) return {};
  Statement lines(
      impl_->db,
      fmt::format("SELECT {}, r.run FROM run r JOIN stream s USING (stream) "
                  "WHERE r.stream = ?1 AND r.ended IS NOT NULL AND r.run > coalesce((SELECT "
                  "acknowledged_run FROM destination WHERE name = ?2 AND stream = ?1), 0) "
                  "ORDER BY r.run LIMIT ?3",
                  k_line_columns));
  lines.bind(1, *number).bind(2, destination).bind(3, limit);
  std::vector<std::pair<std::int64_t, LedgerLine>> all;
  while (lines.step()) all.emplace_back(lines.integer(k_run_column), read_line(lines));
  return all;
}

std::vector<StreamStatus> Store::status() const {
  const Db& db = impl_->db;
  const Snapshot snapshot(db);
  const std::vector<StreamRow> streams = impl_->streams();
  std::vector<StreamStatus> all(streams.size());
  Statement last(db,
                 "SELECT status, error, ended FROM run WHERE stream = ? ORDER BY run DESC LIMIT 1");
  Statement success(db, "SELECT last_success FROM stream WHERE stream = ?");
  for (std::size_t i = 0; i < streams.size(); ++i) {
    StreamStatus& status = all[i];
    status.stream = streams[i].key;
    status.position = impl_->read_position(streams[i].number).value_or(Position{});
    last.bind(1, streams[i].number);
    if (last.step()) {
      status.last_status = last.text(0);
      status.last_error = last.text(1);
      status.last_ended = last.time(2);
    }
    last.reset();
    success.bind(1, streams[i].number);
    if (success.step()) status.last_success = success.time(0);
    success.reset();
  }
  count_rows(db, all, streams);
  return all;
}

}  // namespace itsmc::store
