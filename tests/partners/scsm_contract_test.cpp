#include "partners/scsm_contract.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "support/fixture.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using namespace itsmc::partners::scsm;
using nlohmann::json;

namespace {

constexpr const char* k_resolved = "2b8830b6-59f0-f574-9c2a-f4b4682f1681";
constexpr const char* k_closed = "bd0ae7c4-3315-2eb3-7933-82dfc482dbaf";

/// The fixture's incident with members changed.
json row_with(const json& changes) {
  json row = json::parse(test::fixture("scsm/our-contract.incidents-page.response.json"))
                 .at("value")
                 .at(0);
  row.update(changes);
  return row;
}

struct Decoded {
  PageFacts facts;
  WorkItemBatch items;
  [[nodiscard]] std::string text(TextField field, std::size_t row = 0) const {
    return std::string(items[row].text(field));
  }
};

Decoded decode(const std::string& text, const StatusRule& statuses = {}) {
  Decoded decoded;
  PageScratch scratch;
  decoded.facts = decode_page({text, 0}, statuses, scratch, decoded.items);
  return decoded;
}

Decoded decode_row(const json& changes, const StatusRule& statuses = {}) {
  return decode(json{{"value", json::array({row_with(changes)})}}.dump(), statuses);
}

TimeValue ms(const char* text) {
  const auto time = parse_rfc3339(text);
  REQUIRE(time);
  return time->time_since_epoch().count();
}

}  // namespace

TEST_CASE("The contract's incident becomes a work item", "[partners][scsm]") {
  const Decoded page = decode(test::fixture("scsm/our-contract.incidents-page.response.json"));
  REQUIRE(page.items.size() == 1);
  struct Row {
    TextField field;
    const char* text;
  };
  for (const Row& row : {
           Row{TextField::id, "11111111-0000-4000-8000-000000000001"},
           Row{TextField::number, "IR1001"},
           Row{TextField::title, "Disk full on web01"},
           Row{TextField::description, "C: below 5 %"},
           Row{TextField::state, "Active"},
           Row{TextField::state_code, "IncidentStatusEnum.Active"},
           Row{TextField::urgency, "High"},
           Row{TextField::urgency_code, "System.WorkItem.TroubleTicket.UrgencyEnum.High"},
           Row{TextField::impact, "Medium"},
           Row{TextField::priority, "2"},
           Row{TextField::priority_code, "2"},
           Row{TextField::source, "Operations Manager"},
           Row{TextField::source_code, "IncidentSourceEnum.SCOM"},
           Row{TextField::category, ""},
           Row{TextField::escalation, "Not escalated"},
           Row{TextField::escalation_code, "false"},
           Row{TextField::created_by, "ITSMC service"},
           Row{TextField::assigned_to, ""},
           Row{TextField::configuration_item, "web01.contoso.local"},
           Row{TextField::configuration_item_id, "22222222-0000-4000-8000-000000000001"},
           Row{TextField::version, ""},
       }) {
    CAPTURE(row.text);
    CHECK(page.text(row.field) == row.text);
  }
  const WorkItemView item = page.items[0];
  CHECK(item.open());
  CHECK(item.time_value(TimeField::updated_at) == ms("2018-06-01T08:15:30.123Z"));
  CHECK(item.time_value(TimeField::created_at) == ms("2018-06-01T08:00:00Z"));
  CHECK(item.time_value(TimeField::closed_at) == k_no_time);
  CHECK(page.facts.last_time == ms("2018-06-01T08:15:30.123Z"));
  CHECK(page.facts.last_id == "11111111-0000-4000-8000-000000000001");
  CHECK(page.facts.next_link ==
        "https://smoc123.azurewebsites.net/api/itsmc/v1/incidents?$skiptoken="
        "2018-06-01T08%3A15%3A30.123Z%2C11111111-0000-4000-8000-000000000001");
}

