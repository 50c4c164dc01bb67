#include "partners/provance_draft.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners::provance;
using Catch::Contains;

namespace {

std::vector<std::string> sets_of(const std::vector<TableFacts>& tables) {
  std::vector<std::string> sets;
  for (const TableFacts& table : tables) sets.push_back(table.set);
  return sets;
}

std::string note_at(const ProfileDraft& draft, WorkItemType type, std::string_view key) {
  for (const ProfileDraft::Note& note : draft.notes) {
    if (note.type == type && note.key == key) return note.text;
  }
  return {};
}

TableFacts desk() {
  return {"pv_incident",
          "pv_incidents",
          "pv_incidentid",
          "pv_name",
          {{"pv_incidentid", "Uniqueidentifier"},
           {"pv_name", "String"},
           {"pv_short_description", "String"},
           {"pv_state", "Picklist"},
           {"pv_stateold", "Picklist"},
           {"pv_assigned_to", "Lookup"},
           {"ownerid", "Owner"},
           {"pv_resolvedon", "String"},
           {"pv_slaimpact", "Picklist"},
           {"statecode", "State"},
           {"createdon", "DateTime"},
           {"modifiedon", "DateTime"}}};
}

}  // namespace

TEST_CASE("tables are chosen by name, a publisher's own first", "[provance]") {
  const std::vector<TableFacts> all = {
      {"account", "accounts", "accountid", "name", {}},
      {"incident", "incidents", "incidentid", "title", {}},
      {"incidentresolution", "incidentresolutions", "activityid", "subject", {}},
      {"pv_incident", "pv_incidents", "pv_incidentid", "pv_name", {}},
      {"pv_change_request", "pv_change_requests", "pv_change_requestid", "pv_name", {}},
      {"pv_changetask", "pv_changetasks", "pv_changetaskid", "pv_name", {}},
      {"pv_ticketless", "", "pv_ticketlessid", "", {}}};
  CHECK(sets_of(likely_tables(WorkItemType::incident, all)) ==
        std::vector<std::string>{"pv_incidents", "incidents", "incidentresolutions"});
  CHECK(sets_of(likely_tables(WorkItemType::change_request, all)) ==
        std::vector<std::string>{"pv_change_requests", "pv_changetasks"});
}

TEST_CASE("a draft maps what fits and says what a person must decide", "[provance]") {
  const ProfileDraft draft =
      draft_from({{WorkItemType::incident, {desk(), {"incident", "incidents", "id", "", {}}}},
                  {WorkItemType::change_request, {}}});
  REQUIRE(draft.profile.tables.size() == 1);
  const TableMap& map = draft.profile.tables[0];
  CHECK(check_table(map).empty());
  CHECK(map.set == "pv_incidents");
  CHECK(map.key == "pv_incidentid");
  CHECK(map.column_of("title") == "pv_short_description");
  CHECK(map.column_of("state") == "pv_state");
  CHECK(map.column_of("assigned_to") == "_pv_assigned_to_value");
  CHECK(map.column_of("updated_at") == "modifiedon");
  CHECK(map.column_of("resolved_at").empty());  // a text is no time
  CHECK(map.column_of("impact").empty());       // near is not the same
  CHECK(map.open_column == "statecode");
  const auto note = [&](std::string_view key) {
    return note_at(draft, WorkItemType::incident, key);
  };
  CHECK_THAT(note("set"), Contains("incidents"));
  CHECK_THAT(note("columns.state"), Contains("pv_stateold"));
  CHECK_THAT(note("columns.assigned_to"), Contains("_ownerid_value"));
  CHECK_THAT(note("columns.impact"), Contains("pv_slaimpact"));
  CHECK_THAT(note("columns.urgency"), Contains("no column"));
  CHECK_THAT(note_at(draft, WorkItemType::change_request, ""), Contains("does not map"));
}

TEST_CASE("without any table that fits there is no draft", "[provance]") {
  const Error error = test::error_of([] {
    (void)draft_from({{WorkItemType::incident, {}}, {WorkItemType::change_request, {}}});
  });
  CHECK(error.kind() == ErrorKind::not_found);
}

TEST_CASE("what a map names and the table lacks is told column by column", "[provance]") {
  TableMap map;
  map.set = "pv_incidents";
  map.key = "incidentid";
  map.open_column = "pv_open";
  map.columns = {{"title", "pv_name"}, {"assigned_to", "_pv_assigned_to_value"}, {"risk", "pv_r"}};
  const std::vector<std::string> missing = missing_in(map, desk());
  REQUIRE(missing.size() == 3);
  CHECK(missing[0] == "the key incidentid: it is pv_incidentid");
  CHECK(missing[1] == "pv_r (risk)");
  CHECK(missing[2] == "pv_open (open-column)");
}
