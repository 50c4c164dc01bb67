#include "cli/dashboard/view.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/dashboard/behind.hpp"
#include "cli/dashboard/message_groups.hpp"
#include "cli/display_text.hpp"
#include "cli/table.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::size_t k_width_when_piped = 80;
constexpr int k_narrow = 60;  // below it connection and type share a column
constexpr std::size_t k_indent = 2;
constexpr std::size_t k_least_bar = 10;
constexpr std::size_t k_most_bar = 40;

class TextBuffer : public Output {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  void flush() override {}
  std::string text;
};

std::string day_of(Timestamp time) {
  return format_rfc3339(time).substr(0, 10);
}

/// One dashboard on its way to text. Lives for one call.
class Drawing {
 public:
  Drawing(const client::Dashboard& board, const client::DashboardRequest& request, const View& view)
      : board_(board),
        request_(request),
        view_(view),
        groups_(group_messages(board.counts.messages)),
        width_(view.layout.width ? static_cast<std::size_t>(std::max(*view.layout.width, 20))
                                 : k_width_when_piped) {}

  std::string draw() {
    std::string_view part;
    for (const DashboardList& list : dashboard_lists()) {
      if (!view_.part.empty() && view_.part != list.part) continue;
      if (part != list.part) tell_left_out();
      part = list.part;
      if (!out_.text.empty()) out_.write("\n");
      heading(list.title);
      if (list.name == "work_items") time_chart();
      const std::string rows = table(list);
      if (list.name == "messages") {
        messages(rows);
      } else {
        out_.write(rows);
      }
      lead_on(list);
    }
    tell_left_out();
    return std::move(out_.text);
  }

 private:
  void heading(std::string_view title) {
    const bool bold = view_.layout.colour == Colour::on;
    out_.write(fmt::format("{}{}{}\n", bold ? "\x1b[1m" : "", title, bold ? "\x1b[0m" : ""));
  }

  // Every interval of the window has its place, also those without work items.
  [[nodiscard]] std::vector<std::int64_t> series() const {
    const auto span = std::max(board_.until - board_.since, Timestamp::duration{});
    std::vector<std::int64_t> values(static_cast<std::size_t>(span / board_.interval) + 1, 0);
    for (const store::CreatedInterval& one : board_.counts.intervals) {
      const auto place = static_cast<std::size_t>((one.from - board_.since) / board_.interval);
      values[std::min(place, values.size() - 1)] += one.count;
    }
    return values;
  }

  void time_chart() {
    std::int64_t all = 0;
    for (const store::CreatedCount& one : board_.counts.created) all += one.count;
    out_.write(fmt::format("{} created from {} to {}\n", with_separators(all), day_of(board_.since),
                           day_of(board_.until)));
    if (board_.counts.older > 0) {
      out_.write(whole(fmt::format("older, not counted: {}; --since shows them",
                                   with_separators(board_.counts.older)),
                       0) +
                 '\n');
    }
    if (all == 0) return;
    const std::vector<std::int64_t> values = series();
    const std::vector<std::int64_t> folded = fold(values, width_);
    const auto each =
        static_cast<std::int64_t>((values.size() + folded.size() - 1) / folded.size());
    std::string line = sparkline(folded, view_.layout.charset);
    line.erase(line.find_last_not_of(' ') + 1);
    out_.write(fmt::format("{}\na column: {}, the highest: {}\n", line,
                           format_duration(each * board_.interval),
                           with_separators(*std::max_element(folded.begin(), folded.end()))));
  }

  /// Lines for a terminal; what is piped stays on one.
  [[nodiscard]] std::string whole(std::string_view text, std::size_t indent) const {
    return view_.layout.width ? wrapped(text, width_ - indent, indent) : std::string(text);
  }

  /// A message has no room in a table: it stands whole below its row, with what to do.
  void messages(std::string_view table) {
    std::size_t headers = view_.layout.headers == Headers::shown ? 1 : 0;
    auto group = groups_.begin();
    for (const std::string& row : split(table, '\n')) {
      if (row.empty()) continue;  // behind the last line's end
      out_.write(row + '\n');
      if (headers > 0) {
        --headers;
        continue;
      }
      if (!group->message.empty()) indented(harmless(group->message));
      if (!group->hint.empty()) indented("hint: " + harmless(group->hint));
      ++group;
    }
  }

  void indented(std::string_view text) {
    out_.write(fmt::format("{:{}}{}\n", "", k_indent, whole(text, k_indent)));
  }

  /// The rows as the terminal shows them: equal messages are one.
  void visit_rows(const DashboardList& list,
                  const std::function<void(std::span<const Cell>)>& visit) const {
    if (list.name != "messages") return list.rows(board_, visit);
    for (const MessageGroup& group : groups_) {
      const std::string types = words_of(group.types);
      visit(std::array{text_cell(group.connection), text_cell(types), text_cell(group.status),
                       integer_cell(group.runs), time_cell(group.last), text_cell(group.message),
                       text_cell(group.hint)});
    }
  }

  /// As a list says it, once for each part.
  void tell_left_out() {
    if (left_out_.empty()) return;
    const std::string said = fmt::format("no room here for {}; a pipe shows all: |cat",
                                         join(std::exchange(left_out_, {}), ", "));
    out_.write(whole(said, 0) + '\n');
  }