TEST_CASE("A change's members, type and planned times are its own", "[partners][scsm]") {
  const Decoded page = decode_row(
      {{"class", "System.WorkItem.ChangeRequest"},
       {"priority",
        {{"id", "x"}, {"name", "ChangePriorityEnum.Immediate"}, {"displayName", "Sofort"}}},
       {"category",
        {{"id", "y"}, {"name", "ChangeCategoryEnum.Emergency"}, {"displayName", "Notfall"}}},
       {"risk", {{"id", "z"}, {"name", "ChangeRiskEnum.High"}, {"displayName", "Hoch"}}},
       {"assignedTo", {{"userName", "jdoe"}, {"domain", "CONTOSO"}}},
       {"scheduledStartDate", "2018-06-02T00:00:00.000Z"},
       {"actualEndDate", "2018-06-02T01:00:00Z"},
       {"requiredByDate", "2018-06-03T02:00:00+02:00"}});
  CHECK(page.text(TextField::priority) == "Sofort");
  CHECK(page.text(TextField::priority_code) == "ChangePriorityEnum.Immediate");
  CHECK(page.text(TextField::category) == "Notfall");
  CHECK(page.text(TextField::change_type_code) == "ChangeCategoryEnum.Emergency");
  CHECK(page.text(TextField::risk) == "Hoch");
  CHECK(page.text(TextField::assigned_to) == "jdoe");
  CHECK(page.items[0].time_value(TimeField::planned_start) == ms("2018-06-02T00:00:00Z"));
  CHECK(page.items[0].time_value(TimeField::work_end) == ms("2018-06-02T01:00:00Z"));
  CHECK(page.items[0].time_value(TimeField::requested_at) == ms("2018-06-03T00:00:00Z"));
}

TEST_CASE("Open is told by the status's id or name, never by its label", "[partners][scsm]") {
  struct Row {
    const char* what;
    json status;
    bool open;
  };
  for (const Row& row : {
           Row{"by name", {{"id", "1"}, {"name", "IncidentStatusEnum.Closed"}}, false},
           Row{"by id alone", {{"id", k_closed}, {"displayName", "Erledigt"}}, false},
           Row{"by id in capitals", {{"id", "BD0AE7C4-3315-2EB3-7933-82DFC482DBAF"}}, false},
           Row{"resolved", {{"id", k_resolved}, {"name", "IncidentStatusEnum.Resolved"}}, true},
           Row{"nested below an open one",
               {{"id", "2"}, {"name", "IncidentStatusEnum.Active.Pending"}},
               true},
           Row{"nested below a closed one",
               {{"id", "3"}, {"name", "IncidentStatusEnum.Closed.ByUser"}},
               false},
           Row{"a label that says closed",
               {{"id", "4"}, {"name", "Enum.17"}, {"displayName", "Closed"}},
               true},
           Row{"below a closed one by its parent",
               {{"id", "5"}, {"name", "Enum.18"}, {"parent", k_closed}},
               false},
           Row{"cancelled", {{"id", "6"}, {"name", "ChangeStatusEnum.Cancelled"}}, false},
           Row{"cancelled, spelt otherwise", {{"id", "7"}, {"name", "X.Canceled"}}, false},
           Row{"completed", {{"id", "8"}, {"name", "ChangeStatusEnum.Completed"}}, false},
           Row{"failed", {{"id", "9"}, {"name", "ChangeStatusEnum.Failed"}}, true},
           Row{"a word within a word", {{"id", "a"}, {"name", "X.NotClosedYet"}}, true},
           Row{"none", nullptr, true},
       }) {
    CAPTURE(row.what);
    CHECK(decode_row({{"status", row.status}}).items[0].open() == row.open);
  }
}

TEST_CASE("An administrator's own status is over when one above it is", "[partners][scsm]") {
  const StatusRule rule(std::vector<ListMember>{
      {"1", "Enum.1", "By user", "2"},
      {"2", "Enum.2", "Done", k_closed},
      {"3", "Enum.3", "Waiting", "IncidentStatusEnum.Active"},
      {"4", "Enum.4", "A circle", "5"},
      {"5", "Enum.5", "Another", "4"},
      {k_closed, "IncidentStatusEnum.Closed", "Closed", ""},
      {k_resolved, "IncidentStatusEnum.Resolved", "Resolved", ""},
      {"6", "Enum.6", "By name", "IncidentStatusEnum.Closed"},
  });
  CHECK(rule.is_over("1", "Enum.1", ""));
  CHECK(rule.is_over("2", "Enum.2", ""));
  CHECK_FALSE(rule.is_over("3", "Enum.3", ""));
  CHECK_FALSE(rule.is_over("4", "Enum.4", ""));
  CHECK(rule.is_over("6", "", ""));
  CHECK(rule.is_over(k_closed, "", ""));
  CHECK_FALSE(rule.is_over(k_resolved, "", ""));
  CHECK_FALSE(rule.is_over("unknown", "Enum.99", ""));
  CHECK_FALSE(decode_row({{"status", {{"id", "1"}, {"name", "Enum.1"}}}}, rule).items[0].open());
}

