#include "servicenow/schema.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace itsmc::sim::servicenow {
namespace {

// A column list is written as words: "name" is text; a suffix tells the kind:
//   name?  choice   name@table  reference   name!  date-time   name/  date   name~  due
//   name#  integer  name&  boolean   name%  journal   name:  duration
// and "=value" behind it the default of a blank record.
constexpr std::string_view k_task_columns =
    "parent@task made_sla&=true watch_list upon_reject?=cancel task_effective_number "
    "approval_history% number user_input sys_created_on! sys_created_by sys_updated_by "
    "sys_domain@sys_user_group=global state?=1 route_reason# knowledge&=false order# closed_at! "
    "cmdb_ci@cmdb_ci delivery_plan contract impact?=3 active&=true work_notes_list "
    "business_service@cmdb_ci_service priority?=5 sys_domain_path=/ time_worked: expected_start! "
    "opened_at! opened_by@sys_user business_duration: group_list work_end! approval_set! "
    "work_notes% universal_request@task short_description correlation_display delivery_task "
    "work_start! assignment_group@sys_user_group additional_assignee_list description "
    "calendar_duration: close_notes service_offering@service_offering sys_class_name "
    "closed_by@sys_user "
    "follow_up! contact_type? urgency?=3 company@core_company reassignment_count#=0 "
    "activity_due~ assigned_to@sys_user comments% approval?=not_requested sla_due~ "
    "comments_and_work_notes% due_date! sys_tags escalation?=0 upon_approval?=proceed "
    "correlation_id location@cmn_location";

constexpr std::string_view k_incident_columns =
    "caused_by@change_request child_incidents#=0 hold_reason? origin_table resolved_by@sys_user "
    "calendar_stc# business_impact rfc@change_request caller_id@sys_user reopened_time! "
    "resolved_at! subcategory? close_code? business_stc# cause origin_id notify?=1 "
    "parent_incident@incident reopened_by@sys_user incident_state?=1 problem_id@problem "
    "severity?=3 reopen_count#=0 category?=inquiry u_symptom u_priority_confirmation&=false "
    "vendor";

constexpr std::string_view k_change_columns =
    "reason? type?=normal test_plan requested_by_date! phase?=requested cab_recommendation "
    "production_system&=false review_date/ requested_by@sys_user change_plan "
    "implementation_plan end_date! outside_maintenance_schedule&=false "
    "std_change_producer_version review_status start_date! backout_plan "
    "conflict_status?=Not_Run on_hold_task review_comments chg_model phase_state?=open "
    "close_code? on_hold_reason cab_required&=false scope?=3 justification on_hold&=false "
    "cab_date_time! conflict_last_run! unauthorized&=false risk?=3 category?=Other "
    "risk_impact_analysis cab_delegate@sys_user";

constexpr std::string_view k_ci_columns =
    "name sys_class_name=cmdb_ci_server short_description asset_tag serial_number ip_address fqdn "
    "host_name install_status?=1 operational_status?=1 category subcategory environment? "
    "assigned_to@sys_user support_group@sys_user_group location@cmn_location company@core_company "
    "duplicate_of@cmdb_ci correlation_id object_id discovery_source? last_discovered! cost# "
    "sys_domain@sys_user_group=global sys_domain_path=/ attributes";

constexpr std::string_view k_audit_columns = "sys_created_on! sys_created_by sys_updated_by ";

struct TablePlan {
  std::string_view name, label, prefix, columns;
};

constexpr auto k_tables = std::to_array<TablePlan>({
    {"sys_user", "User", "",
     "user_name name first_name last_name email active&=true locked_out&=false time_zone "
     "date_format time_format title department vip&=false"},
    {"sys_user_group", "Group", "", "name description active&=true manager@sys_user email"},
    {"sys_user_role", "Role", "", "name description"},
    {"sys_user_has_role", "User Role", "",
     "user@sys_user role@sys_user_role state?=active inherited&=false granted_by@sys_user_group"},
    {"sys_choice", "Choice", "",
     "name element value label language=en inactive&=false sequence# dependent_value"},
    {"sys_properties", "System Property", "", "name value description type"},
    {"sys_audit_delete", "Audit Deleted Record", "", "tablename documentkey display_value"},
    {"sys_journal_field", "Journal Entry", "", "name element_id element value"},
    {"sys_attachment", "Attachment", "",
     "file_name table_name table_sys_id content_type size_bytes# size_compressed# "
     "compressed&=true state?=available hash chunk_size_bytes#=700000 average_image_color "
     "download_link "
     "image_width image_height sys_tags"},
    {"cmn_location", "Location", "", "name full_name city country"},
    {"core_company", "Company", "", "name vendor&=false"},
    {"cmdb_ci_service", "Service", "", "name"},
    {"service_offering", "Service Offering", "", "name"},
    {"sys_dictionary", "Dictionary Entry", "",
     "name element internal_type reference max_length# mandatory&=false default_value "
     "active&=true"},
    {"sys_template", "Template", "", "name table template active&=true global&=true"},
    {"std_change_producer_version", "Standard Change Template Version", "",
     "name short_description active&=true"},
    {"em_event", "Event", "",
     "source event_class node resource metric_name type message_key severity? description "
     "additional_info time_of_event! resolution_state state?=Ready error_msg processing_notes "
     "ci_identifier ci_type alert@em_alert"},
    {"em_alert", "Alert", "",
     "number source node resource metric_name type message_key severity? description "
     "additional_info state?=Open acknowledged&=false incident@incident cmdb_ci@cmdb_ci "
     "event_count#=0 work_notes%"},
    {"problem", "Problem", "PRB", "number short_description state?=1 sys_class_name"},
});

void set_kind(Column& column, char mark) {
  switch (mark) {
    case '?':
      column.kind = ColumnKind::choice;
      break;
    case '@':
      column.kind = ColumnKind::reference;
      break;
    case '!':
      column.kind = ColumnKind::date_time;
      break;
    case '/':
      column.kind = ColumnKind::date;
      break;
    case '~':
      column.kind = ColumnKind::due;
      break;
    case '#':
      column.kind = ColumnKind::integer;
      break;
    case '&':
      column.kind = ColumnKind::boolean;
      break;
    case '%':
      column.kind = ColumnKind::journal;
      break;
    case ':':
      column.kind = ColumnKind::duration;
      break;
    default:
      break;
  }
}

Column parse_column(std::string_view word) {
  Column column;
  const auto equals = word.find('=');
  if (equals != std::string_view::npos) {
    column.default_value = word.substr(equals + 1);
    // Words have no blanks: the two defaults that need one are spelt with '_'.
    if (column.default_value == "not_requested") column.default_value = "not requested";
    if (column.default_value == "Not_Run") column.default_value = "Not Run";
    word = word.substr(0, equals);
  }
  const auto mark = word.find_first_of("?@!/~#&%:");
  column.name = word.substr(0, mark);
  if (mark == std::string_view::npos) return column;
  set_kind(column, word[mark]);
  column.target = word.substr(mark + 1);
  return column;
}

void add_columns(std::vector<Column>& columns, std::string_view words) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (end > 0) columns.push_back(parse_column(words.substr(0, end)));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

std::vector<Column> first_columns() {
  return {{"sys_id", ColumnKind::text, "", ""},
          {"sys_updated_on", ColumnKind::date_time, "", ""},
          {"sys_mod_count", ColumnKind::integer, "", "0"}};
}

Schema task_schema(const TablePlan& plan) {
  auto columns = first_columns();
  add_columns(columns, k_task_columns);
  add_columns(columns, plan.columns);
  for (auto& column : columns) {
    if (column.name == "sys_class_name") {
      column.kind = ColumnKind::class_name;
      column.default_value = plan.name;
    }
    if (plan.name == "change_request" && column.name == "state") column.default_value = "-5";
    if (plan.name == "change_request" && column.name == "priority") column.default_value = "4";
  }
  return {std::string(plan.name), std::string(plan.label), std::string(plan.prefix), columns};
}

Schema plain_schema(const TablePlan& plan) {
  auto columns = first_columns();
  add_columns(columns, k_audit_columns);
  add_columns(columns, plan.columns);
  for (auto& column : columns)
    if (column.name == "sys_class_name") column.kind = ColumnKind::class_name;
  return {std::string(plan.name), std::string(plan.label), std::string(plan.prefix), columns};
}

}  // namespace

