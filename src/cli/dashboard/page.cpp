#include "cli/dashboard/page.hpp"

#include <fmt/format.h>

#include "cli/display_text.hpp"

namespace itsmc::cli {
namespace {

void append_time(std::string& to, std::optional<Timestamp> time) {
  to += time ? fmt::format(",{}", time->time_since_epoch().count()) : std::string(",null");
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
  page += page_after_json();
  return page;
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
