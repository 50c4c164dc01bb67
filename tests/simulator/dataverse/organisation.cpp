// Which tables and columns there are: provance reference 7, choices from the product's own
// documentation of the case table.
#include "dataverse/schema.hpp"

namespace itsmc::sim::dataverse {
namespace {

Column key(const char* name) {
  return {name, Kind::key, 0, {}, {}, true};
}
Column text(const char* name, std::size_t max) {
  return {name, Kind::text, max, {}, {}, true};
}
Column memo(const char* name) {
  return {name, Kind::memo, 2000000, {}, {}, true};
}
Column date(const char* name) {
  return {name, Kind::date, 0, {}, {}, true};
}
Column choice(const char* name, std::vector<Option> options) {
  return {name, Kind::choice, 0, std::move(options), {}, true};
}
Column lookup(const char* name, std::vector<Target> targets) {
  return {name, Kind::lookup, 0, {}, std::move(targets), true};
}
Column fixed(Column column) {
  column.writable = false;
  return column;
}

// What every table keeps about its rows; written by the platform alone.
void add_platform_columns(Schema& schema) {
  schema.columns.push_back(fixed(date("createdon")));
  schema.columns.push_back(fixed(date("modifiedon")));
  schema.columns.push_back({"versionnumber", Kind::big, 0, {}, {}, false});
}

void add_people(Schema& schema) {
  schema.columns.push_back(lookup("ownerid", {{"systemuser", "ownerid"}, {"team", "ownerid"}}));
  schema.columns.push_back(fixed(lookup("createdby", {{"systemuser", "createdby"}})));
  schema.columns.push_back(fixed(lookup("modifiedby", {{"systemuser", "modifiedby"}})));
}

std::vector<Option> case_statuses() {
  return {{1, "In Progress", 0}, {2, "On Hold", 0},        {3, "Waiting for Details", 0},
          {4, "Researching", 0}, {5, "Problem Solved", 1}, {1000, "Information Provided", 1},
          {6, "Cancelled", 2},   {2000, "Merged", 2}};
}

Schema case_schema() {
  Schema schema{"incident", "incidents", "incidentid", "title", Tracking::on, "", {}};
  schema.columns = {
      key("incidentid"),
      fixed(text("ticketnumber", 100)),
      text("title", 200),
      memo("description"),
      {"statecode", Kind::state, 0, {{0, "Active"}, {1, "Resolved"}, {2, "Cancelled"}}, {}, true},
      {"statuscode", Kind::status, 0, case_statuses(), {}, true},
      choice("prioritycode", {{1, "High"}, {2, "Normal"}, {3, "Low"}}),
      choice("severitycode", {{1, "Default Value"}}),
      choice("caseorigincode",
             {{1, "Phone"}, {2, "Email"}, {3, "Web"}, {2483, "Facebook"}, {3986, "Twitter"}}),
      choice("casetypecode", {{1, "Question"}, {2, "Problem"}, {3, "Request"}}),
      date("escalatedon"),
      {"isescalated", Kind::boolean, 0, {}, {}, true},
      lookup("customerid", {{"contact", "customerid_contact"}, {"account", "customerid_account"}})};
  add_people(schema);
  add_platform_columns(schema);
  return schema;
}

std::vector<Option> levels() {
  return {{1, "High"}, {2, "Medium"}, {3, "Low"}};
}

Schema ticket_schema(std::string table, std::string set, std::vector<Option> states) {
  Schema schema{table, std::move(set), table + "id", "x_title", Tracking::on, "x_number", {}};
  schema.columns = {
      {table + "id", Kind::key, 0, {}, {}, true},
      fixed(text("x_number", 100)),
      text("x_title", 300),
      memo("x_description"),
      choice("x_state", std::move(states)),
      choice("x_urgency", levels()),
      choice("x_impact", levels()),
      choice("x_priority", {{1, "Critical"}, {2, "High"}, {3, "Normal"}, {4, "Low"}}),
      choice("x_risk", levels()),
      choice("x_source", {{1, "Phone"}, {2, "Email"}, {3, "Web"}}),
      choice("x_category", {{1, "Hardware"}, {2, "Software"}, {3, "Network"}}),
      date("x_resolvedon"),
      date("x_closedon"),
      date("x_plannedstart"),
      date("x_plannedend"),
      // The navigation names keep the schema name's capitals (reference 5).
      lookup("x_assignedto", {{"systemuser", "x_AssignedTo"}}),
      lookup("x_assignmentgroup", {{"team", "x_AssignmentGroup"}}),
      lookup("x_createdfor", {{"systemuser", "x_CreatedFor"}}),
      lookup("x_resolvedby", {{"systemuser", "x_ResolvedBy"}}),
      lookup("x_closedby", {{"systemuser", "x_ClosedBy"}}),
      lookup("x_configurationitem", {{"x_configurationitem", "x_ConfigurationItem"}}),
      {"statecode", Kind::state, 0, {{0, "Active"}, {1, "Inactive"}}, {}, true},
      {"statuscode", Kind::status, 0, {{1, "Active", 0}, {2, "Inactive", 1}}, {}, true}};
  add_people(schema);
  add_platform_columns(schema);
  return schema;
}

Schema named_schema(std::string table, std::string set, std::string key_name, Column name) {
  Schema schema{std::move(table), std::move(set), key_name, name.name, Tracking::off, "", {}};
  schema.columns = {{key_name, Kind::key, 0, {}, {}, true}, std::move(name)};
  add_platform_columns(schema);
  return schema;
}

Schema user_schema() {
  Schema schema = named_schema("systemuser", "systemusers", "systemuserid", text("fullname", 200));
  schema.columns.push_back(text("domainname", 1024));
  schema.columns.push_back(text("internalemailaddress", 100));
  schema.columns.push_back({"isdisabled", Kind::boolean, 0, {}, {}, true});
  return schema;
}

Schema ci_schema() {
  Schema schema = named_schema("x_configurationitem", "x_configurationitems",
                               "x_configurationitemid", text("x_name", 200));
  schema.tracking = Tracking::on;
  schema.columns.push_back(text("x_fqdn", 255));
  schema.columns.push_back(text("x_ipaddress", 45));
  schema.columns.push_back(
      {"statecode", Kind::state, 0, {{0, "Active"}, {1, "Inactive"}}, {}, true});
  return schema;
}

// Notes: what the platform keeps beside the rows of many tables.
Schema note_schema() {
  Schema schema = named_schema("annotation", "annotations", "annotationid", text("subject", 500));
  schema.columns.push_back(memo("notetext"));
  schema.columns.push_back(lookup("objectid", {{"incident", "objectid_incident"},
                                               {"x_incident", "objectid_x_incident"},
                                               {"x_changerequest", "objectid_x_changerequest"}}));
  return schema;
}

std::vector<Option> incident_states() {
  return {{1, "New", 0},      {2, "In Progress", 0}, {3, "On Hold", 0},
          {4, "Resolved", 0}, {5, "Closed", 1},      {6, "Canceled", 1}};
}

std::vector<Option> change_states() {
  return {{1, "New", 0},    {2, "Assess", 0}, {3, "Scheduled", 0}, {4, "Implement", 0},
          {5, "Review", 0}, {6, "Closed", 1}, {7, "Canceled", 1}};
}

}  // namespace

std::vector<Schema> organisation_schemas() {
  return {case_schema(),
          ticket_schema("x_incident", "x_incidents", incident_states()),
          ticket_schema("x_changerequest", "x_changerequests", change_states()),
          ci_schema(),
          note_schema(),
          user_schema(),
          named_schema("team", "teams", "teamid", text("name", 160)),
          named_schema("role", "roles", "roleid", text("name", 100)),
          named_schema("contact", "contacts", "contactid", text("fullname", 160)),
          named_schema("account", "accounts", "accountid", text("name", 160))};
}

}  // namespace itsmc::sim::dataverse
