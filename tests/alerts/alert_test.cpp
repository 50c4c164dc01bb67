#include "itsmc/alerts/alert.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/alerts/ticket.hpp"
#include "support/fixture.hpp"
#include "support/golden.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::alerts;
using nlohmann::json;

namespace {

Alert read(const std::string& payload) {
  auto all = read_alerts(payload);
  REQUIRE(all.size() == 1);
  return all.front();
}

json common(json essentials) {
  json full{{"alertId", "/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/ABC-1"},
            {"alertRule", "cpu"},
            {"severity", "Sev1"},
            {"signalType", "Metric"},
            {"monitorCondition", "Fired"},
            {"monitoringService", "Platform"},
            {"firedDateTime", "2026-11-22T10:00:00.1234567Z"}};
  for (const auto& [key, value] : essentials.items()) full[key] = value;
  return {{"schemaId", "azureMonitorCommonAlertSchema"},
          {"data", {{"essentials", full}, {"alertContext", nullptr}}}};
}

std::string described(const Ticket& ticket) {
  std::string text = fmt::format("key: {}\ntitle: {}\nurgency: {}  impact: {}  severity: {}\n",
                                 ticket.draft.correlation_id, ticket.draft.title,
                                 ticket.draft.urgency, ticket.draft.impact, ticket.draft.severity);
  for (const CiQuery& ci : ticket.cis) {
    text += fmt::format("ci: id={} fqdn={} name={} ip={}\n", ci.id, ci.fqdn, ci.name, ci.ip);
  }
  return text + (ticket.over ? "over\n" : "fired\n") + "\n" + ticket.draft.description;
}

}  // namespace

TEST_CASE("every recorded payload with an envelope is a ticket") {
  const std::string name = GENERATE(
      "common/metric-static-resolved", "common/test-metric-static", "common/test-metric-dynamic",
      "common/metric-static-resolved-with-alertRuleId-and-customProperties",
      "common/test-activity-log-administrative", "common/test-budget-forecasted",
      "common/test-log-v1-metric-measurement", "common/test-log-v2", "common/test-service-health",
      "common/test-smart-detector", "legacy/classic-metric-activated-1",
      "legacy/metric-v2-activated", "non-common/activity-log-administrative",
      "non-common/metric-static");
  const Alert alert = read(test::fixture("azure/alerts/" + name + ".json"));
  const auto tickets = tickets_of(alert, Per::alert);
  REQUIRE(tickets.size() == 1);
  CHECK_FALSE(tickets[0].draft.title.empty());
  CHECK(tickets[0].draft.description.size() <= k_longest_description);
  std::string file = name;
  file[file.find('/')] = '-';
  test::check_golden("alerts/" + file + ".txt", described(tickets[0]));
}

TEST_CASE("a context without its envelope is refused with what is missing") {
  const std::string name =
      GENERATE("log-v1-application-insights", "resource-health", "servicehealth-maintenance");
  const std::string payload = test::fixture("azure/alerts/context-only/" + name + ".json");
  const Error error = test::error_of([&] { static_cast<void>(read_alerts(payload)); });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK(error.text().find("data.essentials") != std::string::npos);
}

TEST_CASE("the context of every service is read when it has its envelope") {
  json payload = common({{"configurationItems", json::array()}});
  const json fragment =
      json::parse(test::fixture("azure/alerts/context-only/servicehealth-maintenance.json"));
  payload["data"]["alertContext"] = fragment["alertContext"];
  const Alert alert = read(payload.dump());
  CHECK_FALSE(alert.headline.empty());
  const Ticket ticket = tickets_of(alert, Per::alert).at(0);
  CHECK(ticket.draft.title.find(alert.headline.substr(0, 40)) != std::string::npos);
  CHECK(ticket.draft.description.find("<p>") == std::string::npos);
}

