#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using servicenow::Key;
using servicenow::RowMaker;

struct Sample {
  const char *id, *number, *state, *title, *updated, *caller;
};

constexpr Sample k_samples[] = {
    {"01", "INC0000001", "1", "VPN drops", "2026-01-01 00:00:00", "u1"},
    {"02", "INC0000002", "2", "Printer stuck ^ again", "2026-01-02 00:00:00", "u2"},
    {"03", "INC0000003", "7", "vpn down", "2026-01-02 00:00:00", ""},
    {"04", "INC0000004", "10", "", "2026-01-03 00:00:01", "u1"},
};

void fill(InstanceOnTest& on) {
  on.service.fill_empty();
  auto& instance = on.service.site().instance;
  auto& users = *instance.table("sys_user");
  for (const char* name : {"u1", "u2"}) {
    RowMaker maker(users.schema(), Key(name), 0);
    maker.set("name", name == std::string("u1") ? "Ann One" : "Bob Two");
    users.insert(std::move(maker.row));
  }
  auto& incidents = *instance.table("incident");
  for (const auto& sample : k_samples) {
    RowMaker maker(incidents.schema(), Key(sample.id), parse_utc(sample.updated).value());
    maker.set("number", sample.number).set("state", sample.state);
    maker.set("short_description", sample.title).set("caller_id", sample.caller);
    incidents.insert(std::move(maker.row));
  }
  instance.settle();
}

// The sys_ids that a query gives, in order, comma-joined.
std::string found(InstanceOnTest& on, const std::string& query) {
  const auto reply = on.get(list_target("incident", query, "&sysparm_fields=sys_id"));
  std::string out;
  const auto body = body_json(reply);  // must outlive the loop
  for (const auto& row : body["result"]) {
    out += (out.empty() ? "" : ",") + row["sys_id"].get<std::string>();
  }
  return out;
}

}  // namespace

TEST_CASE("encoded queries select what the product selects") {
  InstanceOnTest on;
  fill(on);
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "01,02,03,04"},
      {"state=1", "01"},
      {"state!=1", "02,03,04"},
      {"state>2", "03,04"},  // numbers compare as numbers: 10 > 7 > 2
      {"state>=2^state<10", "02,03"},
      {"stateIN1,7", "01,03"},
      {"stateNOT IN1,7", "02,04"},
      {"short_descriptionLIKEvpn", "01,03"},
      {"short_descriptionNOT LIKEvpn", "02,04"},
      {"short_descriptionSTARTSWITHVPN", "01,03"},
      {"short_descriptionENDSWITHdown", "03"},
      {"short_descriptionISEMPTY", "04"},
      {"short_descriptionISNOTEMPTY", "01,02,03"},
      {"short_descriptionANYTHING", "01,02,03,04"},
      {"short_description=Printer stuck ^^ again", "02"},
      {"sys_updated_onBETWEEN2026-01-02 00:00:00@2026-01-03 00:00:00", "02,03"},
      {"sys_updated_on>2026-01-02 00:00:00", "04"},
      {"sys_updated_on=2026-01-02 00:00:00^sys_id>02^ORDERBYsys_id", "03"},
      {"sys_updated_on=2026-01-02 00:00:00^sys_id>02^ORDERBYsys_updated_on^ORDERBYsys_id", "03"},
      {"sys_id>01^sys_id<=03^ORDERBYsys_id", "02,03"},
      {"sys_idISEMPTY", ""},
      {"state=1^ORstate=2", "01,02"},
      {"caller_id=u1^state=1^ORstate=2", "01"},  // ^OR binds to the condition before it
      {"state=1^NQstate=7", "01,03"},
      {"sys_updated_on>2026-01-02 00:00:00^NQsys_updated_on=2026-01-02 00:00:00^sys_id>02"
       "^ORDERBYsys_updated_on^ORDERBYsys_id",
       "03,04"},
      {"caller_id.name=Ann One", "01,04"},
      {"caller_id.nameSTARTSWITHbob", "02"},
      {"caller_id.nameISEMPTY", "03"},
      {"ORDERBYDESCnumber", "04,03,02,01"},
      {"ORDERBYDESCsys_updated_on^ORDERBYsys_id", "04,02,03,01"},
      {"ORDERBYstate", "01,02,03,04"},
      {"ORDERBYshort_description", "04,02,01,03"},
      {"numberSAMEASnumber", "01,02,03,04"},
      {"numberNSAMEASstate", "01,02,03,04"},
      {"bogus=1", "01,02,03,04"},     // dropped: the whole table
      {"bogus>=2024^state=1", "01"},  // dropped, the rest runs
      {"stateWHATEVER1", "01,02,03,04"},
      {"sys_updated_on>=not a date", "01,02,03,04"},
      {"EQ", "01,02,03,04"},
  };
  for (const auto& [query, ids] : table) {
    INFO(query);
    CHECK(found(on, query) == ids);
  }
}

TEST_CASE("an invalid clause returns nothing when the instance is set so") {
  InstanceOnTest on;
  fill(on);
  on.control("fault?name=invalid-query-returns-none");
  CHECK(found(on, "bogus=1").empty());
  CHECK(found(on, "bogus>=1^ORDERBYsys_id").empty());
  CHECK(found(on, "state=1") == "01");
}

TEST_CASE("scripts in values mean the session's user and zone") {
  InstanceOnTest on;
  fill(on);
  const auto roles = body_json(
      on.get(list_target("sys_user_has_role", "user=javascript:gs.getUserID()^state=active",
                         "&sysparm_fields=role.name")))["result"];
  CHECK(roles.size() >= 5);
  // Midnight in Los Angeles is 08:00 UTC: the row of 00:00:01 UTC is before it.
  const std::string script = "sys_updated_on>javascript:gs.dateGenerate('2026-01-03','00:00:00')";
  CHECK(found(on, script).empty());
  on.control("fault?name=user-zone&arg=0");
  CHECK(found(on, script) == "04");
}

TEST_CASE("plain pairs accept display values and ignore unknown names") {
  InstanceOnTest on;
  fill(on);
  const auto ids = [&](const std::string& pairs) {
    return body_json(on.get("/api/now/table/incident?sysparm_fields=sys_id&" + pairs))["result"]
        .size();
  };
  CHECK(ids("state=New") == 1);
  CHECK(ids("state=7") == 1);
  CHECK(ids("caller_id=Ann%20One") == 2);
  CHECK(ids("query=state%3D1") == 4);  // a typo returns the whole table
}

TEST_CASE("task reads incidents and changes") {
  InstanceOnTest on;
  fill(on);
  on.control("create?table=change_request&count=2");
  const auto rows = body_json(
      on.get(list_target("task", "ORDERBYnumber", "&sysparm_fields=number,sys_class_name")));
  REQUIRE(rows["result"].size() == 6);
  CHECK(rows["result"][0]["sys_class_name"] == "change_request");
  CHECK(rows["result"][5]["sys_class_name"] == "incident");
}

}  // namespace itsmc::sim::test
