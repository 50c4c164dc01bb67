#include "itsmc/core/table_profile.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

// A column's name becomes part of an address and of a filter.
bool is_column(std::string_view name) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Public names of the Dynamics 365 case table (provance reference 7). `state` is the status reason,
// the word that people see; statecode decides what is open. Nothing in it is an urgency.
TableProfile dataverse_case() {
  TableMap incident{.type = WorkItemType::incident,
                    .set = "incidents",
                    .key = "incidentid",
                    .filter = {},
                    .open_column = "statecode",
                    .open_values = {"0"},
                    .columns = {{"number", "ticketnumber"},
                                {"title", "title"},
                                {"description", "description"},
                                {"state", "statuscode"},
                                {"impact", "severitycode"},
                                {"priority", "prioritycode"},
                                {"category", "casetypecode"},
                                {"source", "caseorigincode"},
                                {"assigned_to", "_ownerid_value"},
                                {"created_by", "_createdby_value"},
                                {"created_at", "createdon"},
                                {"updated_at", "modifiedon"}},
                    .labels = {},
                    .create_values = {},
                    .resolve_values = {{"statuscode", "5"}},
                    .resolve_action = "CloseIncident"};
  return {.name = "dataverse-case", .tables = {std::move(incident)}, .items = {}};
}

std::vector<TableColumn> example_columns() {
  return {{"number", "x_number"},
          {"title", "x_title"},
          {"description", "x_description"},
          {"state", "x_state"},
          {"urgency", "x_urgency"},
          {"impact", "x_impact"},
          {"priority", "x_priority"},
          {"category", "x_category"},
          {"source", "x_source"},
          {"assigned_to", "_x_assignedto_value"},
          {"assignment_group", "_x_assignmentgroup_value"},
          {"closed_by", "_x_closedby_value"},
          {"created_by", "_createdby_value"},
          {"created_at", "createdon"},
          {"closed_at", "x_closedon"},
          {"updated_at", "modifiedon"},
          {"configuration_item", "_x_configurationitem_value"}};
}

// Invented: no table of Provance ITSM is public (provance reference 0, 7).
TableProfile provance_example() {
  TableMap incident{.type = WorkItemType::incident,
                    .set = "x_incidents",
                    .key = "x_incidentid",
                    .filter = {},
                    .open_column = "statecode",
                    .open_values = {"0"},
                    .columns = example_columns(),
                    .labels = {},
                    .create_values = {},
                    .resolve_values = {{"statecode", "1"}, {"x_state", "5"}},
                    .resolve_action = {}};
  incident.columns.push_back({"resolved_by", "_x_resolvedby_value"});
  incident.columns.push_back({"resolved_at", "x_resolvedon"});
  TableMap change{.type = WorkItemType::change_request,
                  .set = "x_changerequests",
                  .key = "x_changerequestid",
                  .filter = {},
                  .open_column = "statecode",
                  .open_values = {"0"},
                  .columns = example_columns(),
                  .labels = {},
                  .create_values = {},
                  .resolve_values = {{"statecode", "1"}, {"x_state", "6"}},
                  .resolve_action = {}};
  change.columns.push_back({"risk", "x_risk"});
  change.columns.push_back({"planned_start", "x_plannedstart"});
  change.columns.push_back({"planned_end", "x_plannedend"});
  return {.name = "provance-example",
          .tables = {std::move(incident), std::move(change)},
          .items = {.set = "x_configurationitems",
                    .key = "x_configurationitemid",
                    .name = "x_name",
                    .fqdn = "x_fqdn",
                    .ip = "x_ipaddress",
                    .filter = "statecode eq 0"}};
}

bool is_for(const Field& field, WorkItemType type) {
  return type == WorkItemType::change_request ? field.change_request : field.incident;
}

std::string unknown_field(std::string_view field, WorkItemType type) {
  const std::string near = nearest(field, profile_fields(type));
  const std::string reason = fmt::format("is not a field of {}", to_string(type));
  return near.empty() ? reason : fmt::format("{}: did you mean \"{}\"?", reason, near);
}

