#include "partners/servicenow_ci.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "support/fixture.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;
using nlohmann::json;

namespace {

json ire(const json& changes) {
  json item = {{"className", "cmdb_ci_server"},
               {"operation", "INSERT"},
               {"sysId", "539747cac0a801640163e60735fbbf6e"},
               {"errorCount", 0},
               {"identificationAttempts", json::array()}};
  item.update(changes);
  return {{"result", {{"items", {item}}, {"relations", json::array()}}}};
}

std::vector<std::string> questions(const CiQuery& query) {
  std::vector<std::string> asked;
  for (const CiStep& step : ci_steps(query)) asked.push_back(ci_question(step).query);
  return asked;
}

}  // namespace

TEST_CASE("A configuration item is looked for in the reference's order",
          "[partners][servicenow][intake]") {
  CHECK(questions({"/subscriptions/s/vm", "web01.contoso.local", "web01", "10.0.0.1"}) ==
        std::vector<std::string>{
            "correlation_id=/subscriptions/s/vm^ORDERBYsys_id",
            "object_id=/subscriptions/s/vm^ORDERBYsys_id", "fqdn=web01.contoso.local^ORDERBYsys_id",
            "name=web01.contoso.local^ORDERBYsys_id", "name=web01^ORDERBYsys_id",
            "name=web01^ORDERBYsys_id", "fqdnSTARTSWITHweb01.^ORDERBYsys_id",
            "ip_address=10.0.0.1^ORDERBYsys_id"});
  CHECK(questions({"", "", "10.0.0.1", ""}).size() == 2);
  CHECK(questions({"0123456789abcdef0123456789abcdef", "", "", ""})[0] ==
        "sys_id=0123456789abcdef0123456789abcdef^ORDERBYsys_id");
  CHECK(questions({"", "", "", ""}).empty());
  CHECK(questions({"", "", "javascript:gs.now()", ""}).empty());
}

TEST_CASE("Rows that the instance brings without being asked for are left out",
          "[partners][servicenow][intake]") {
  // An unknown clause is dropped and the whole table comes (servicenow reference 2.8).
  const auto row = [](const char* id, const char* name, const char* fqdn, const char* status) {
    return Record{{{"sys_id", id}, {"name", name}, {"fqdn", fqdn}, {"install_status", status}}, {}};
  };
  Records records;
  records.rows = {row("a", "WEB01", "", "1"), row("b", "db01", "", "1"), row("c", "web01", "", "7"),
                  row("d", "web01", "", "100"), row("e", "web01", "web01.fabrikam.example", "1")};
  records.rows.push_back({{{"sys_id", "f"}, {"name", "web01"}, {"duplicate_of", "a"}}, {}});
  records.rows.push_back({{{"sys_id", "g"}, {"name", "web01"}, {"operational_status", "6"}}, {}});
  const auto ids = [&](CiStep::Match match, const char* word) {
    std::string all;
    for (const ConfigItem& item : ci_answers({match, word}, records)) all += item.id;
    return all;
  };
  CHECK(ids(CiStep::Match::name, "web01") == "ae");
  CHECK(ids(CiStep::Match::short_of, "web01.contoso.local") == "a");
  CHECK(ids(CiStep::Match::fqdn_of, "web01") == "e");
  CHECK(ids(CiStep::Match::fqdn, "web01.contoso.local").empty());
}

TEST_CASE("The engine's payload holds what is known", "[partners][servicenow][intake]") {
  CiDraft draft;
  draft.name = "app07";
  draft.set = {{"discovery_source", "ServiceNow"}, {"serial_number", "4711"}};
  const CiPayload payload = ci_payload(draft);
  CHECK(payload.source == "ServiceNow");
  const json body = json::parse(payload.body);
  CHECK(body["items"][0]["className"] == "cmdb_ci_server");
  CHECK(body["items"][0]["values"] == json{{"name", "app07"}, {"serial_number", "4711"}});
  CHECK(body["relations"].empty());
}

TEST_CASE("A good status of the engine is not believed", "[partners][servicenow][intake]") {
  struct Row {
    const char* what;
    json changes;
    ErrorKind kind;
    const char* words;
  };
  const json many = {{{"attemptResult", "MULTI_MATCH"},
                      {"attributes", {"name"}},
                      {"searchOnTable", "cmdb_ci_hardware"}}};
  for (const Row& row : {
           Row{"unknown", {{"sysId", "Unknown"}}, ErrorKind::protocol, "Unknown"},
           Row{"incomplete",
               {{"operation", "INSERT_AS_INCOMPLETE"}},
               ErrorKind::protocol,
               "kept aside"},
           Row{"partial", {{"operation", "INSERT_AS_PARTIAL"}}, ErrorKind::protocol, "kept aside"},
           Row{"errors",
               {{"errors", {{{"error", "MISSING_DEPENDENCY"}, {"message", "no host"}}}}},
               ErrorKind::protocol,
               "MISSING_DEPENDENCY: no host"},
           Row{"counted errors", {{"errorCount", 1}}, ErrorKind::protocol, "made no"},
           Row{"deleted", {{"operation", "DELETE"}}, ErrorKind::protocol, "DELETE"},
           Row{"several", {{"identificationAttempts", many}}, ErrorKind::ambiguous, "name"},
       }) {
    CAPTURE(row.what);
    const Error error = test::error_of(
        [&] { (void)read_ire(ire(row.changes), IreCall::commit, "Other Automated"); });
    CHECK(error.kind() == row.kind);
    CHECK_THAT(error.text(), Catch::Contains(row.words));
    CHECK_FALSE(error.hint().empty());
  }
  for (const char* text : {"{}", R"({"result":{}})", R"({"result":{"items":[]}})"}) {
    CHECK(test::error_of([&] { (void)read_ire(json::parse(text), IreCall::commit, "x"); }).kind() ==
          ErrorKind::protocol);
  }
}

TEST_CASE("The engine's documented answers are read", "[partners][servicenow][intake]") {
  const json answer = json::parse(test::fixture("servicenow/docs_ire_createorupdate_200.json"));
  const CiOutcome outcome = read_ire(answer, IreCall::commit, "x");
  CHECK(outcome.id == "539747cac0a801640163e60735fbbf6e");
  CHECK(outcome.operation == "UPDATE");
  CHECK(outcome.klass == "cmdb_ci_linux_server");
  // A dry run has no sys_id of what it would insert.
  CHECK(read_ire(ire({{"sysId", "Unknown"}}), IreCall::dry_run, "x").operation == "INSERT");
}