Schema::Schema(std::string table, std::string label, std::string prefix,
               std::vector<Column> columns)
    : table_(std::move(table)),
      label_(std::move(label)),
      prefix_(std::move(prefix)),
      columns_(std::move(columns)) {
  if (columns_.size() > 255) throw std::runtime_error("too many columns in " + table_);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    by_name_.emplace(columns_[i].name, static_cast<ColumnNumber>(i));
  }
  for (const char* name : {"name", "number", "label", "file_name"}) {
    if (name == std::string_view("name") && table_ == "sys_choice") continue;
    if (const auto found = find(name)) {
      display_ = *found;
      break;
    }
  }
}

std::optional<ColumnNumber> Schema::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

ColumnNumber Schema::at(std::string_view name) const {
  const auto found = find(name);
  if (!found) throw std::out_of_range("no column " + std::string(name) + " in " + table_);
  return *found;
}

std::vector<Schema> all_schemas() {
  std::vector<Schema> out;
  out.push_back(task_schema({"incident", "Incident", "INC", k_incident_columns}));
  out.push_back(task_schema({"change_request", "Change Request", "CHG", k_change_columns}));
  out.push_back(plain_schema({"cmdb_ci", "Configuration Item", "", k_ci_columns}));
  for (const auto& plan : k_tables) out.push_back(plain_schema(plan));
  return out;
}

}  // namespace itsmc::sim::servicenow
