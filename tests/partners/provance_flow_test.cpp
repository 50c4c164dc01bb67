#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/provance.hpp"
#include "partners/provance_world.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::partners;
using Catch::Contains;

namespace {

Timestamp start() {
  return Timestamp(std::chrono::sys_days(std::chrono::year(2025) / 11 / 3));
}

void fill(SimWorld& world, int count) {
  for (int n = 0; n < count; ++n) {
    world.put({world.id(n), start() + std::chrono::seconds(n / 3), "title", false});
  }
}

Walk whole_walk() {
  Walk walk;
  walk.window = {start(), start() + std::chrono::hours(24)};
  return walk;
}

Check line(const std::vector<Check>& checks, std::string_view name) {
  for (const Check& check : checks) {
    if (check.check == name) return check;
  }
  FAIL("no line " << name);
  return {};
}

std::vector<Check> examined(SimWorld& world) {
  return world.open(100)->examine({});
}

}  // namespace

TEST_CASE("a good organisation is examined line by line", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  fill(*world, 3);
  const std::vector<Check> checks = examined(*world);
  std::vector<std::string> names;
  for (const Check& check : checks) {
    names.push_back(check.check);
    INFO(check.check << ": " << check.message << ": " << check.cause);
    CHECK((check.status == CheckStatus::ok || check.check == "read-change-request"));
  }
  CHECK(names == std::vector<std::string>{"sign-in", "version", "roles", "read-incident",
                                          "read-change-request", "write", "ci", "time-zone",
                                          "rate-limit", "profile", "refresh-token"});
  // A role that counts through a team.
  CHECK_THAT(line(checks, "roles").message, Contains("ITSM"));
  CHECK_THAT(line(checks, "version").message, Contains("9.2."));
}

TEST_CASE("a bad day shows in the line it belongs to", "[provance]") {
  struct Case {
    std::string fault, line;
    CheckStatus status;
    ErrorKind kind;
    std::string words;
  };
  const std::vector<Case> cases = {
      {"not-a-member", "sign-in", CheckStatus::failed, ErrorKind::denied, "not a member"},
      {"refuse-token;count=9", "sign-in", CheckStatus::failed, ErrorKind::auth, "does not take it"},
      {"aadsts=50076", "sign-in", CheckStatus::failed, ErrorKind::auth, "second factor"},
      {"aadsts=65001", "sign-in", CheckStatus::failed, ErrorKind::auth, "consent"},
      {"aadsts=7000218", "sign-in", CheckStatus::failed, ErrorKind::auth, "7000218"},
      {"sign-in-html", "sign-in", CheckStatus::failed, ErrorKind::unavailable, "sign-in page"},
      {"only-v9.0", "sign-in", CheckStatus::failed, ErrorKind::unavailable, "v9.0"},
      {"no-read=x_incident", "read-incident", CheckStatus::failed, ErrorKind::denied, "role"},
  };
  for (const Case& one : cases) {
    INFO(one.fault);
    const auto world = provance_world(WorkItemType::incident);
    fill(*world, 3);
    world->fault(one.fault);
    const Check check = line(examined(*world), one.line);
    INFO(check.message << ": " << check.cause << ": " << check.hint);
    CHECK(check.status == one.status);
    CHECK(check.kind == one.kind);
    CHECK_THAT(check.message + check.cause + check.hint, Contains(one.words));
  }
}

TEST_CASE("no rows and no role that is enough is no empty table", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  const auto judged = [&] { return line(examined(*world), "read-incident"); };
  CHECK(judged().status == CheckStatus::ok);  // the role counts: it is empty
  (void)world->control("roles?are=basic");
  const Check check = judged();
  CHECK(check.status == CheckStatus::failed);
  CHECK(check.kind == ErrorKind::denied);
  CHECK_THAT(check.cause, Contains("security roles"));
  Opening opening = world->open(100)->open_stream(WorkItemType::incident, {});
  REQUIRE(opening.warnings.size() == 1);
  CHECK_THAT(opening.warnings[0], Contains("security roles"));
}

