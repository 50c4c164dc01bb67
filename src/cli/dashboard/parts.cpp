#include "cli/dashboard/parts.hpp"

#include <array>

#include <fmt/format.h>

#include "cli/commands/report_columns.hpp"
#include "cli/display_text.hpp"
#include "cli/schema.hpp"

namespace itsmc::cli {
namespace {

using client::Dashboard;
using Visit = std::function<void(std::span<const Cell>)>;

std::vector<Column> created_columns() {
  return {{"connection", "the connection that brought them"},
          {"type", "incident, change-request, event or alert"},
          {"created", "work items created since", Shown::always, Figures::grouped},
          {"open", "of them still open", Shown::always, Figures::grouped},
          of_kind(Cell::Kind::time, {"newest", "when the newest was created"})};
}
void created_rows(const Dashboard& board, const Visit& visit) {
  for (const store::CreatedCount& one : board.counts.created) {
    visit(std::array{text_cell(one.connection), text_cell(to_string(one.type)),
                     integer_cell(one.count), integer_cell(one.open), time_cell(one.newest)});
  }
}

std::vector<Column> computer_columns() {
  return {{"name", "the configuration item"},
          {"created", "work items that affect it", Shown::always, Figures::grouped},
          {"open", "of them still open", Shown::always, Figures::grouped},
          of_kind(Cell::Kind::time, {"newest", "when the newest was created"})};
}
void computer_rows(const Dashboard& board, const Visit& visit) {
  for (const store::ComputerCount& one : board.counts.computers) {
    visit(std::array{text_cell(one.name), integer_cell(one.count), integer_cell(one.open),
                     time_cell(one.newest)});
  }
}

std::vector<Column> connector_columns() {
  return {{"connection", "the connection's name"},
          {"type", "incident or change-request"},
          {"last_status", "how the last run ended"},
          lag_column(),
          {"rows", "work items in the store", Shown::always, Figures::grouped},
          {"last_error", "what went wrong then", Shown::not_in_tables}};
}
void connector_rows(const Dashboard& board, const Visit& visit) {
  for (const client::StreamHealth& one : board.connectors) {
    visit(std::array{text_cell(one.connection), text_cell(to_string(one.type)),
                     text_cell(one.last_status), duration_cell(one.lag_seconds),
                     integer_cell(one.rows), text_cell(one.last_error)});
  }
}

std::vector<Column> message_columns() {
  return {{"connection", "the connection's name"},
          {"type", "incident or change-request"},
          {"status", "how the runs ended"},
          {"runs", "how many ended so", Shown::always, Figures::grouped},
          of_kind(Cell::Kind::time, {"last", "when the last of them began"}),
          {"message", "what went wrong, in the server's own words"},
          {"hint", "what to do about it", Shown::not_in_tables}};
}
void message_rows(const Dashboard& board, const Visit& visit) {
  for (const store::RunMessage& one : board.counts.messages) {
    visit(std::array{text_cell(one.connection), text_cell(to_string(one.type)),
                     text_cell(one.status), integer_cell(one.runs), time_cell(one.last),
                     text_cell(one.message), text_cell(one.hint)});
  }
}

std::vector<Column> rule_columns() {
  return {{"connection", "where its work items were made"},
          {"name", "the alert rule"},
          {"created", "work items made of its alerts", Shown::always, Figures::grouped},
          {"firing", "of them whose alert fired when it was last heard of", Shown::always,
           Figures::grouped},
          {"open", "of them still open, by the last sync", Shown::always, Figures::grouped},
          of_kind(Cell::Kind::time, {"last", "when the last was made"})};
}
void rule_rows(const Dashboard& board, const Visit& visit) {
  for (const store::RuleCount& one : board.alert_rules) {
    visit(std::array{text_cell(one.connection), text_cell(one.rule), integer_cell(one.items),
                     integer_cell(one.firing), integer_cell(one.open), time_cell(one.last)});
  }
}

const std::array k_lists{
    DashboardList{"work-items", "work_items", "Work items created", created_columns, created_rows,
                  "none created since; bring them over: itsmc sync run"},
    DashboardList{"computers", "computers", "Impacted computers", computer_columns, computer_rows,
                  "no work item names a configuration item"},
    DashboardList{"connectors", "connectors", "Connector status", connector_columns, connector_rows,
                  "no connections yet; make one: itsmc connection add"},
    DashboardList{"connectors", "messages", "Connector messages", message_columns, message_rows,
                  "no runs yet; next: itsmc sync run"},
    DashboardList{"alert-rules", "alert_rules", "Alert rules", rule_columns, rule_rows,
                  "no alerts recorded yet; next: itsmc alert forward --help"},
};

void append_list(std::string& to, const DashboardList& list, const Dashboard& board) {
  const std::vector<Column> columns = list.columns();
  fmt::format_to(std::back_inserter(to), ",\n\"{}\":[", list.name);
  bool first = true;
  list.rows(board, [&](std::span<const Cell> cells) {
    to += first ? "\n" : ",\n";
    first = false;
    append_json_object(to, columns, cells);
  });
  to += ']';
}

std::vector<Column> interval_columns() {
  return {{"connection", "the connection that brought them"},
          {"type", "incident, change-request, event or alert"},
          of_kind(Cell::Kind::time, {"from", "when the interval begins"}),
          of_kind(Cell::Kind::integer, {"created", "work items created in it"})};
}

void append_intervals(std::string& to, const Dashboard& board) {
  static const std::vector<Column> k_columns = interval_columns();
  to += ",\n\"intervals\":[";
  bool first = true;
  for (const store::CreatedInterval& one : board.counts.intervals) {
    to += first ? "\n" : ",\n";
    first = false;
    append_json_object(to, k_columns,
                       std::array{text_cell(one.connection), text_cell(to_string(one.type)),
                                  time_cell(one.from), integer_cell(one.count)});
  }
  to += ']';
}

}  // namespace

std::span<const DashboardList> dashboard_lists() noexcept {
  return k_lists;
}

std::string dashboard_schema() {
  const auto moment = [](const std::string& name, std::string meaning) {
    return SchemaMember{name, value_schema(of_kind(Cell::Kind::time, {name, std::move(meaning)}))};
  };
  const auto count = [](const std::string& name, std::string meaning) {
    return SchemaMember{name,
                        value_schema(of_kind(Cell::Kind::integer, {name, std::move(meaning)}))};
  };
  std::vector<SchemaMember> members{
      moment("since", "work items created from here on are counted"),
      moment("until", "the last sync"),
      count("interval_seconds", "how long each of the intervals is"),
      count("older", "work items created before"),
      count("computers_in_all", "impacted computers, those beyond --limit too"),
      count("without_computer", "work items that name no configuration item"),
      {"intervals", list_schema(row_schema(interval_columns()))}};
  for (const DashboardList& list : k_lists) {
    members.push_back({std::string(list.name), list_schema(row_schema(list.columns()))});
  }
  return schema_document(object_schema(members));
}

std::string dashboard_json(const Dashboard& board) {
  std::string json = fmt::format(
      "{{\"since\":\"{}\",\"until\":\"{}\",\"interval_seconds\":{},\"older\":{},"
      "\"computers_in_all\":{},\"without_computer\":{}",
      format_rfc3339(board.since), format_rfc3339(board.until), board.interval.count() / 1000,
      board.counts.older, board.counts.computers_in_all, board.counts.without_computer);
  append_intervals(json, board);
  for (const DashboardList& list : k_lists) append_list(json, list, board);
  return json + "}\n";
}

}  // namespace itsmc::cli
