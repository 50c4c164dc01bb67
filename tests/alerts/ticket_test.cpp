#include "itsmc/alerts/ticket.hpp"

#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::alerts;

namespace {

Alert log_alert(std::size_t rows) {
  Alert alert;
  alert.id = "abc-1";
  alert.rule = "Disk space";
  alert.severity = 2;
  alert.query = "Perf | where CounterValue < 10";
  alert.rows.columns = {"Computer", "Free"};
  for (std::size_t i = 0; i < rows; ++i) {
    alert.rows.rows.push_back({fmt::format("vm{}", i), "7"});
    alert.config_items.push_back(fmt::format("vm{}", i));
  }
  return alert;
}

}  // namespace

TEST_CASE("each policy has its own keys, the same in every run") {
  const Alert alert = log_alert(3);
  CHECK(tickets_of(alert, Per::alert).at(0).draft.correlation_id == "abc-1");
  CHECK(tickets_of(alert, Per::rule).at(0).draft.correlation_id ==
        "rule:0a989370375cc3db506defdce1802984");
  for (const Per per : {Per::ci, Per::row}) {
    const auto tickets = tickets_of(alert, per);
    REQUIRE(tickets.size() == 3);
    std::set<std::string> keys;
    for (const Ticket& ticket : tickets) {
      CHECK(ticket.cis.size() == 1);
      CHECK(ticket.alert_id == "abc-1");
      CHECK(ticket.draft.correlation_id.size() <= 90);
      keys.insert(ticket.draft.correlation_id);
    }
    CHECK(keys.size() == 3);
  }
  CHECK(tickets_of(Alert{.id = "x", .rule = "r"}, Per::ci).size() == 1);
  CHECK(tickets_of(Alert{.id = "x", .rule = "r"}, Per::row).at(0).draft.correlation_id == "x");
}

TEST_CASE("a description holds what fits and says what it left out") {
  const Ticket ticket = tickets_of(log_alert(10'000), Per::alert).at(0);
  CHECK(ticket.draft.description.size() <= k_longest_description);
  CHECK(ticket.draft.description.find("Rows (10000)") != std::string::npos);
  CHECK(ticket.draft.description.find("of 10000 rows are left out here") != std::string::npos);
  CHECK(ticket.draft.description.find("Alert id: abc-1") != std::string::npos);
  CHECK(ticket.draft.description.find("Perf | where") != std::string::npos);
  CHECK(ticket.draft.title == "Sev2 Disk space on vm0");
}

TEST_CASE("text of any script is kept, control characters are not") {
  Alert alert;
  alert.id = "x";
  alert.rule = "قرص ممتلئ\x1b[31m\x01 磁碟";
  alert.description = "first\nsecond\tthird";
  const Ticket ticket = tickets_of(alert, Per::alert).at(0);
  CHECK(ticket.draft.title == "قرص ممتلئ [31m 磁碟");
  CHECK(ticket.draft.description.starts_with("first\nsecond third\n"));
}

TEST_CASE("a configuration item is looked for by all that is known of it") {
  Alert alert;
  alert.id = "x";
  alert.targets = {"/subscriptions/s/providers/microsoft.compute/virtualmachines/VM1"};
  alert.config_items = {"vm1", "web.contoso.example", "10.0.0.4", alert.targets[0]};
  const auto cis = tickets_of(alert, Per::alert).at(0).cis;
  REQUIRE(cis.size() == 4);
  CHECK(cis[0].name == "vm1");
  CHECK(cis[0].id == alert.targets[0]);
  CHECK(cis[1].fqdn == "web.contoso.example");
  CHECK(cis[1].name == "web");
  CHECK(cis[2].ip == "10.0.0.4");
  CHECK(cis[3].name == "VM1");
}

TEST_CASE("severity means urgency, impact and the vendor's event severity") {
  struct Case {
    int severity;
    std::string_view urgency, impact;
    int event;
  };
  const Case known = GENERATE(Case{0, "High", "High", 1}, Case{1, "High", "Medium", 2},
                              Case{2, "Medium", "Medium", 4}, Case{3, "Medium", "Low", 4},
                              Case{4, "Low", "Low", 5});
  CHECK(weight_of(known.severity).urgency == known.urgency);
  CHECK(weight_of(known.severity).impact == known.impact);
  CHECK(event_severity_of(known.severity) == known.event);
}

TEST_CASE("log rows are objects in an array, objects a line, or a query's answer") {
  const std::string text =
      GENERATE(std::string(R"([{"Computer":"vm1","n":1},{"Computer":"vm2","x":null}])"),
               std::string("{\"Computer\":\"vm1\",\"n\":1}\n\n{\"Computer\":\"vm2\"}\n"),
               std::string(R"({"tables":[{"columns":[{"name":"Computer"},{"name":"n"}],
                      "rows":[["vm1",1],["vm2",null]]}]})"));
  const Rows rows = read_log_rows(text);
  REQUIRE(rows.rows.size() == 2);
  CHECK(config_item_of(rows, 1) == "vm2");
  CHECK(rows.rows[0][1] == "1");
  const auto each = tickets_of(rows, "disk", RowsPer::row);
  REQUIRE(each.size() == 2);
  CHECK(each[0].draft.correlation_id != each[1].draft.correlation_id);
  CHECK(each[0].draft.description.find("Computer=vm1; n=1") != std::string::npos);
  const auto all = tickets_of(rows, "disk", RowsPer::all);
  REQUIRE(all.size() == 1);
  CHECK(all[0].cis.size() == 2);
  CHECK(all[0].draft.title == "disk");
}

TEST_CASE("log rows that are none are refused with their place") {
  CHECK(test::error_of([] { static_cast<void>(read_log_rows("")); }).text() ==
        "the input is empty");
  CHECK(test::error_of([] { static_cast<void>(read_log_rows("{\"a\":1}\nnope\n")); })
            .text()
            .starts_with("line 2: not a JSON object"));
  CHECK(test::error_of([] { static_cast<void>(read_log_rows("[{},3]")); })
            .text()
            .starts_with("row 2: "));
}

TEST_CASE("columns name configuration items by ITSMC's priority") {
  const Rows rows{{"Computer", "Resource", "_ResourceId"},
                  {{"vm1", "res1", "/subscriptions/s/providers/x/y/z"}, {"vm1", " ", ""}}};
  CHECK(config_item_of(rows, 0) == "/subscriptions/s/providers/x/y/z");
  CHECK(config_item_of(rows, 1) == "vm1");
}

TEST_CASE("rows that differ only far behind what is shown have keys of their own") {
  Alert alert = log_alert(0);
  alert.rows.rows = {{"vm1", std::string(500, 'x') + "1"}, {"vm1", std::string(500, 'x') + "2"}};
  const auto tickets = tickets_of(alert, Per::row);
  REQUIRE(tickets.size() == 2);
  CHECK(tickets[0].draft.correlation_id != tickets[1].draft.correlation_id);
  CHECK(tickets_of(alert, Per::row)[0].draft.correlation_id == tickets[0].draft.correlation_id);
}

TEST_CASE("log rows cut off say where they end, not that a line is none") {
  const Error error = test::error_of([] { static_cast<void>(read_log_rows("[{\"a\":1},\n{")); });
  CHECK(error.text().starts_with("not JSON: at byte"));
}