TEST_CASE("Labels are what people see, codes the name or the id", "[partners][scsm]") {
  struct Row {
    json member;
    const char *label, *code;
  };
  for (const Row& row : {
           Row{{{"id", "9"}, {"name", "N"}, {"displayName", "D"}}, "D", "N"},
           Row{{{"id", "9"}, {"displayName", "D"}}, "D", "9"},
           Row{{{"id", "9"}, {"name", "N"}}, "N", "N"},
           Row{{{"id", "9"}, {"name", nullptr}, {"displayName", nullptr}}, "9", "9"},
           Row{"Bare", "Bare", "Bare"},
           Row{nullptr, "", ""},
       }) {
    CAPTURE(row.member.dump());
    const Decoded page = decode_row({{"urgency", row.member}});
    CHECK(page.text(TextField::urgency) == row.label);
    CHECK(page.text(TextField::urgency_code) == row.code);
  }
  CHECK(decode_row({{"priority", 9}}).text(TextField::priority) == "9");
  CHECK(decode_row({{"priority", nullptr}}).text(TextField::priority).empty());
}

TEST_CASE("The first CI that is not deleted stands for them", "[partners][scsm]") {
  const json deleted = {{"baseId", "d"},
                        {"displayName", "gone"},
                        {"objectStatus", {{"name", "System.ConfigItem.ObjectStatusEnum.Deleted"}}}};
  const json pending = {{"baseId", "p"},
                        {"displayName", "going"},
                        {"objectStatus", {{"id", "47101e64-237f-12c8-e3f5-ec5a665412fb"}}}};
  const json active = {{"baseId", "a"},
                       {"principalName", "web02.contoso.local"},
                       {"objectStatus", {{"name", "System.ConfigItem.ObjectStatusEnum.Active"}}}};
  const json later = {{"baseId", "l"}, {"displayName", "later"}};
  const auto item = [](const json& items) {
    const Decoded page = decode_row({{"configItems", items}});
    return page.text(TextField::configuration_item) + "/" +
           page.text(TextField::configuration_item_id);
  };
  CHECK(item({deleted, pending, active, later}) == "web02.contoso.local/a");
  CHECK(item({deleted, pending}) == "/");
  CHECK(item(json::array()) == "/");
  CHECK(item(nullptr) == "/");
}

