#include <catch2/catch.hpp>

#include "asking.hpp"
#include "azure/azure_on_test.hpp"
#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

struct Alarmed : AzureOnTest {
  std::string alerts(const std::string& rest = "") const {
    return "/subscriptions/" + service.site().settings.subscription +
           "/providers/Microsoft.AlertsManagement/alerts" + rest;
  }
  std::string fire(const json& essentials = json::object()) {
    return body_json(control("alerts/fire", essentials.dump()))["id"];
  }
};

}  // namespace

TEST_CASE("azure alerts: a list has the official example's members") {
  Alarmed on;
  on.fire();
  const json official = json::parse(
      read_file(std::string(SIM_FIXTURE_ROOT) + "/azure/alertsmanagement/list-2019-03-01.json"));
  const json shown = body_json(on.arm("GET", on.alerts("?includeContext=true")))["value"][0];
  const json one = official["responses"]["200"]["body"]["value"][0];
  for (const char* name :
       {"severity", "signalType", "alertState", "monitorCondition", "monitorService",
        "targetResource", "targetResourceName", "targetResourceGroup", "targetResourceType",
        "sourceCreatedId", "alertRule", "startDateTime", "lastModifiedDateTime",
        "lastModifiedUserName", "actionStatus", "description"}) {
    INFO(name);
    REQUIRE(one["properties"]["essentials"].contains(name));
    CHECK(shown["properties"]["essentials"].contains(name));
  }
  CHECK(shown["properties"].contains("context"));
}

TEST_CASE("azure alerts: pages follow nextLink, which has another api-version") {
  Alarmed on;
  for (int i = 0; i < 7; ++i) {
    on.fire({{"alertRule", "rule " + std::to_string(i)}});
    on.now_ms += 1000;
  }
  std::string names;
  std::string target = on.alerts("?pageCount=3&sortOrder=asc");
  int pages = 0;
  while (!target.empty() && pages < 9) {
    const json body = pages == 0 ? body_json(on.arm("GET", target))
                                 : body_json(on.front.answer(asked(
                                       "GET", target, "", {{"Authorization", on.bearer("arm")}})));
    for (const auto& one : body["value"]) names += one["name"].get<std::string>().substr(5);
    const std::string link = body.value("nextLink", "");
    if (!link.empty()) CHECK(link.find("api-version=2018-05-05-preview") != std::string::npos);
    target = link.empty() ? "" : link.substr(link.find("/subscriptions"));
    ++pages;
  }
  CHECK(pages == 3);
  CHECK(names == "0123456");
  on.control("fault?name=next-link-443&count=1");
  const json cut = body_json(on.arm("GET", on.alerts("?pageCount=1")));
  CHECK(cut["nextLink"].get<std::string>().find("http://sim.example:443/") == 0);
}

TEST_CASE("azure alerts: filters, windows and their limits") {
  Alarmed on;
  on.fire({{"severity", "Sev0"}});
  on.now_ms += 2 * 86'400'000LL;
  on.fire();
  const auto count = [&](const std::string& query) {
    return body_json(on.arm("GET", on.alerts(query)))["value"].size();
  };
  CHECK(count("") == 1);
  CHECK(count("?timeRange=7d") == 2);
  CHECK(count("?timeRange=7d&severity=Sev0") == 1);
  CHECK(count("?customTimeRange=2026-01-01T00:00:00Z/2026-01-02T00:00:00Z") == 1);
  for (const char* wrong : {"?timeRange=1d&customTimeRange=a/b", "?timeRange=2d", "?pageCount=251",
                            "?pageCount=26&includeContext=true",
                            "?customTimeRange=2025-11-01T00:00:00Z/2026-01-02T00:00:00Z"}) {
    INFO(wrong);
    CHECK(on.arm("GET", on.alerts(wrong)).status == 400);
  }
  on.control("fault?name=real-limits");
  for (int i = 0; i < 100; ++i) CHECK(on.arm("GET", on.alerts()).status == 200);
  CHECK(on.arm("GET", on.alerts()).status == 429);
}

TEST_CASE("azure alerts: resolved and closed are two states, and history tells both") {
  Alarmed on;
  const std::string id = on.fire();
  on.now_ms += 1000;
  CHECK(on.control("alerts/resolve?id=" + id).status == 200);
  CHECK(on.arm("POST", on.alerts("/" + id + "/changestate?newState=Closed"), {{"comments", "done"}})
            .status == 200);
  const json shown = body_json(on.arm("GET", on.alerts("/" + id)))["properties"]["essentials"];
  CHECK(shown["monitorCondition"] == "Resolved");
  CHECK(shown["alertState"] == "Closed");
  const json history =
      body_json(on.arm("GET", on.alerts("/" + id + "/history")))["properties"]["modifications"];
  REQUIRE(history.size() == 3);
  CHECK(history[0]["modificationEvent"] == "StateChange");
  CHECK(history[0]["comments"] == "done");
  CHECK(history[1]["newValue"] == "Resolved");
  CHECK(history[2]["modificationEvent"] == "AlertCreated");
  CHECK(on.arm("POST", on.alerts("/" + id + "/changestate?newState=Open")).status == 400);
  CHECK(on.arm("GET", on.alerts("/other")).status == 404);
  CHECK(on.control("alerts/fire-again?id=" + id).status == 200);
  CHECK(body_json(
            on.arm("GET", on.alerts("/" + id)))["properties"]["essentials"]["monitorCondition"] ==
        "Fired");
  const json summary = body_json(
      on.arm("GET", "/subscriptions/" + on.service.site().settings.subscription +
                        "/providers/Microsoft.AlertsManagement/alertsSummary?groupby=alertState"));
  CHECK(summary["properties"]["values"] == json::parse(R"([{"name":"Closed","count":1}])"));
}

}  // namespace itsmc::sim::test
