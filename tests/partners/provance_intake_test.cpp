#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/partners/provance.hpp"
#include "partners/intake_contract.hpp"
#include "partners/provance_record.hpp"
#include "partners/provance_world.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::partners::provance;

namespace {

std::unique_ptr<partners::Intake> intake_of(SimWorld& world, const TableProfile& profile) {
  partners::PartnerOptions options;
  options.profile = profile;
  return partners::find_partner(PartnerKind::provance)
      ->open_intake(world.connection, world.credentials(), world.wire(), options);
}

std::string fault_of(WriteFault fault, const std::string& set, const std::string& dropped,
                     const std::string& changed) {
  switch (fault) {
    case WriteFault::lost_answer:
      return "lost-answer;path=/" + set + "(";
    case WriteFault::throttled:
      return "rate-limit=7;path=/" + set + "(";
    case WriteFault::nothing_made:
      return "nothing-made";
    case WriteFault::dropped_field:
      return "drop-field=" + dropped;
    case WriteFault::changed_field:
      return "change-field=" + changed;
    case WriteFault::resolve_refused:
      return "resolve-refused";
    case WriteFault::find_refused:
      return "no-read;path=/" + set;
  }
  return {};
}

IntakeWish example_wish(WorkItemType type) {
  IntakeWish wish;
  wish.type = type;
  wish.draft.title = "CPU of web01 is above 90 %";
  wish.draft.description = "Metric: Percentage CPU\nValue: 97.3";
  wish.draft.urgency = "High";
  wish.draft.impact = "3";
  wish.draft.category = "software";
  wish.dropped = {"x_source", "Web"};
  wish.changed = {"x_priority", "High"};
  const std::string set = type == WorkItemType::incident ? "x_incidents" : "x_changerequests";
  wish.fault = [set](WriteFault fault) { return fault_of(fault, set, "x_source", "x_priority:4"); };
  wish.valid_choice = "Medium";
  wish.idempotent = true;
  wish.ci_class = "x_configurationitem";
  wish.ci_id = "c0ffee00-c0ff-4e00-8c0f-fee00c0ffee";
  wish.open = [](SimWorld& world) {
    return intake_of(world, *find_builtin_profile("provance-example"));
  };
  return wish;
}

/// The account that each simulated organisation has.
std::string account(SimWorld& world) {
  http::Client client(
      client_options(world.connection, {}),
      http::make_oauth(sign_in(world.connection, world.credentials()), world.wire()), world.wire());
  const auto rows = client.get("/api/data/v9.2/accounts", {{"$select", "accountid"}}, {});
  return "accounts/" + rows.at("value").at(0).at("accountid").get<std::string>();
}

std::unique_ptr<SimWorld> case_world() {
  return provance_world(WorkItemType::incident, *find_builtin_profile("dataverse-case"));
}

IntakeWish case_wish() {
  IntakeWish wish = example_wish(WorkItemType::incident);
  wish.draft.urgency.clear();
  wish.draft.impact.clear();
  wish.draft.category = "Problem";
  wish.draft.set = {{"customerid", account(*case_world())}};
  wish.dropped = {"caseorigincode", "Web"};
  wish.changed = {"prioritycode", "High"};
  wish.fault = [](WriteFault fault) {
    return fault_of(fault, "incidents", "caseorigincode", "prioritycode:3");
  };
  wish.choice_field = "category";
  wish.valid_choice = "Request";
  wish.has_items = false;
  wish.open = [](SimWorld& world) {
    return intake_of(world, *find_builtin_profile("dataverse-case"));
  };
  return wish;
}

}  // namespace

TEST_CASE("Provance's incidents keep the intake contract of every partner",
          "[partners][intake][provance]") {
  check_intake_contract([] { return provance_world(WorkItemType::incident); },
                        example_wish(WorkItemType::incident));
}

TEST_CASE("Provance's changes keep the intake contract of every partner",
          "[partners][intake][provance]") {
  check_intake_contract([] { return provance_world(WorkItemType::change_request); },
                        example_wish(WorkItemType::change_request));
}

TEST_CASE("the case table keeps the intake contract of every partner",
          "[partners][intake][provance]") {
  check_intake_contract(case_world, case_wish());
}

TEST_CASE("a row's id is made of the correlation id, and is the same for ever",
          "[partners][provance]") {
  CHECK(record_id("alert-1") == record_id("alert-1"));
  CHECK(record_id("alert-1") != record_id("alert-1~2"));
  const std::string id = record_id("alert-1");
  CHECK(id.size() == 36);
  CHECK(id[14] == '8');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
}

TEST_CASE("a case needs a customer, and says how one is given", "[partners][intake][provance]") {
  const auto world = case_world();
  IntakeWish wish = case_wish();
  wish.draft.set = {{"customerid", "planets/7"}, {"statecode", "1"}};
  const auto problems = open_intake(*world, wish)->check(wish.draft, {});
  REQUIRE(problems.size() == 3);
  CHECK_THAT(problems[0].reason, Catch::Contains("contacts/<id>, accounts/<id>"));
  CHECK(problems[1].field == "statecode");
  CHECK_THAT(problems[2].reason, Catch::Contains("--set customerid=accounts/<id>"));
}

TEST_CASE("a profile without a table of configuration items says so",
          "[partners][intake][provance]") {
  const auto world = case_world();
  const auto intake = open_intake(*world, case_wish());
  const Error error = error_of([&] { (void)intake->find_ci({"", "", "web01", ""}, {}); });
  CHECK(error.kind() == ErrorKind::usage);
  CHECK_THAT(error.text(), Catch::Contains("maps no CI table"));
}

TEST_CASE("a type that the profile does not map is refused", "[partners][intake][provance]") {
  const auto world = case_world();
  const auto intake = open_intake(*world, case_wish());
  CHECK(error_of([&] { (void)intake->find(WorkItemType::event, "alert-1", {}); }).kind() ==
        ErrorKind::usage);
}
