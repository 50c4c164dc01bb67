#include "partners/servicenow_written.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr std::string_view k_task_fields =
    "sys_id,number,state,active,opened_at,sys_created_on,resolved_at,closed_at,correlation_id,"
    "correlation_display";
constexpr std::string_view k_change_fields =
    "sys_id,number,state,active,opened_at,sys_created_on,closed_at,correlation_id,"
    "correlation_display";
constexpr std::string_view k_alert_fields =
    "sys_id,number,state,severity,sys_created_on,sys_updated_on,message_key,source";

/// Line ends and outer blanks are the instance's to choose.
std::string without_line_ends(std::string_view text) {
  std::string plain;
  for (const char c : trim(text)) {
    if (c != '\r') plain += c;
  }
  return plain;
}

std::optional<Timestamp> time_of(const Record& record, std::string_view field) {
  const TimeValue ms = parse_time(record.value(field));
  if (ms == k_no_time) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(ms));
}

std::optional<Timestamp> first_of(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// incident: 6 Resolved, 7 Closed, 8 Canceled; a resolved incident is still active until it is
// closed (servicenow reference 4). change_request: 3 Closed, 4 Canceled. em_alert: by name.
bool is_open(WorkItemType type, const Record& record) {
  const std::string state = record.value("state");
  if (type == WorkItemType::event || type == WorkItemType::alert) {
    return !iequals(state, "Closed");
  }
  if (record.value("active") == "false") return false;
  if (type == WorkItemType::incident) return state != "6" && state != "7" && state != "8";
  return state != "3" && state != "4";
}

}  // namespace

std::string_view table_of(WorkItemType type) noexcept {
  if (type == WorkItemType::incident) return "incident";
  return type == WorkItemType::change_request ? "change_request" : "em_alert";
}

std::string_view found_fields(WorkItemType type) noexcept {
  if (type == WorkItemType::incident) return k_task_fields;
  return type == WorkItemType::change_request ? k_change_fields : k_alert_fields;
}

std::vector<std::string> compare_record(const FieldValues& sent, const Record& answered) {
  std::vector<std::string> warnings;
  for (const auto& [field, value] : sent) {
    // Journals are written and never read back (servicenow reference 4).
    if (field == "work_notes" || field == "comments") continue;
    if (!answered.has(field)) {
      warnings.push_back(fmt::format("{} was dropped: the answer does not have it", field));
      continue;
    }
    const std::string got = answered.value(field);
    if (without_line_ends(got) == without_line_ends(value)) continue;
    warnings.push_back(got.empty() ? fmt::format("{} was dropped: it was sent as \"{}\"", field,
                                                 excerpt(value, 80))
                                   : fmt::format("{} was changed to \"{}\": it was sent as \"{}\"",
                                                 field, excerpt(got, 80), excerpt(value, 80)));
  }
  return warnings;
}

FoundItem found_item(WorkItemType type, const Record& record, std::string_view base_url) {
  FoundItem item;
  item.id = record.value("sys_id");
  item.number = record.value("number");
  // Never the link of the answer: it carries the instance's own name (servicenow reference 2.3).
  item.url = fmt::format("{}/{}.do?sys_id={}", base_url, table_of(type), percent_encode(item.id));
  item.state = record.label("state");
  item.open = is_open(type, record);
  const auto opened = time_of(record, "opened_at");
  item.created_at = opened ? opened : time_of(record, "sys_created_on");
  if (item.open) return item;
  const bool is_task = type == WorkItemType::incident || type == WorkItemType::change_request;
  item.ended_at = is_task ? first_of(time_of(record, "resolved_at"), time_of(record, "closed_at"))
                          : time_of(record, "sys_updated_on");
  return item;
}

}  // namespace itsmc::partners::servicenow