void check_columns(const TableMap& map, std::vector<ProfileProblem>& problems) {
  const std::vector<std::string> known = profile_fields(map.type);
  for (const TableColumn& column : map.columns) {
    const std::string key = "columns." + column.field;
    if (std::find(known.begin(), known.end(), column.field) == known.end()) {
      problems.push_back({key, unknown_field(column.field, map.type)});
    } else if (!is_column(column.column)) {
      problems.push_back(
          {key, fmt::format("\"{}\" is not a column's name", excerpt(column.column, 64))});
    }
  }
  for (const std::string_view needed : {"title", "updated_at"}) {
    if (map.column_of(needed).empty()) {
      problems.push_back({fmt::format("columns.{}", needed), "is required"});
    }
  }
}

}  // namespace

std::string_view TableMap::column_of(std::string_view field) const noexcept {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const TableColumn& c) { return c.field == field; });
  return found == columns.end() ? std::string_view() : std::string_view(found->column);
}

const TableMap* TableProfile::table(WorkItemType type) const noexcept {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [type](const TableMap& map) { return map.type == type; });
  return found == tables.end() ? nullptr : &*found;
}

std::span<const TableProfile> builtin_profiles() {
  static const std::array k_profiles{dataverse_case(), provance_example()};
  return k_profiles;
}

const TableProfile* find_builtin_profile(std::string_view name) {
  const auto all = builtin_profiles();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const TableProfile& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

bool is_profile_file(std::string_view word) noexcept {
  return word.find('/') != std::string_view::npos || word.ends_with(".toml");
}

std::vector<ProfileProblem> check_table(const TableMap& map) {
  std::vector<ProfileProblem> problems;
  const auto name = [&](const char* key, const std::string& value) {
    if (value.empty()) {
      problems.push_back({key, "is required"});
    } else if (!is_column(value)) {
      problems.push_back({key, fmt::format("\"{}\" is not a name", excerpt(value, 64))});
    }
  };
  name("set", map.set);
  name("key", map.key);
  if (!map.open_column.empty()) name("open-column", map.open_column);
  if (map.open_column.empty() != map.open_values.empty()) {
    problems.push_back({map.open_column.empty() ? "open-column" : "open-values",
                        "is required: open-column and open-values go together"});
  }
  check_columns(map, problems);
  for (const auto* values : {&map.create_values, &map.resolve_values}) {
    for (const TableValue& value : *values) {
      if (is_column(value.column)) continue;
      problems.push_back({(values == &map.create_values ? "create." : "resolve.") + value.column,
                          "is not a column's name"});
    }
  }
  if (!map.resolve_action.empty() && map.resolve_action != "CloseIncident") {
    problems.push_back({"resolve-action", "must be \"CloseIncident\", or absent"});
  }
  for (const TableLabel& label : map.labels) {
    if (map.column_of(label.field).empty()) {
      problems.push_back({"labels." + label.field, "is not among the columns"});
    }
  }
  return problems;
}

std::vector<ProfileProblem> check_item_table(const ItemTable& table) {
  std::vector<ProfileProblem> problems;
  if (table == ItemTable()) return problems;
  const auto check = [&](const char* key, const std::string& value, bool needed) {
    if (value.empty() && needed) problems.push_back({key, "is required"});
    if (!value.empty() && !is_column(value)) {
      problems.push_back({key, fmt::format("\"{}\" is not a name", excerpt(value, 64))});
    }
  };
  check("set", table.set, true);
  check("key", table.key, true);
  check("name", table.name, true);
  check("fqdn", table.fqdn, false);
  check("ip", table.ip, false);
  return problems;
}

std::vector<std::string> profile_fields(WorkItemType type) {
  std::vector<std::string> names;
  for (const Field& field : work_item_fields()) {
    const bool fillable = field.kind == FieldKind::text || field.kind == FieldKind::label ||
                          field.kind == FieldKind::time;
    const bool own =
        field.name == "id" || field.name == "version" || field.name == "configuration_item_id";
    if (fillable && !own && is_for(field, type)) names.emplace_back(field.name);
  }
  return names;
}

}  // namespace itsmc