TEST_CASE("a profile that does not fit is told column by column", "[provance]") {
  TableProfile profile = *find_builtin_profile("provance-example");
  profile.name = "mine";
  profile.tables[0].columns.push_back({"escalation", "x_escalation"});
  profile.tables[1].set = "x_rfcs";
  const auto world = provance_world(WorkItemType::incident, profile);
  fill(*world, 1);
  const Check check = line(examined(*world), "profile");
  CHECK(check.status == CheckStatus::failed);
  CHECK_THAT(check.cause, Contains("x_escalation (escalation)"));
  CHECK_THAT(check.cause, Contains("no table x_rfcs"));
}

TEST_CASE("what the profile writes is held against the table too", "[provance]") {
  TableProfile profile = *find_builtin_profile("provance-example");
  profile.name = "mine";
  profile.tables[0].create_values = {
      {"x_sorce", "3"}, {"statecode", "0"}, {"x_urgency", "Perhaps"}, {"x_title", "Disk"}};
  profile.tables[0].resolve_values = {{"statecode", "1"}, {"x_state", "77"}};
  profile.items.fqdn = "x_fqnd";
  const auto world = provance_world(WorkItemType::incident, profile);
  fill(*world, 1);
  const Check check = line(examined(*world), "profile");
  CHECK(check.status == CheckStatus::failed);
  INFO(check.cause);
  for (const char* words :
       {"x_incidents: create.x_sorce: x_incidents has no such column",
        "create.statecode: ", "create.x_urgency: \"Perhaps\" is no value of it",
        "resolve.x_state: \"77\" is no value", "x_configurationitems lacks x_fqnd"}) {
    CHECK_THAT(check.cause, Contains(words));
  }
  CHECK_THAT(check.cause, !Contains("x_title"));
  CHECK_THAT(check.cause, !Contains("resolve.statecode"));
}

TEST_CASE("a type that the profile does not map fails, it is not empty", "[provance]") {
  const auto world =
      provance_world(WorkItemType::incident, *find_builtin_profile("dataverse-case"));
  fill(*world, 1);
  const auto partner = world->open(100);
  const Error error =
      error_of([&] { (void)partner->open_stream(WorkItemType::change_request, {}); });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK_THAT(error.text(), Contains("not mapped by profile dataverse-case"));
  CHECK_THAT(error.hint(), Contains("--work-items incident"));
  const Check check = line(examined(*world), "read-change-request");
  CHECK(check.status == CheckStatus::warning);
}

TEST_CASE("next links are followed to the byte, with the same Prefer", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  fill(*world, 35);
  const Walked walked = walk_all(*world->open(10), whole_walk(), 1);
  CHECK(walked.rows.size() == 35);
  CHECK(walked.pages == 4);
  const auto world2 = provance_world(WorkItemType::incident);
  fill(*world2, 35);
  world2->fault("next-link-relative");
  CHECK(walk_all(*world2->open(10), whole_walk(), 1).rows.size() == 35);
}

TEST_CASE("the sign-in is not sent to another host", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  fill(*world, 35);
  world->fault("next-link-host=evil.example");
  const Error error = error_of([&] { (void)walk_all(*world->open(10), whole_walk(), 1); });
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK_THAT(error.text(), Contains("evil.example"));
  // The same for a link that was changed where it lay.
  const auto partner = world->open(10);
  const Error stored = error_of([&] {
    (void)partner->fetch(whole_walk(), R"({"v":1,"link":"https://evil.example/x","n":10})", {});
  });
  CHECK(stored.kind() == ErrorKind::damaged);
}

TEST_CASE("a next link that is refused costs nothing but a repeat", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  fill(*world, 35);
  const auto partner = world->open(10);
  const Page first = partner->fetch(whole_walk(), partner->lanes(whole_walk(), 1).at(0), {});
  for (const char* status : {"400", "404", "410"}) {
    INFO(status);
    world->fault(std::string("http-status=") + status + ";count=1;path=/api/data/v9.2/x_incidents");
    Walked walked;
    Cursor cursor = first.next;
    for (bool last = false; !last;) {
      const Page page = partner->fetch(whole_walk(), cursor, {});
      for (std::size_t i = 0; i < page.items.size(); ++i) {
        walked.rows[std::string(page.items[i].text(TextField::id))] = {};
      }
      cursor = page.next;
      last = page.last;
    }
    CHECK(walked.rows.size() >= 25);
    for (int n = 10; n < 35; ++n) CHECK(walked.rows.count(world->id(n)) == 1);
  }
}

TEST_CASE("a lane stays in its part of the window when its link is refused", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  // Every 4 minutes one row, the whole day through.
  for (int n = 0; n < 360; ++n) {
    world->put({world->id(n), start() + std::chrono::minutes(4 * n), "title", false});
  }
  const auto partner = world->open(10);
  const std::vector<Cursor> lanes = partner->lanes(whole_walk(), 4);
  REQUIRE(lanes.size() == 4);
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    world->fault("http-status=400;after=2;count=1;path=/api/data/v9.2/x_incidents");
    std::map<std::string, int> seen;
    Cursor cursor = lanes[lane];
    for (bool last = false; !last;) {
      const Page page = partner->fetch(whole_walk(), cursor, {});
      for (std::size_t i = 0; i < page.items.size(); ++i) {
        ++seen[std::string(page.items[i].text(TextField::id))];
      }
      cursor = page.next;
      last = page.last;
    }
    CHECK(seen.size() == 90);
    CHECK(seen.begin()->first == world->id(static_cast<int>(lane) * 90));
    CHECK(seen.rbegin()->first == world->id(static_cast<int>(lane) * 90 + 89));
  }
}