TEST_CASE("the id is the last segment of alertId, whatever stands before it and in any case") {
  CHECK(read(common({}).dump()).id == "abc-1");
  CHECK(
      read(common({{"alertId", "/x/providers/microsoft.insights/activityLogAlerts/AbC-1/"}}).dump())
          .id == "abc-1");
  CHECK(read(common({{"alertId", nullptr}, {"originAlertId", "Orig_1"}}).dump()).id == "orig_1");
  const Alert nameless = read(common({{"alertId", nullptr}, {"originAlertId", nullptr}}).dump());
  CHECK(nameless.id.starts_with("h-"));
  CHECK(nameless.id ==
        read(common({{"alertId", nullptr}, {"firedDateTime", "2026-12-01T00:00:00Z"}}).dump()).id);
}

TEST_CASE("a payload that says nothing of which alert it is is refused") {
  const json payload = common({{"alertId", nullptr}, {"alertRule", nullptr}});
  const Error error = test::error_of([&] { static_cast<void>(read_alerts(payload.dump())); });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK(error.text().find("no alertId") != std::string::npos);
}

TEST_CASE("what real payloads have otherwise than documented is read") {
  const Alert alert = read(common({{"signalType", "ActivityLog"},
                                   {"severity", nullptr},
                                   {"alertTargetIDs", nullptr},
                                   {"monitorCondition", "Resolved"},
                                   {"resolvedDateTime", "3/22/2019 1:36:31 PM"}})
                               .dump());
  CHECK_FALSE(alert.severity);
  CHECK(alert.over);
  REQUIRE(alert.resolved_at);
  CHECK(format_rfc3339(*alert.resolved_at) == "2019-03-22T13:36:31Z");
  CHECK(format_rfc3339(*alert.fired_at) == "2026-11-22T10:00:00.123Z");
  CHECK(tickets_of(alert, Per::alert).at(0).draft.urgency == "Medium");
}

TEST_CASE("old shapes: activated fires, deactivated is over, and both have one id") {
  json fired = json::parse(test::fixture("azure/alerts/legacy/metric-v2-activated.json"));
  const Alert first = read(fired.dump());
  CHECK_FALSE(first.over);
  fired["data"]["status"] = "Deactivated";
  fired["data"]["context"]["timestamp"] = "2018-02-28T11:00:00Z";
  const Alert second = read(fired.dump());
  CHECK(second.over);
  CHECK(first.id == second.id);
  fired["data"]["context"]["resourceId"] = "/subscriptions/other";
  CHECK(read(fired.dump()).id != first.id);
}

TEST_CASE("flat log alerts are read") {
  const Alert alert = read(R"({"SubscriptionId":"s","AlertRuleName":"errors","SearchQuery":"Event",
      "SearchIntervalEndtimeUtc":"3/26/2018 8:12:40 AM","AlertThresholdOperator":"Greater Than",
      "AlertThresholdValue":0,"ResultCount":2,"WorkspaceId":"12345","Severity":"Sev2",
      "SearchResult":{"tables":[{"name":"PrimaryResult",
        "columns":[{"name":"$table"},{"name":"Computer"}],
        "rows":[["Event","vm1"],["Event","vm2"]]}]}})");
  CHECK(alert.rule == "errors");
  CHECK(alert.config_items == std::vector<std::string>{"vm1", "vm2"});
  CHECK(alert.rows.rows.size() == 2);
  CHECK(alert.fired_at);
}

TEST_CASE("several alerts in one payload: an array, or an object a line") {
  const std::string one = common({}).dump();
  const std::string two = common({{"alertId", "/a/two"}}).dump();
  CHECK(read_alerts("[" + one + "," + two + "]").size() == 2);
  CHECK(read_alerts(one + "\n" + two + "\n").size() == 2);
  const Error error = test::error_of([&] { static_cast<void>(read_alerts("[" + one + ",{}]")); });
  CHECK(error.text().starts_with("alert 2 of 2: "));
}

