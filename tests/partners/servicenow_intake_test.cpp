#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/servicenow_desk.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using nlohmann::json;
using partners::Written;

namespace {

constexpr const char* k_id = "alert-1";

/// An instance and its intake.
struct Desk {
  explicit Desk(const IntakeWish& wanted = incident_wish())
      : wish(wanted), world(servicenow_desk()), intake(open_intake(*world, wish)) {
    wish.draft.type = wish.type;
    wish.draft.correlation_id = k_id;
  }
  Written create() const { return intake->create(wish.draft, {}); }
  std::vector<Ticket> truth() const { return tickets(*world, wish.type); }
  /// A row of a table, made by the user's hand.
  void put_row(const std::string& table, const json& fields) const {
    http::Request request;
    request.method = "POST";
    request.url = world->connection.url + "/api/now/table/" + table;
    request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Basic " + basic()}};
    request.body = fields.dump();
    const auto answer = world->exchange(request);
    REQUIRE(answer.response);
    REQUIRE(answer.response->status == 201);
  }
  std::string basic() const {
    const sim::Credentials known;
    return sim::encode_base64(known.user + ":" + known.password);
  }

  IntakeWish wish;
  std::unique_ptr<SimWorld> world;
  std::unique_ptr<partners::Intake> intake;
};

std::string reason_of(const std::vector<FieldProblem>& problems, const std::string& field) {
  for (const FieldProblem& problem : problems) {
    if (problem.field == field) return problem.reason;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("A refusal that hid a done insert gives the item", "[partners][servicenow][intake]") {
  for (const IntakeWish& wish : {incident_wish(), change_wish()}) {
    const Desk desk(wish);
    desk.world->fault("insert-403;path=/api/");
    const Written made = desk.create();
    REQUIRE(desk.truth().size() == 1);
    CHECK(made.item.id == desk.truth()[0].id);
    REQUIRE(made.warnings.size() == 1);
    CHECK_THAT(made.warnings[0], Catch::Contains("ACL Exception Insert"));
  }
}

TEST_CASE("A refusal that made nothing stays one", "[partners][servicenow][intake]") {
  const Desk desk;
  desk.world->fault("data-policy-403=Caller");
  const Error error = error_of([&] { (void)desk.create(); });
  CHECK(error.kind() == ErrorKind::denied);
  CHECK_THAT(error.text(), Catch::Contains("mandatory: Caller"));
  CHECK(desk.truth().empty());
}

TEST_CASE("Where nothing can be looked up a refusal is an unknown outcome",
          "[partners][servicenow][intake]") {
  const Desk desk;
  desk.world->fault("insert-403");
  desk.world->fault("acl-rows=100");
  const Error error = error_of([&] { (void)desk.create(); });
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK_THAT(error.text(), Catch::Contains("not known"));
  CHECK(desk.truth().size() == 1);
}

TEST_CASE("Items that access rules hide are not taken for none", "[partners][servicenow][intake]") {
  const Desk desk;
  (void)desk.create();
  desk.world->fault("acl-rows=100");
  CHECK(error_of([&] { (void)desk.intake->find(WorkItemType::incident, k_id, {}); }).kind() ==
        ErrorKind::denied);
}

TEST_CASE("An instance that ignores the question is noticed", "[partners][servicenow][intake]") {
  const Desk desk;
  (void)desk.create();
  desk.world->fault("query-ignored;path=/table/incident");
  CHECK(error_of([&] { (void)desk.intake->find(WorkItemType::incident, "other", {}); }).kind() ==
        ErrorKind::denied);
}

TEST_CASE("Somebody else's record with the same correlation id is not ours",
          "[partners][servicenow][intake]") {
  const Desk desk;
  desk.put_row("incident", {{"correlation_id", k_id}, {"correlation_display", "other tool"}});
  CHECK(desk.intake->find(WorkItemType::incident, k_id, {}).empty());
}

TEST_CASE("Two of one id are both found, the older first", "[partners][servicenow][intake]") {
  const Desk desk;
  const Written first = desk.create();
  desk.world->clock().advance(std::chrono::seconds(5));
  (void)desk.create();
  const auto found = desk.intake->find(WorkItemType::incident, k_id, {});
  REQUIRE(found.size() == 2);
  CHECK(found[0].id == first.item.id);
}

TEST_CASE("Dictionary and choices that are kept back let the draft pass, aloud",
          "[partners][servicenow][intake]") {
  Desk desk;
  desk.world->fault("dictionary-unreadable");
  desk.world->fault("choices-unreadable");
  desk.wish.draft.set = {{"contact_type", "phone"}};
  desk.wish.draft.urgency = "Sideways";
  CHECK_FALSE(reason_of(desk.intake->check(desk.wish.draft, {}), "urgency").empty());
  desk.wish.draft.urgency = "high";  // urgency and impact are the same on every instance
  CHECK(desk.intake->check(desk.wish.draft, {}).empty());
  const Written made = desk.create();
  CHECK(made.warnings.size() == 2);
  CHECK_THAT(made.warnings[0], Catch::Contains("category"));
  CHECK_THAT(made.warnings[1], Catch::Contains("sys_dictionary"));
}

TEST_CASE("References are given by name", "[partners][servicenow][intake]") {
  Desk desk;
  desk.put_row("sys_user_group", {{"name", "Network"}});
  desk.put_row("sys_user_group", {{"name", "Twins"}});
  desk.put_row("sys_user_group", {{"name", "twins"}});
  desk.wish.draft.set = {{"assignment_group", "network"}, {"caller_id", "admin"}};
  CHECK(desk.create().warnings.empty());
  desk.wish.draft.set = {{"assignment_group", "Twins"}, {"assigned_to", "nobody at all"}};
  const auto problems = desk.intake->check(desk.wish.draft, {});
  CHECK_THAT(reason_of(problems, "assignment_group"), Catch::Contains("several"));
  CHECK_THAT(reason_of(problems, "assigned_to"), Catch::Contains("no readable row"));
  CHECK(error_of([&] { (void)desk.create(); }).kind() == ErrorKind::invalid);
}

TEST_CASE("A template fills what the draft leaves open", "[partners][servicenow][intake]") {
  Desk desk;
  desk.put_row("sys_template", {{"name", "Azure alert"},
                                {"table", "incident"},
                                {"template", "contact_type=phone^urgency=3^EQ"}});
  desk.put_row(
      "sys_template",
      {{"name", "Old"}, {"table", "incident"}, {"template", "urgency=3"}, {"active", "false"}});
  const auto told = desk.intake->templates({});
  REQUIRE(told.size() == 3);  // by name; the third stands there from the start
  CHECK(told[0].fields.size() == 2);
  CHECK_THAT(told[1].unusable, Catch::Contains("inactive"));
  CHECK(told[2].name == "Server down");
  CHECK(told[2].unusable.empty());
  desk.wish.draft.template_name = "azure alert";
  const json body = json::parse(desk.intake->plan(desk.wish.draft, {}).body);
  CHECK(body["contact_type"] == "phone");
  CHECK(body["urgency"] == "1");
  desk.wish.draft.template_name = "Old";
  CHECK_THAT(reason_of(desk.intake->check(desk.wish.draft, {}), "template"),
             Catch::Contains("inactive"));
}

TEST_CASE("A standard change is made by its own path", "[partners][servicenow][intake]") {
  Desk desk(change_wish());
  desk.put_row("std_change_producer_version", {{"name", "Reboot a server"}});
  desk.wish.draft.template_name = "Reboot a server";
  const auto plan = desk.intake->plan(desk.wish.draft, {});
  CHECK_THAT(plan.url, Catch::Contains("/change/standard/"));
  CHECK(desk.create().warnings.empty());
  CHECK(desk.truth().size() == 1);
}

TEST_CASE("An instance without the Change Management API says so",
          "[partners][servicenow][intake]") {
  const Desk desk(change_wish());
  desk.world->fault("no-change-api");
  const Error error = error_of([&] { (void)desk.create(); });
  CHECK(error.kind() == ErrorKind::usage);
  CHECK_THAT(error.text(), Catch::Contains("Change Management API"));
}

TEST_CASE("A change that a worker makes is looked for", "[partners][servicenow][intake]") {
  const Desk desk(change_wish());
  desk.world->fault("change-worker");
  const Written made = desk.create();
  CHECK(made.item.id == desk.truth().at(0).id);
}

TEST_CASE("Resolving takes codes of the instance, or the user's",
          "[partners][servicenow][intake]") {
  const Desk desk;
  const FoundItem item = desk.create().item;
  ItemChange change{ItemChange::Kind::resolve, "Over.", {{"close_code", "nonsense"}}, {}};
  CHECK(error_of([&] { (void)desk.intake->change(desk.wish.type, item, change, {}); }).kind() ==
        ErrorKind::invalid);
  change.set = {{"close_code", "solved (work around)"}, {"state", "Closed"}};
  const Written done = desk.intake->change(desk.wish.type, item, change, {});
  CHECK(done.item.state == "Closed");
  CHECK_FALSE(done.item.open);
}

TEST_CASE("A rule that refuses the end is quoted, and a note is left",
          "[partners][servicenow][intake]") {
  for (const IntakeWish& wish : {incident_wish(), change_wish()}) {
    const Desk desk(wish);
    const FoundItem item = desk.create().item;
    desk.world->fault("resolve-refused=rule");
    const Written after = desk.intake->change(
        wish.type, item, {ItemChange::Kind::resolve, "The alert is over.", {}, {}}, {});
    REQUIRE(after.warnings.size() == 1);
    CHECK_THAT(after.warnings[0], Catch::Contains("Abort invalid state"));
    CHECK(after.item.open);
    CHECK(desk.truth().at(0).notes.back() == "The alert is over.");
  }
}

TEST_CASE("A later configuration item is linked where there is room, else named",
          "[partners][servicenow][intake]") {
  const Desk desk;
  const FoundItem item = desk.create().item;
  const auto add = [&](const char* id, const char* name) {
    (void)desk.intake->change(
        desk.wish.type, item,
        {ItemChange::Kind::comment, "Again.", {}, {{id, name, "", "cmdb_ci_server"}}}, {});
  };
  add("00000000000000000000000000000001", "web01");
  CHECK(desk.truth().at(0).config_items ==
        std::vector<std::string>{"00000000000000000000000000000001"});
  add("00000000000000000000000000000002", "web02");
  const auto notes = desk.truth().at(0).notes;
  CHECK(std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
    return note.find("Again.\nAffected as well: web02") != std::string::npos;
  }));
}

TEST_CASE("Events tell plug-in, role and count", "[partners][servicenow][intake]") {
  struct Row {
    const char* fault;
    ErrorKind kind;
    const char *text, *hint;
  };
  for (const Row& row : {
           Row{"no-event-management", ErrorKind::usage, "Event Management",
               "com.glideapp.itom.snac"},
           Row{"no-role=evt_mgmt_integration", ErrorKind::denied, "403", "evt_mgmt_integration"},
           Row{"events-count=0", ErrorKind::protocol, "took 0", "log"},
       }) {
    CAPTURE(row.fault);
    const Desk desk(event_wish(WorkItemType::event));
    desk.world->fault(row.fault);
    const Error error = error_of([&] { (void)desk.create(); });
    CHECK(error.kind() == row.kind);
    CHECK_THAT(error.text(), Catch::Contains(row.text));
    CHECK_THAT(error.hint(), Catch::Contains(row.hint));
  }
}

TEST_CASE("An event whose alert is not there yet can be closed all the same",
          "[partners][servicenow][intake]") {
  const Desk desk(event_wish(WorkItemType::event));
  desk.world->fault("events-wait");
  const Written made = desk.create();
  CHECK_FALSE(made.item.id.empty());
  CHECK(made.item.number.empty());
  REQUIRE(made.warnings.size() == 1);
  CHECK_THAT(made.warnings[0], Catch::Contains("not there yet"));
  (void)desk.world->control("faults/clear");
  (void)desk.create();
  const Written done = desk.intake->change(desk.wish.type, made.item,
                                           {ItemChange::Kind::resolve, "Over.", {}, {}}, {});
  CHECK_FALSE(done.item.open);
  REQUIRE(desk.truth().size() == 1);
  CHECK_FALSE(desk.truth()[0].open);
}

TEST_CASE("An event that Event Management cannot use is told", "[partners][servicenow][intake]") {
  const Desk desk(event_wish(WorkItemType::event));
  desk.world->fault("events-fail");
  const Written made = desk.create();
  REQUIRE(made.warnings.size() == 1);
  CHECK_THAT(made.warnings[0], Catch::Contains("state is Error"));
}

TEST_CASE("Making a configuration item believes no good status", "[partners][servicenow][intake]") {
  struct Row {
    const char* fault;
    ErrorKind kind;
  };
  for (const Row& row :
       {Row{"ire-incomplete", ErrorKind::protocol}, Row{"ire-unknown", ErrorKind::protocol},
        Row{"ire-errors=MISSING_DEPENDENCY", ErrorKind::protocol},
        Row{"no-role=itil;path=/identifyreconcile", ErrorKind::denied}}) {
    CAPTURE(row.fault);
    const Desk desk;
    desk.world->fault(row.fault);
    CHECK(error_of([&] {
            (void)desk.intake->create_ci({"app07", "", "", "", {}}, {});
          }).kind() == row.kind);
    CHECK(config_items(*desk.world).empty());
  }
}

TEST_CASE("An existing configuration item is found by the engine, two are ambiguous",
          "[partners][servicenow][intake]") {
  const Desk desk;
  put_ci(*desk.world, {"00000000000000000000000000000001", "app07", "", "", "", "active"});
  const auto made = desk.intake->create_ci({"APP07", "", "", "", {}}, {});
  CHECK(made.existed);
  CHECK(made.item.id == "00000000000000000000000000000001");
  put_ci(*desk.world, {"00000000000000000000000000000002", "app07", "", "", "", "active"});
  CHECK(error_of([&] {
          (void)desk.intake->create_ci({"app07", "", "", "", {}}, {});
        }).kind() == ErrorKind::ambiguous);
  CHECK(config_items(*desk.world).size() == 2);
}

TEST_CASE("A discovery source that the instance lacks is refused before anything is sent",
          "[partners][servicenow][intake]") {
  const Desk desk;
  const Error error = error_of([&] {
    (void)desk.intake->plan_ci({"app07", "", "", "", {{"discovery_source", "Azure"}}}, {});
  });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK_THAT(error.text(), Catch::Contains("Other Automated"));
  CHECK(sent_writes(*desk.world, desk.wish).empty());
}

TEST_CASE("An Azure resource id finds the configuration item that keeps it",
          "[partners][servicenow][intake]") {
  const Desk desk;
  const std::string resource =
      "/subscriptions/s/resourceGroups/g/providers/m/virtualMachines/Web01";
  desk.put_row("cmdb_ci", {{"name", "vm-1"}, {"correlation_id", resource}});
  const auto found = desk.intake->find_ci({to_lower(resource), "", "other", ""}, {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == "vm-1");
}

TEST_CASE("A sleeping instance is named at the first question", "[partners][servicenow][intake]") {
  const Desk desk;
  desk.world->fault("hibernating");
  const Error error = error_of([&] { (void)desk.create(); });
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK_THAT(error.text(), Catch::Contains("hibernating"));
}
