#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"
#include "partners/cherwell_desk.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using partners::Written;

namespace {

constexpr const char* k_id = "alert-1";

/// An instance and its intake.
struct Desk {
  explicit Desk(const IntakeWish& wanted = cherwell_incident())
      : wish(wanted), world(cherwell_desk()), intake(open_intake(*world, wish)) {
    wish.draft.type = wish.type;
    wish.draft.correlation_id = k_id;
  }
  Written create() const { return intake->create(wish.draft, {}); }
  std::vector<Ticket> truth() const { return tickets(*world, wish.type); }
  Error create_error() const {
    return error_of([&] { (void)create(); });
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

Written resolve(const Desk& desk, const FoundItem& item, ItemChange change = {}) {
  change.kind = ItemChange::Kind::resolve;
  if (change.note.empty()) change.note = "The alert was resolved.";
  return desk.intake->change(desk.wish.type, item, change, {});
}

}  // namespace

TEST_CASE("A failure after the save gives the item that was made", "[partners][cherwell][intake]") {
  for (const IntakeWish& wish : {cherwell_incident(), cherwell_change()}) {
    const Desk desk(wish);
    desk.world->fault("save-500-after");
    const Written made = desk.create();
    REQUIRE(desk.truth().size() == 1);
    CHECK(made.item.id == desk.truth()[0].id);
    REQUIRE(made.warnings.size() == 1);
    CHECK_THAT(made.warnings[0], Catch::Contains("failed after the save"));
  }
}

TEST_CASE("A save that says it failed is a failure in the server's words",
          "[partners][cherwell][intake]") {
  const auto [faults, words] = GENERATE(table<std::vector<std::string>, std::string>(
      {{{"save-has-error"}, "The record was not saved"},
       {{"save-402"}, "Valid but failed"},
       {{"drop-on-save=Priority", "validation-errors-only"},
        "Priority: Priority is required (FIELDREQUIRED)"},
       {{"drop-on-save=Priority"}, "Priority: Priority is required (FIELDREQUIRED)"}}));
  const Desk desk;
  for (const std::string& fault : faults) desk.world->fault(fault);
  const Error error = desk.create_error();
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK_THAT(error.text(), Catch::Contains(words));
  CHECK(desk.truth().empty());
}

TEST_CASE("A refused save that cannot be looked up is an unknown outcome",
          "[partners][cherwell][intake]") {
  const Desk desk;
  desk.world->fault("save-500-after");
  desk.world->fault("search-has-error;after=1");  // the first looks for the customer
  const Error error = desk.create_error();
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK_THAT(error.text(), Catch::Contains("not known"));
  CHECK(desk.truth().size() == 1);
}

TEST_CASE("Who may not edit is told so", "[partners][cherwell][intake]") {
  const Desk desk;
  desk.world->fault("no-edit=Incident");
  const Error error = desk.create_error();
  CHECK(error.kind() == ErrorKind::denied);
  CHECK_THAT(error.hint(), Catch::Contains("Edit security groups"));
}

TEST_CASE("Required fields are asked for before anything is sent", "[partners][cherwell][intake]") {
  const Desk desk;
  desk.world->fault("required=Service,Source");
  const auto problems = desk.intake->check(desk.wish.draft, {});
  CHECK(reason_of(problems, "Service") == "it is required and has no value");
  CHECK(reason_of(problems, "Source") == "it is required and has no value");
  CHECK(desk.create_error().kind() == ErrorKind::invalid);
  CHECK(sent_writes(*desk.world, desk.wish).empty());
}

TEST_CASE("The customer is the signed-in user, or who is said", "[partners][cherwell][intake]") {
  Desk desk;
  SECTION("the user, by the e-mail address") {
    (void)desk.create();
    const auto sent = sent_writes(*desk.world, desk.wish);
    REQUIRE(sent.size() == 1);
    CHECK_THAT(sent[0].body, Catch::Contains("FI:933bd530833c64efbf66f84114acabb3e90c6d7b8f"));
  }
  SECTION("an address is looked up") {
    desk.wish.draft.set = {{"CustomerRecID", "nobody@example.com"}};
    const auto problems = desk.intake->check(desk.wish.draft, {});
    CHECK_THAT(reason_of(problems, "CustomerRecID"), Catch::Contains("nobody@example.com"));
    CHECK_THAT(reason_of(problems, "CustomerRecID"), Catch::Contains("--set CustomerRecID="));
  }
  SECTION("a RecID is sent as it is, and refused by the instance") {
    desk.wish.draft.set = {{"CustomerRecID", "94aa"}};
    CHECK(desk.intake->check(desk.wish.draft, {}).empty());
    CHECK_THAT(desk.create_error().text(), Catch::Contains("CustomerRecID names no customer"));
  }
}

TEST_CASE("Cherwell takes no events and no templates", "[partners][cherwell][intake]") {
  Desk desk;
  CHECK(desk.intake->templates({}).empty());
  desk.wish.draft.type = WorkItemType::event;
  CHECK_THAT(reason_of(desk.intake->check(desk.wish.draft, {}), "type"),
             Catch::Contains("no events"));
  CHECK(desk.create_error().kind() == ErrorKind::invalid);
  CHECK(error_of([&] { (void)desk.intake->find(WorkItemType::alert, k_id, {}); }).kind() ==
        ErrorKind::usage);
}

TEST_CASE("A search that cannot be believed is not taken for none",
          "[partners][cherwell][intake]") {
  const auto [fault, kind] = GENERATE(table<std::string, ErrorKind>(
      {{"blueprint-lacks=Incident.Description", ErrorKind::denied},
       {"total-rows=+1", ErrorKind::denied},
       {"search-has-error", ErrorKind::protocol},
       {"row-error", ErrorKind::denied},
       {"truncated-json-200;path=getsearchresults", ErrorKind::protocol}}));
  CAPTURE(fault);
  const Desk desk;
  (void)desk.create();
  const auto other = open_intake(*desk.world, desk.wish);
  desk.world->fault(fault);
  CHECK(error_of([&] { (void)other->find(WorkItemType::incident, k_id, {}); }).kind() == kind);
}

TEST_CASE("Two rows of one mark are both found, the older first", "[partners][cherwell][intake]") {
  const Desk desk;
  const Written first = desk.create();
  desk.world->clock().advance(std::chrono::seconds(5));
  (void)desk.create();
  const auto found = desk.intake->find(WorkItemType::incident, k_id, {});
  REQUIRE(found.size() == 2);
  CHECK(found[0].id == first.item.id);
}

TEST_CASE("A row that only speaks of itsmc is not ours", "[partners][cherwell][intake]") {
  Desk desk;
  desk.wish.draft.correlation_id = "a_b";
  (void)desk.create();
  desk.wish.draft.correlation_id = "A_B";
  (void)desk.create();
  CHECK(desk.intake->find(WorkItemType::incident, "a_b", {}).size() == 1);
}

TEST_CASE("Resolving sets the state and the note, and --set stands over it",
          "[partners][cherwell][intake]") {
  const Desk desk;
  const FoundItem item = desk.create().item;
  SECTION("Resolved") {
    CHECK(resolve(desk, item).item.state == "Resolved");
  }
  SECTION("what the user says") {
    const Written done = resolve(desk, item, {.set = {{"Status", "closed"}}});
    CHECK(done.item.state == "Closed");
    CHECK(done.item.ended_at);
  }
  SECTION("a wrong value is refused before anything is sent") {
    const auto writes = sent_writes(*desk.world, desk.wish).size();
    CHECK(error_of([&] {
            (void)resolve(desk, item, {.set = {{"Status", "Gone"}}});
          }).kind() == ErrorKind::invalid);
    CHECK(sent_writes(*desk.world, desk.wish).size() == writes);
  }
  SECTION("the reason of a refusal is told") {
    desk.world->fault("resolve-refused");
    const Written noted = resolve(desk, item);
    REQUIRE(noted.warnings.size() == 1);
    CHECK_THAT(noted.warnings[0], Catch::Contains("Status needs a cause first"));
  }
  SECTION("a state that a rule turns back is told") {
    desk.world->fault("change-on-save=Status:In Progress");
    const Written noted = resolve(desk, item);
    CHECK(noted.item.open);
    CHECK_THAT(noted.warnings.back(), Catch::Contains("left it in the state In Progress"));
  }
}

TEST_CASE("Notes are added behind one another, and the item is still found",
          "[partners][cherwell][intake]") {
  for (const IntakeWish& wish : {cherwell_incident(), cherwell_change()}) {
    const Desk desk(wish);
    const FoundItem item = desk.create().item;
    for (const char* note : {"First.", "Second."}) {
      const Written noted = desk.intake->change(wish.type, item, {.note = note}, {});
      CHECK(noted.warnings == std::vector<std::string>());
    }
    const std::string notes = join(desk.truth().at(0).notes, "\n");
    CHECK(notes.find("First.") < notes.find("Second."));
    CHECK(desk.intake->find(wish.type, k_id, {}).size() == 1);
  }
}

TEST_CASE("Configuration items of a change are linked where there is room, else named",
          "[partners][cherwell][intake]") {
  const Desk desk;
  const FoundItem item = desk.create().item;
  ItemChange change{.note = "More."};
  for (const char* digit : {"1", "2"}) {
    put_ci(*desk.world,
           {desk.wish.ci_id + digit, std::string("web0") + digit, "", "", "ConfigComputer"});
    change.config_items.push_back(
        desk.intake->find_ci({.name = std::string("web0") + digit}, {}).at(0));
  }
  CHECK(desk.intake->change(desk.wish.type, item, change, {}).warnings.empty());
  const Ticket ticket = desk.truth().at(0);
  CHECK(ticket.config_items == std::vector<std::string>{desk.wish.ci_id + "1"});
  CHECK_THAT(join(ticket.notes, "\n"), Catch::Contains("More.") && Catch::Contains("web02"));
}

TEST_CASE("A configuration item is made once, in a class that there is",
          "[partners][cherwell][intake]") {
  const Desk desk;
  const CiDraft draft{.name = "app07", .fqdn = "app07.contoso.local", .ip = "10.1.2.3"};
  const auto made = desk.intake->create_ci(draft, {});
  CHECK_FALSE(made.existed);
  CHECK(made.item.klass == "ConfigServer");
  CHECK(made.item.fqdn == "app07.contoso.local");
  CHECK(made.warnings.empty());
  const auto again = desk.intake->create_ci(draft, {});
  CHECK(again.existed);
  CHECK(again.item.id == made.item.id);
  CHECK(config_items(*desk.world).size() == 1);
  CHECK(desk.intake->find_ci({.ip = "10.1.2.3"}, {}).size() == 1);
  SECTION("several of the name are told") {
    put_ci(*desk.world, {desk.wish.ci_id + '1', "app07", "", "", "ConfigComputer"});
    CHECK(error_of([&] { (void)desk.intake->create_ci({.name = "app07"}, {}); }).kind() ==
          ErrorKind::ambiguous);
  }
  SECTION("a class is one of the group's") {
    const Error error =
        error_of([&] { (void)desk.intake->create_ci({.name = "x", .klass = "Printer"}, {}); });
    CHECK(error.kind() == ErrorKind::invalid);
    CHECK_THAT(error.text(), Catch::Contains("ConfigComputer"));
  }
  SECTION("one that was not made is an error") {
    desk.world->fault("save-makes-nothing");
    CHECK(error_of([&] { (void)desk.intake->create_ci({.name = "app08"}, {}); }).kind() ==
          ErrorKind::protocol);
  }
}

TEST_CASE("Classes that the user may not view do not make none of some",
          "[partners][cherwell][intake]") {
  const Desk desk;
  put_ci(*desk.world, {desk.wish.ci_id + '1', "web01", "", "", "ConfigServer"});
  desk.world->fault("no-view=ConfigComputer");
  CHECK(desk.intake->find_ci({.name = "web01"}, {}).size() == 1);
  CHECK(error_of([&] { (void)desk.intake->find_ci({.name = "web02"}, {}); }).kind() ==
        ErrorKind::denied);
  desk.world->fault("object-lacks=ConfigurationItem");
  const auto other = open_intake(*desk.world, desk.wish);
  CHECK(error_of([&] { (void)other->find_ci({.name = "web01"}, {}); }).kind() == ErrorKind::usage);
}