  /// A list's columns as the width has room for them.
  struct Table {
    std::vector<Column> columns;
    std::vector<std::size_t> places;     // of the cells that stand as they are
    bool joined = false;                 // connection and type in one, before them
    std::optional<std::size_t> counted;  // the cell that a bar behind them draws
  };
  [[nodiscard]] Table table_of(const DashboardList& list) const {
    Table table;
    const std::vector<Column> all = list.columns();
    table.joined = view_.layout.width && *view_.layout.width < k_narrow && all.size() > 1 &&
                   all[0].name == "connection" && all[1].name == "type";
    if (table.joined) table.columns.push_back({.name = "stream", .meaning = "what is synced"});
    for (std::size_t i = table.joined ? 2 : 0; i < all.size(); ++i) {
      Column column = all[i];
      if (column.name == "created") table.counted = i;
      if (column.shown == Shown::not_in_tables || column.name == "message") continue;
      const bool spare =
          column.name == "newest" || column.name == "last" || column.name == "lag_seconds";
      if (spare) column.shown = Shown::with_room;
      table.columns.push_back(std::move(column));
      table.places.push_back(i);
    }
    if (table.counted) {
      table.columns.push_back({.name = "share",
                               .meaning = "of the most",
                               .shown = Shown::with_room,
                               .title = "OF THE MOST"});
    }
    return table;
  }

  [[nodiscard]] std::string table(const DashboardList& list) {
    const Table table = table_of(list);
    TextBuffer out;
    const auto writer = make_table_writer(view_.layout, table.columns, out);
    std::int64_t most = 0;
    visit_rows(list, [&](std::span<const Cell> cells) {
      if (table.counted) most = std::max(most, cells[*table.counted].integer);
    });
    std::size_t seen = 0;
    visit_rows(list, [&](std::span<const Cell> cells) {
      if (view_.rows != 0 && seen++ >= view_.rows) return;
      std::vector<Cell> shown;
      shown.reserve(table.columns.size());
      const std::string stream =
          table.joined ? fmt::format("{} {}", cells[0].text, cells[1].text) : std::string();
      if (table.joined) shown.push_back(text_cell(stream));
      for (const std::size_t place : table.places) {
        const bool never = table.columns[shown.size()].name == "last_status" &&
                           cells[place].kind == Cell::Kind::null;
        shown.push_back(never ? text_cell("never") : cells[place]);
      }
      std::string drawn;
      if (table.counted) {
        drawn = bar(cells[*table.counted].integer, most, bar_width(), view_.layout.charset);
        shown.push_back(text_cell(drawn));
      }
      writer->row(shown);
    });
    writer->finish();
    note_left_out(writer->left_out(), table.columns);
    return std::move(out.text);
  }

  /// By their titles: not each is a field.
  void note_left_out(const std::vector<std::string>& names, const std::vector<Column>& columns) {
    for (const Column& column : columns) {
      const bool is_left_out = std::find(names.begin(), names.end(), column.name) != names.end();
      const std::string title = header_text(column);
      const bool told = std::find(left_out_.begin(), left_out_.end(), title) != left_out_.end();
      if (is_left_out && !told) left_out_.push_back(title);
    }
  }

  [[nodiscard]] std::size_t bar_width() const {
    return std::clamp(width_ * 3 / 20, k_least_bar, k_most_bar);
  }

  [[nodiscard]] std::size_t rows_of(const DashboardList& list) const {
    std::size_t rows = 0;
    visit_rows(list, [&rows](std::span<const Cell>) { ++rows; });
    return list.name == "computers" ? static_cast<std::size_t>(board_.counts.computers_in_all)
                                    : rows;
  }

  void lead_on(const DashboardList& list) {
    const std::size_t rows = rows_of(list);
    if (rows == 0) {
      out_.write(why_empty(list) + '\n');
      return;
    }
    if (view_.rows != 0 && rows > view_.rows) {
      const std::string more = with_separators(static_cast<std::int64_t>(rows - view_.rows));
      const std::string all = command_for_all(list, request_);
      out_.write(all.empty() ? more + " more\n" : fmt::format("{} more; all: {}\n", more, all));
    }
    const std::string behind = command_behind(list, board_, request_);
    if (behind.empty()) return;
    const bool first = list.name == "computers" && rows > 1;
    out_.write(fmt::format("{}: {}\n", first ? "list the first's" : "list them", behind));
  }

  /// "Nothing synced yet" would be untrue of rows that a filter or the window keeps out.
  [[nodiscard]] std::string why_empty(const DashboardList& list) const {
    // Where nothing can be synced yet, that is the first step.
    const bool of_syncs = list.name == "work_items" || list.name == "messages";
    const bool nothing_yet = board_.configured == 0 && request_.connections.empty();
    if (of_syncs && nothing_yet) return "none yet; first: itsmc connection add";
    if (list.name == "connectors" && nothing_yet) return std::string(list.empty);
    const bool of_items = list.name == "work_items" || list.name == "computers";
    const bool filtered = !request_.connections.empty() ||
                          (list.name != "alert_rules" && !request_.types.empty()) ||
                          (of_items && !request_.computer.empty());
    if (filtered) return "none with these filters";
    if (of_items && board_.counts.older > 0) return "none in this window; --since shows older ones";
    const bool ran = std::any_of(board_.connectors.begin(), board_.connectors.end(),
                                 [](const auto& one) { return !one.last_status.empty(); });
    if (list.name == "messages" && ran) return "no runs in this window";
    return std::string(list.empty);
  }

  const client::Dashboard& board_;
  const client::DashboardRequest& request_;
  const View& view_;
  std::vector<MessageGroup> groups_;
  std::size_t width_;
  std::vector<std::string> left_out_;  // titles of columns, of the part that is being drawn
  TextBuffer out_;
};

}  // namespace

std::string dashboard_text(const client::Dashboard& board, const client::DashboardRequest& request,
                           const View& view) {
  return Drawing(board, request, view).draw();
}

}  // namespace itsmc::cli