TEST_CASE("A row that cannot be mapped is named by its ids and field", "[partners][scsm]") {
  struct Row {
    json changes;
    const char* words;
  };
  for (const Row& row : {
           Row{{{"lastModified", "yesterday"}}, "lastModified \"yesterday\""},
           Row{{{"lastModified", "2018-02-30T08:15:30.123Z"}}, "lastModified"},
           Row{{{"createdDate", "01/06/2018"}}, "createdDate \"01/06/2018\""},
           Row{{{"lastModified", nullptr}}, "lastModified is missing"},
           Row{{{"baseId", nullptr}}, "baseId is missing"},
           Row{{{"title", {{"a", 1}}}}, "title is of another type"},
           Row{{{"configItems", "web01"}}, "configItems is of another type"},
       }) {
    CAPTURE(row.words);
    const Error error = test::error_of([&] { (void)decode_row(row.changes); });
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK_THAT(error.text(), Catch::Contains(row.words));
    // Whichever id came before the field.
    CHECK_THAT(error.text(), Catch::Contains("IR1001") || Catch::Contains("11111111-0000-4000"));
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("A page counts only when it is whole", "[partners][scsm]") {
  const std::string good = test::fixture("scsm/our-contract.incidents-page.response.json");
  for (std::size_t size = 1; size + 2 < good.size(); size += 7) {
    CAPTURE(size);
    const Decoded cut = decode(good.substr(0, size));
    CHECK_FALSE(cut.facts.spoiled.empty());
    CHECK(cut.items.empty());
  }
  const Decoded error = decode(R"({"value":[],"error":{"code":"internal","message":"it broke"}})");
  CHECK_THAT(error.facts.spoiled, Catch::Contains("it broke (internal)"));
  for (const char* text : {"", "[]", "{}", "<html>", R"({"value":{}})", R"({"value":[1]})",
                           R"({"value":[]}x)", R"({"value":[],"value":[]})"}) {
    CAPTURE(text);
    CHECK(test::error_of([&] { (void)decode(text); }).kind() == ErrorKind::protocol);
  }
  const Decoded empty = decode(R"({"value":[],"@odata.nextLink":null})");
  CHECK(empty.facts.spoiled.empty());
  CHECK(empty.facts.next_link.empty());
}

TEST_CASE("Rows out of the order by time are noticed", "[partners][scsm]") {
  const json page = {{"value",
                      {row_with({{"id", "IR1"}, {"lastModified", "2018-06-02T00:00:00.000Z"}}),
                       row_with({{"id", "IR2"}, {"lastModified", "2018-06-01T00:00:00.000Z"}})}}};
  const Decoded decoded = decode(page.dump());
  CHECK_THAT(decoded.facts.disorder, Catch::Contains("IR2"));
  CHECK(decoded.facts.rows == 2);
}

TEST_CASE("The question is the contract's", "[partners][scsm]") {
  const auto query = items_query(
      {.from = ms("2018-05-24T00:00:00.001Z"), .until = ms("2018-09-21T00:00:00Z"), .rows = 200});
  CHECK(query[0].second ==
        "lastModified ge 2018-05-24T00:00:00.001Z and lastModified lt 2018-09-21T00:00:00Z");
  CHECK(query[1] == std::pair<std::string, std::string>("$orderby", "lastModified asc,baseId asc"));
  CHECK(query[2].second == "200");
  CHECK(items_path(WorkItemType::change_request) == "/api/itsmc/v1/changerequests");
  CHECK(statuses_path(WorkItemType::incident) == "/api/itsmc/v1/enumerations/IncidentStatusEnum");
}

TEST_CASE("/info, /me and lists are read as far as they are there", "[partners][scsm]") {
  const auto about =
      parse_about(json::parse(test::fixture("scsm/our-contract.info.response.json")));
  REQUIRE(about);
  CHECK(about->contract == k_contract);
  CHECK(about->management_group == "SM_CONTOSO");
  CHECK(about->max_page == 1000);
  CHECK(about->now == parse_rfc3339("2018-06-01T09:00:00Z"));
  CHECK_FALSE(parse_about(json::parse("[]")));
  CHECK_FALSE(parse_about({{"contract", 1}}));
  CHECK(parse_about({{"contract", "x"}, {"maxPageSize", 100000}})->max_page == k_largest_page);
  CHECK(parse_about({{"contract", "x"}, {"maxPageSize", -1}})->max_page == 1);

  const Account account = parse_account(
      {{"account", "CONTOSO\\svc"},
       {"userRoles", {{{"name", "Advanced Operators"}, {"profile", "AdvancedOperator"}}}},
       {"can", {{"readIncident", true}, {"createIncident", false}}}});
  CHECK(account.account == "CONTOSO\\svc");
  REQUIRE(account.roles.size() == 1);
  CHECK(account.roles[0].profile == "AdvancedOperator");
  CHECK(account.reads_incidents == true);
  CHECK(account.creates_incidents == false);
  CHECK_FALSE(account.creates_items);
  CHECK(parse_account(json::parse("{\"userRoles\":\"x\",\"can\":[]}")).account.empty());
  CHECK(
      parse_members(json::parse(R"({"values":[{"id":"1","name":"N","parent":"P"}]})"))[0].parent ==
      "P");
}

TEST_CASE("The words of every error shape are found", "[partners][scsm]") {
  struct Row {
    std::string body;
    const char* words;
  };
  for (const Row& row : {
           Row{test::fixture("scsm/our-contract.error-502.response.json"),
               "sm01.contoso.local:5724 cannot be reached. (sdkUnavailable)"},
           Row{R"({"Message":"An error has occurred.","ExceptionMessage":"no SDK"})",
               "An error has occurred. no SDK"},
           Row{R"({"Message":"The request is invalid.","ModelState":{"top":["too large"]}})",
               "top: too large"},
           Row{R"({"Error":{"Code":"ApiVersionUnspecified","Message":"say a version"}})",
               "say a version (ApiVersionUnspecified)"},
       }) {
    CHECK_THAT(parse_error_body(row.body).text(), Catch::Contains(row.words));
  }
  for (const char* body : {"", "x", "[]", "{}", R"({"error":7})", R"({"ModelState":[]})"}) {
    CHECK(parse_error_body(body).text().empty());
  }
}
