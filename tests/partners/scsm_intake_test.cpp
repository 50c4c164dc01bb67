#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "partners/intake_contract.hpp"
#include "partners/scsm_draft.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::partners::scsm;

namespace {

/// The simulated web app, without a configuration item.
std::unique_ptr<SimWorld> gateway() {
  SimSetup setup;
  setup.product = sim_product("scsm");
  setup.partner = PartnerKind::scsm;
  setup.url = "https://smoc123.azurewebsites.net";
  setup.other_urls = {"https://login.microsoftonline.com"};
  setup.page_path = "/itsmc/v1/incidents";
  auto world = std::make_unique<SimWorld>(std::move(setup));
  world->connection.username.clear();
  world->connection.tenant = "contoso.onmicrosoft.com";
  world->connection.authority = "https://login.microsoftonline.com";
  world->connection.audience = world->connection.url;
  (void)world->control("ci/clear");
  return world;
}

std::string fault_of(WriteFault fault) {
  switch (fault) {
    case WriteFault::lost_answer:
      return "lost-answer;path=/v1/incidents";
    case WriteFault::throttled:
      return "rate-limit=7;path=/v1/incidents";
    case WriteFault::nothing_made:
      return "nothing-made";
    case WriteFault::dropped_field:
      return "drop-field=source";
    case WriteFault::changed_field:
      return "change-field=source:Phone";
    case WriteFault::resolve_refused:
      return "resolve-refused";
    case WriteFault::find_refused:
      return "no-external-id";
  }
  return {};
}

IntakeWish wish() {
  IntakeWish wish;
  wish.draft.title = "CPU of web01 is above 90 %";
  wish.draft.description = "Metric: Percentage CPU\nValue: 97.3";
  wish.draft.urgency = "High";
  wish.draft.impact = "Low";
  wish.dropped = {"source", "Portal"};
  wish.changed = {"source", "Portal"};
  wish.fault = fault_of;
  wish.valid_choice = "Medium";
  wish.idempotent = true;
  wish.ci_class = "Microsoft.Windows.Computer";
  wish.ci_id = "c0ffee00-c0ff-4e00-8c0f-fee00c0ffee";
  return wish;
}

ItemDraft draft(const std::string& id = "alert-1") {
  ItemDraft made = wish().draft;
  made.correlation_id = id;
  return made;
}

const IncidentRules k_rules = {
    {{"System.WorkItem.TroubleTicket.UrgencyEnum",
      {{"02625c30-08c6-4181-b2ed-222fa473280e", "System.WorkItem.TroubleTicket.UrgencyEnum.Medium",
        "Mittel", ""},
       {"11111111-0000-4000-8000-000000000001", "Enum.0a1b", "Sofort", ""}}}},
    {{"t-1", "Server", WorkItemType::incident, {{"impact", "Low"}}, ""},
     {"t-2", "Network", WorkItemType::incident, {}, "its projection is another"}}};

}  // namespace

TEST_CASE("Service Manager's incidents keep the intake contract of every partner",
          "[partners][intake][scsm]") {
  check_intake_contract(gateway, wish());
}

TEST_CASE("a choice is its id, name, label or the last word of its name", "[partners][scsm]") {
  const auto [word, id] = GENERATE(table<std::string, std::string>({
      {"Mittel", "02625c30-08c6-4181-b2ed-222fa473280e"},
      {"MEDIUM", "02625c30-08c6-4181-b2ed-222fa473280e"},
      {"System.WorkItem.TroubleTicket.UrgencyEnum.Medium", "02625c30-08c6-4181-b2ed-222fa473280e"},
      {"02625C30-08C6-4181-B2ED-222FA473280E", "02625c30-08c6-4181-b2ed-222fa473280e"},
      {"sofort", "11111111-0000-4000-8000-000000000001"},
  }));
  CAPTURE(word);
  ItemDraft wanted = draft();
  wanted.urgency = word;
  const IncidentDraft made = draft_incident(wanted, k_rules);
  CHECK(made.problems.empty());
  CHECK(nlohmann::json::parse(made.body()).at("urgency") == id);
}

TEST_CASE("what Service Manager would refuse is named before", "[partners][scsm]") {
  ItemDraft wanted;
  wanted.type = WorkItemType::change_request;
  wanted.urgency = "Huge";
  wanted.template_name = "Network";
  const auto problems = draft_incident(wanted, k_rules).problems;
  std::vector<std::string> words;
  for (const FieldProblem& one : problems) words.push_back(one.field + ": " + one.reason);
  CHECK(words ==
        std::vector<std::string>{"type: Service Manager takes incidents only",
                                 "urgency: \"Huge\" is no value of it; valid: Mittel, Sofort",
                                 "template: Network: its projection is another",
                                 "title: is required", "impact: is required"});
}

TEST_CASE("a gateway of before is told to be brought up to date, and makes nothing",
          "[partners][intake][scsm]") {
  const auto world = gateway();
  world->fault("old-gateway");
  const auto intake = open_intake(*world, wish());
  for (const Error& error :
       {error_of([&] { (void)intake->find(WorkItemType::incident, "alert-1", {}); }),
        error_of([&] { (void)intake->create(draft(), {}); }),
        error_of([&] { (void)intake->templates({}); })}) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK_THAT(error.hint(), Catch::Contains("docs/scsm-gateway"));
  }
  CHECK(tickets(*world, WorkItemType::incident).empty());
}

TEST_CASE("the same key with another text makes no second incident", "[partners][intake][scsm]") {
  const auto world = gateway();
  const auto intake = open_intake(*world, wish());
  (void)intake->create(draft(), {});
  ItemDraft other = draft();
  other.title = "Another";
  CHECK_THAT(error_of([&] { (void)intake->create(other, {}); }).text(),
             Catch::Contains("externalId is in use"));
  CHECK(tickets(*world, WorkItemType::incident).size() == 1);
}

TEST_CASE("a computer that is there is not made again", "[partners][intake][scsm]") {
  const auto world = gateway();
  put_ci(*world, {wish().ci_id + '1', "WEB01", "web01.contoso.local", "", wish().ci_class});
  const auto intake = open_intake(*world, wish());
  CiDraft computer;
  computer.name = "web01";
  computer.fqdn = "WEB01.contoso.local";
  const auto made = intake->create_ci(computer, {});
  CHECK(made.existed);
  CHECK(made.item.id == wish().ci_id + '1');
  CHECK(config_items(*world).size() == 1);
}

TEST_CASE("a template is chosen by its name; one on another projection is refused",
          "[partners][intake][scsm]") {
  const auto world = gateway();
  const auto intake = open_intake(*world, wish());
  ItemDraft wanted = draft();
  wanted.template_name = "default incident template";
  CHECK(intake->check(wanted, {}).empty());
  CHECK_THAT(intake->plan(wanted, {}).body,
             Catch::Contains("a77bb0c9-e201-dd93-230c-799a66d9e8fa"));
  wanted.template_name = "Network issue (advanced)";
  const auto problems = intake->check(wanted, {});
  REQUIRE(problems.size() == 1);
  CHECK_THAT(problems[0].reason, Catch::Contains("type projection"));
}
