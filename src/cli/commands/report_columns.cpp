#include "cli/commands/report_columns.hpp"

namespace itsmc::cli {
namespace {

constexpr auto k_hide = Shown::not_in_tables;
constexpr auto k_room = Shown::with_room;
constexpr auto k_group = Figures::grouped;

std::vector<Column> counter_columns() {
  return {
      {"pages", "pages stored", k_hide, k_group},
      {"requests", "requests sent, repeats included", k_hide, k_group},
      {"fetched", "rows that came; the end that a first load reads twice counts once", k_room,
       k_group},
      {"created", "rows that were new", k_room, k_group},
      {"updated", "rows that had changed", k_room, k_group},
      {"unchanged", "rows that were known already", k_room, k_group},
      {"deleted", "rows marked as disappeared (--full)", k_room, k_group},
      {"hidden", "rows that access rules keep back", k_room, k_group},
      of_kind(Cell::Kind::real,
              {"throttled_seconds", "time spent waiting because the product asked for it", k_hide}),
      of_kind(Cell::Kind::real, {"seconds", "how long it took", k_room}),
      of_kind(Cell::Kind::time, {"from", "begin of the window", k_hide}),
      of_kind(Cell::Kind::time, {"until", "end of the window", k_hide})};
}

void append_counters(std::vector<Cell>& cells, const StreamReport& report) {
  for (const std::int64_t count :
       {report.pages, report.requests, report.fetched, report.created, report.updated,
        report.unchanged, report.deleted, report.hidden}) {
    cells.push_back(integer_cell(count));
  }
  cells.push_back(real_cell(report.throttled_seconds));
  cells.push_back(real_cell(report.seconds));
  cells.push_back(time_cell(report.from));
  cells.push_back(time_cell(report.until));
}

}  // namespace

std::vector<Column> run_columns() {
  std::vector<Column> columns{{"connection", "the connection's name"},
                              {"type", "incident or change-request"},
                              {"status", "ok, partial, failed or interrupted", Shown::to_the_last}};
  for (Column& column : counter_columns()) columns.push_back(std::move(column));
  columns.push_back({"error", "what went wrong", k_hide});
  columns.push_back({"error_kind", "its kind, as in --error-format json", k_hide});
  columns.push_back({"hint", "the next command", k_hide});
  columns.push_back({"workspace", "where the rows were sent, if the connection is bound", k_hide});
  columns.push_back({"sent", "rows that the workspace acknowledged", k_hide, k_group});
  columns.push_back({"rejected", "rows that the workspace refused, kept aside", k_hide, k_group});
  columns.push_back({"owed", "rows that the workspace has yet to get", k_hide, k_group});
  return columns;
}

std::vector<Cell> run_cells(const StreamReport& report) {
  std::vector<Cell> cells{text_cell(report.connection), text_cell(to_string(report.type)),
                          text_cell(to_string(report.status))};
  append_counters(cells, report);
  if (report.error) {
    cells.push_back(text_cell(report.error->text()));
    cells.push_back(text_cell(to_string(report.error->kind())));
    cells.push_back(text_cell(report.error->hint()));
  } else {
    cells.resize(cells.size() + 3);
  }
  cells.push_back(text_cell(report.workspace));
  for (const std::int64_t count : {report.sent, report.rejected, report.owed}) {
    cells.push_back(integer_cell(count));
  }
  return cells;
}

Column lag_column() {
  return {.name = "lag_seconds",
          .meaning = "how far the store is behind",
          .shown = Shown::always,
          .figures = Figures::plain,
          .title = "LAG",
          .kind = Cell::Kind::duration};
}

std::vector<Column> status_columns() {
  return {
      {"connection", "the connection's name"},
      {"type", "incident or change-request"},
      of_kind(Cell::Kind::time, {"last_success", "when it was last brought up to date"}),
      lag_column(),
      {"rows", "work items in the store", Shown::always, k_group},
      {"open", "of them still open", Shown::always, k_group},
      {"owed", "rows that the workspace has not acknowledged", k_room, k_group},
      {"last_status", "how the last run ended", Shown::to_the_last, Figures::plain, "STATUS"},
      {"last_error", "what went wrong then", Shown::not_in_tables},
      of_kind(Cell::Kind::time, {"sign_in_expires", "when a new sign-in will be needed", k_room})};
}

std::vector<Cell> status_cells(const client::StreamHealth& stream) {
  return {text_cell(stream.connection),   text_cell(to_string(stream.type)),
          time_cell(stream.last_success), duration_cell(stream.lag_seconds),
          integer_cell(stream.rows),      integer_cell(stream.open),
          integer_cell(stream.owed),      text_cell(stream.last_status),
          text_cell(stream.last_error),   time_cell(stream.sign_in_expires)};
}

std::vector<Column> history_columns() {
  std::vector<Column> columns{
      {"run", "the run's id: streams of one run share it"},
      of_kind(Cell::Kind::time, {"started", "when the stream's turn began"}),
      of_kind(Cell::Kind::time, {"ended", "absent: it is running", k_hide}),
      {"connection", "the connection's name", Shown::to_the_last},
      {"type", "incident or change-request", Shown::to_the_last},
      {"status", "running, ok, partial, failed or interrupted", Shown::to_the_last}};
  for (Column& column : counter_columns()) columns.push_back(std::move(column));
  columns.push_back({"error", "what went wrong", k_hide});
  columns.push_back({"hint", "the next command", k_hide});
  return columns;
}

std::vector<Cell> history_cells(const LedgerLine& line) {
  std::vector<Cell> cells{text_cell(line.run),
                          time_cell(line.started),
                          time_cell(line.ended),
                          text_cell(line.report.connection),
                          text_cell(to_string(line.report.type)),
                          text_cell(line.status)};
  append_counters(cells, line.report);
  cells.push_back(text_cell(line.error));
  cells.push_back(line.report.error ? text_cell(line.report.error->hint()) : Cell{});
  return cells;
}

}  // namespace itsmc::cli
