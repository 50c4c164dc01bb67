#include "cli/dashboard/page.hpp"

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "cli/table.hpp"

namespace itsmc::cli {
namespace {

void append_time(std::string& to, std::optional<Timestamp> time) {
  to += time ? fmt::format(",{}", time->time_since_epoch().count()) : std::string(",null");
}

void append_html(std::string& to, std::string_view text) {
  for (const char c : harmless(text)) {
    if (c == '<') {
      to += "&lt;";
    } else if (c == '&') {
      to += "&amp;";
    } else {
      to += c;
    }
  }
}

void append_table(std::string& to, const DashboardList& list, const client::Dashboard& board) {
  const std::vector<Column> columns = list.columns();
  std::string rows;
  list.rows(board, [&](std::span<const Cell> cells) {
    rows += "<tr>";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      rows += "<td>";
      append_html(rows, shown_text(cells[i], columns[i], Lines::joined));
      rows += "</td>";
    }
    rows += "</tr>\n";
  });
  to += "<table>\n<caption>";
  append_html(to, rows.empty() ? fmt::format("{}: none", list.title) : std::string(list.title));
  to += "</caption>\n";
  if (!rows.empty()) {
    to += "<thead><tr>";
    for (const Column& column : columns) {
      to += "<th scope=\"col\">";
      append_html(to, header_text(column));
      to += "</th>";
    }
    to += "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n";
  }
  to += "</table>\n";
}

}  // namespace

DashboardPage::DashboardPage(const client::Dashboard& board) : board_(board) {}

// An array each, in this order, which page.js knows too: connection, type, number, title, state,
// computer, open, created, updated.
void DashboardPage::add(const StoredItem& item) {
  items_ += items_.empty() ? "\n[" : ",\n[";
  append_json_string(items_, item.connection);
  for (const std::string_view text :
       {to_string(item.type), item.item.text(TextField::number), item.item.text(TextField::title),
        item.item.text(TextField::state), item.item.text(TextField::configuration_item)}) {
    items_ += ',';
    append_json_string(items_, text);
  }
  items_ += item.item.open() ? ",1" : ",0";
  append_time(items_, item.item.time(TimeField::created_at));
  append_time(items_, item.item.time(TimeField::updated_at));
  items_ += ']';
}

std::string DashboardPage::finish() {
  std::string json = dashboard_json(board_);
  json.erase(json.rfind('}'));
  json += ",\n\"items\":[" + items_ + "]}";
  std::string page(page_before_json());
  page += safe_in_script(json);
  page += page_before_tables();
  page += html_tables(board_);
  page += page_after_tables();
  return page;
}

std::string html_tables(const client::Dashboard& board) {
  std::string tables =
      fmt::format("<p>Created from {} to {}; older, not counted: {}</p>\n",
                  format_rfc3339(board.since), format_rfc3339(board.until), board.counts.older);
  for (const DashboardList& list : dashboard_lists()) append_table(tables, list, board);
  return tables;
}

std::string safe_in_script(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    // In JSON it stands within texts alone, where its escape means the same.
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace itsmc::cli