TEST_CASE("wrong input is a clear error") {
  struct Case {
    std::string input, says;
  };
  const std::string whole = common({}).dump();
  const Case wrong = GENERATE_COPY(
      Case{"", "empty"}, Case{" \n", "empty"}, Case{"nope", "not JSON: at byte"},
      Case{whole.substr(0, whole.size() / 2), "not JSON: at byte"},
      Case{"{\"a\":1}", "not an alert of a known schema; its keys: a"}, Case{"{}", "keys: none"},
      Case{"[]", "empty list"}, Case{"17", "not a JSON object"}, Case{"\"\xff\xfe\"", "not JSON"},
      Case{std::string(100'000, '['), "nested deeper than 64"});
  const Error error = test::error_of([&] { static_cast<void>(read_alerts(wrong.input)); });
  CHECK(error.kind() == ErrorKind::invalid);
  INFO(error.text());
  CHECK(error.text().find(wrong.says) != std::string::npos);
}

TEST_CASE("a page of the alerts list is read") {
  const json recorded = json::parse(test::fixture("azure/alertsmanagement/list-2019-03-01.json"));
  const AlertPage page = read_alert_page(recorded["responses"]["200"]["body"].dump());
  REQUIRE(page.entries.size() == recorded["responses"]["200"]["body"]["value"].size());
  CHECK(page.next_link.starts_with("https://management.azure.com:443/"));
  CHECK(format_rfc3339(page.entries[0].changed_at) == "2018-09-13T15:51:02Z");
  CHECK(page.entries[0].alert.config_items.size() == 1);
  CHECK_THROWS_AS(read_alert_page("{}"), Error);
  CHECK_THROWS_AS(read_alert_page("nope"), Error);
}

TEST_CASE("without an id of its own, each of a rule's dimensions is an alert of its own") {
  json one = json::parse(test::fixture("azure/alerts/non-common/metric-static.json"));
  json& criterion = one["data"]["context"]["condition"]["allOf"][0];
  const std::string first = read(one.dump()).id;
  criterion["metricValue"] = 12345;
  CHECK(read(one.dump()).id == first);
  criterion["dimensions"] = {{{"name", "A"}, {"value", "1"}}, {{"name", "B"}, {"value", "2"}}};
  const std::string second = read(one.dump()).id;
  CHECK(second != first);
  criterion["dimensions"] = {{{"name", "B"}, {"value", "2"}}, {{"name", "A"}, {"value", "1"}}};
  CHECK(read(one.dump()).id == second);
}

TEST_CASE("the list and the webhook name a service alike") {
  const json entry{{"id", "/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/A"},
                   {"properties",
                    {{"essentials",
                      {{"monitorService", "ActivityLog Administrative"},
                       {"lastModifiedDateTime", "2026-11-22T10:00:00Z"}}}}}};
  const AlertPage page = read_alert_page(json{{"value", {entry}}}.dump());
  REQUIRE(page.entries.size() == 1);
  CHECK(page.entries[0].alert.service == "Activity Log - Administrative");
  CHECK(read(common({{"signalType", "ActivityLog"}}).dump()).signal == "Activity Log");
}

TEST_CASE("what is nested without end is refused wherever JSON is read") {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  const std::string line = R"({"SearchQuery":"q","AlertRuleName":"r","SearchResults":{"tables":[)"
                           R"({"columns":[{"name":"a"}],"rows":[[)" +
                           deep + "]]}]}}";
  CHECK_THROWS_AS(read_alerts(line + "\n" + line), Error);
  CHECK_THROWS_AS(read_alert_page(R"({"value":[],"x":)" + deep + "}"), Error);
  for (const std::string& rows :
       {R"([{"a":)" + deep + "}]", R"({"a":)" + deep + "}\n{}", R"({"a":)" + deep + "}"}) {
    CHECK(test::error_of([&] { static_cast<void>(read_log_rows(rows)); }).kind() ==
          ErrorKind::invalid);
  }
}

TEST_CASE("an alert's rows and queries of 256 KB and more are read") {
  json payload = common({{"monitoringService", "Log Analytics"}});
  json rows = json::array();
  for (int i = 0; i < 10'000; ++i) rows.push_back({fmt::format("vm{}", i), std::string(40, 'x')});
  payload["data"]["alertContext"] = {
      {"SearchQuery", "Event"},
      {"SearchResults",
       {{"tables", {{{"columns", {{{"name", "Computer"}}, {{"name", "m"}}}}, {"rows", rows}}}}}}};
  const std::string text = payload.dump();
  REQUIRE(text.size() > 256U * 1024);
  const Alert alert = read(text);
  CHECK(alert.rows.rows.size() == 10'000);
  CHECK(alert.config_items.size() == 10'000);
}