TEST_CASE("each kind of limit is obeyed and named", "[provance]") {
  struct Case {
    std::string fault, words;
  };
  const std::vector<Case> cases = {{"rate-limit", "6,000 requests"},
                                   {"limit-time", "execution time"},
                                   {"limit-concurrent", "52 requests at once"}};
  for (const Case& one : cases) {
    INFO(one.fault);
    const auto world = provance_world(WorkItemType::incident);
    fill(*world, 5);
    world->fault(one.fault + "=9;count=1;path=/x_incidents");
    CHECK(walk_all(*world->open(10), whole_walk(), 1).rows.size() == 5);
    REQUIRE_FALSE(world->clock().waits().empty());
    CHECK(world->clock().waits().front() >= std::chrono::seconds(9));
    world->fault(one.fault + "=90000;path=/x_incidents");
    const Error error = error_of([&] { (void)walk_all(*world->open(10), whole_walk(), 1); });
    CHECK(error.kind() == ErrorKind::throttled);
    CHECK_THAT(error.text(), Contains(one.words));
  }
}

TEST_CASE("a page that is cut is asked for again", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  fill(*world, 5);
  world->fault("truncated-json-200=60;count=1;path=/x_incidents");
  CHECK(walk_all(*world->open(10), whole_walk(), 1).rows.size() == 5);
}

TEST_CASE("a draft from the organisation's metadata has its tables", "[provance]") {
  const auto world = provance_world(WorkItemType::incident);
  const ProfileDraft draft =
      provance::draft_profile(world->connection, world->credentials(), world->wire(), {});
  const TableMap* const incident = draft.profile.table(WorkItemType::incident);
  REQUIRE(incident != nullptr);
  CHECK(incident->set == "x_incidents");
  CHECK(incident->column_of("title") == "x_title");
  CHECK(incident->column_of("configuration_item") == "_x_configurationitem_value");
  REQUIRE(draft.profile.table(WorkItemType::change_request) != nullptr);
  CHECK(draft.profile.table(WorkItemType::change_request)->column_of("planned_start") ==
        "x_plannedstart");
  // What was drafted syncs.
  const auto again = provance_world(WorkItemType::incident, draft.profile);
  fill(*again, 7);
  CHECK(walk_all(*again->open(10), whole_walk(), 1).rows.size() == 7);
}

TEST_CASE("the password grant goes to the tenant, with a scope and no secret", "[provance]") {
  Connection connection;
  connection.name = "p";
  connection.url = "https://acme.crm4.dynamics.com";
  connection.authority = "https://login.microsoftonline.com";
  connection.tenant = "contoso.com";
  connection.client_id = "app";
  connection.username = "ann@contoso.com";
  const http::OAuthOptions options = provance::sign_in(connection, {});
  CHECK(options.token_url == "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
  CHECK(options.grant == "password");
  CHECK(options.client_secret.empty());
  const std::pair<std::string, std::string> scope{
      "scope", "https://acme.crm4.dynamics.com/user_impersonation offline_access"};
  CHECK(std::count(options.fixed_fields.begin(), options.fixed_fields.end(), scope) == 1);
}
