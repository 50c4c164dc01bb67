#include "partners/servicenow_task_words.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/text.hpp"
#include "partners/servicenow_query.hpp"
#include "partners/servicenow_send.hpp"
#include "partners/servicenow_written.hpp"

namespace itsmc::partners::servicenow {
namespace {

constexpr std::string_view k_changes = "/api/sn_chg_rest/change";

// The newer list's word first, then the older's (servicenow reference 4).
constexpr std::array<std::string_view, 4> k_incident_codes = {
    "Solution provided", "Solved (Permanently)", "Resolved by caller", "Solved (Work Around)"};
constexpr std::array<std::string_view, 1> k_change_codes = {"successful"};

std::span<const std::string_view> shipped_codes(WorkItemType type) {
  if (type == WorkItemType::change_request) return k_change_codes;
  return k_incident_codes;
}

/// By which fields people name a row of that table.
std::vector<std::string> naming_fields(std::string_view table) {
  if (table == "sys_user") return {"user_name", "name", "email"};
  constexpr std::array<std::string_view, 5> k_tasks = {"task", "incident", "problem",
                                                       "change_request", "sc_req_item"};
  if (std::find(k_tasks.begin(), k_tasks.end(), table) != k_tasks.end()) return {"number"};
  return {"name"};
}

bool is_named(const Record& row, const std::vector<std::string>& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const std::string& field) { return iequals(row.value(field), name); });
}

}  // namespace

std::string make_path(WorkItemType type) {
  if (type == WorkItemType::change_request) return std::string(k_changes);
  return "/api/now/table/" + std::string(table_of(type));
}

std::string item_path(WorkItemType type, std::string_view id) {
  return make_path(type) + "/" + percent_encode(id);
}

http::Query write_query(WorkItemType type, const FieldValues& fields) {
  if (type == WorkItemType::change_request) return {};
  std::string asked(found_fields(type));
  const std::vector<std::string> always = split(asked, ',');
  for (const auto& [field, value] : fields) {
    if (std::find(always.begin(), always.end(), field) == always.end()) asked += "," + field;
  }
  return {{"sysparm_display_value", "all"},
          {"sysparm_exclude_reference_link", "true"},
          {"sysparm_input_display_value", "false"},
          {"sysparm_fields", asked}};
}

bool has_field(const FieldValues& fields, std::string_view field) {
  return std::any_of(fields.begin(), fields.end(),
                     [field](const auto& entry) { return entry.first == field; });
}

void set_field(FieldValues& fields, std::string_view field, std::string_view value) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [field](const auto& entry) { return entry.first == field; });
  if (found == fields.end()) {
    fields.emplace_back(field, value);
  } else {
    found->second = value;
  }
}

void add_note(FieldValues& fields, std::string_view note) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [](const auto& entry) { return entry.first == "work_notes"; });
  if (found == fields.end()) {
    fields.emplace_back("work_notes", note);
  } else {
    found->second += "\n" + std::string(note);
  }
}

void say_change_type(FieldValues& fields) {
  if (!has_field(fields, "type") && !has_field(fields, "chg_model")) {
    fields.emplace_back("type", "normal");
  }
}

std::string_view ended_state(WorkItemType type) noexcept {
  return type == WorkItemType::change_request ? "3" : "6";
}

std::string choose_close_code(WorkItemType type, std::span<const ChoiceOption> options) {
  const auto shipped = shipped_codes(type);
  for (const std::string_view code : shipped) {
    const Matched matched = match_choice(options, code);
    if (matched.problem.empty()) return matched.value;
  }
  return options.empty() ? std::string(shipped.front()) : options.front().value;
}

// {"number":{...},"__meta":{"ignoredFields":["u_nonsense"]}} (servicenow reference 6.2).
std::vector<std::string> ignored_fields(const nlohmann::json& result) {
  std::vector<std::string> fields;
  const auto meta = result.is_object() ? result.find("__meta") : result.end();
  if (meta == result.end() || !meta->is_object()) return fields;
  const auto ignored = meta->find("ignoredFields");
  if (ignored == meta->end() || !ignored->is_array()) return fields;
  for (const nlohmann::json& field : *ignored) {
    if (field.is_string()) fields.push_back(field.get<std::string>());
  }
  return fields;
}

Resolved resolve_reference(const NamedReference& named, const ReadRows& read) {
  const std::vector<std::string> fields = naming_fields(named.table);
  std::string clause;
  for (const std::string& field : fields) {
    clause += fmt::format("{}{}={}", clause.empty() ? "" : "^OR", field, escape_value(named.name));
  }
  std::vector<Record> rows =
      read({named.table, clause + "^ORDERBYsys_id", "sys_id," + join(fields, ","), 20});
  std::erase_if(rows, [&](const Record& row) { return !is_named(row, fields, named.name); });
  if (rows.size() == 1) return {rows.front().value("sys_id"), {}};
  if (rows.empty()) {
    return {{},
            fmt::format("{} has no readable row called \"{}\": give its sys_id", named.table,
                        excerpt(named.name, 80))};
  }
  return {{},
          fmt::format("{} has several rows called \"{}\": give the sys_id of one, {} or {}",
                      named.table, excerpt(named.name, 80), rows[0].value("sys_id"),
                      rows[1].value("sys_id"))};
}

Error explained_write(WorkItemType type, const Error& error) {
  if (type != WorkItemType::change_request) return error;
  return explained(error, "this instance has no Change Management API",
                   "activate the Change Management API (sn_chg_rest) on the instance, and give the "
                   "user itil or change_manager");
}

Error nothing_made(WorkItemType type, const nlohmann::json& answer) {
  const auto result = answer.find("result");
  const bool worker = result != answer.end() && result->is_object() && result->contains("worker");
  if (worker) {
    return {ErrorKind::unavailable,
            "the instance is still making the change in the background (worker)",
            "run the command again: it looks for the change before it makes one"};
  }
  return {ErrorKind::protocol,
          fmt::format("ServiceNow answered with success but made no {}: the answer names no record "
                      "and none has the correlation id",
                      table_of(type)),
          "look for a business rule that aborts the insert (System Definition > Business Rules)"};
}

Error unreadable_key(std::string_view table) {
  return {ErrorKind::denied,
          fmt::format("the user may not read correlation_id of {}: what was made cannot be found "
                      "again",
                      table),
          "give the user read access to the fields correlation_id and correlation_display"};
}

Error hidden_items(std::string_view table, std::int64_t count) {
  return {ErrorKind::denied,
          fmt::format("{} {} with this correlation id may not be read by the user", count, table),
          "give the user read access to what it makes"};
}

}  // namespace itsmc::partners::servicenow
