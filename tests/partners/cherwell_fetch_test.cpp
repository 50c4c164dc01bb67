#include <set>

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "partners/cherwell_world.hpp"
#include "support/fake_transport.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::partners;
using namespace itsmc::test;
using nlohmann::json;
using std::chrono::seconds;

namespace {

Timestamp start() {
  return Timestamp(std::chrono::sys_days(std::chrono::year(2025) / 11 / 3));
}

Walk walk_of(Order order) {
  Walk walk;
  walk.order = order;
  walk.window.from = start();
  if (order == Order::by_time) walk.window.until = start() + std::chrono::hours(24);
  return walk;
}

void fill(SimWorld& world, int count, int per_second = 3) {
  for (int n = 0; n < count; ++n) {
    const int key = (n * 7919) % count;
    world.put(
        {world.id(key), start() + seconds(n / per_second), "title " + std::to_string(key), false});
  }
}

/// As the client does it: open, plan, fetch.
Walked load(SimWorld& world, Partner& partner, Order order, int lanes = 4) {
  (void)partner.open_stream(WorkItemType::incident, {});
  Walk walk = walk_of(order);
  walk.type = world.type();
  return walk_all(partner, walk, lanes);
}

int licences(SimWorld& world) {
  return json::parse(world.control("licences"))["in_use"].get<int>();
}

}  // namespace

TEST_CASE("Both directions of sorting and both paging dialects bring every row",
          "[partners][cherwell]") {
  for (const char* direction : {"0-ascending", "1-ascending"}) {
    for (const char* version : {"9.3.2", "9.6.0", "9.7.0", "10.5.0"}) {
      for (const Order order : {Order::by_key, Order::by_time}) {
        INFO(direction << ' ' << version);
        const auto world = cherwell_world();
        world->fault(std::string("sort-direction=") + direction);
        world->fault(std::string("version=") + version);
        fill(*world, 430);
        const auto partner = world->open(50);
        const Walked walked = load(*world, *partner, order);
        CHECK(walked.rows.size() == 430);
        CHECK(walked.lanes.size() == (order == Order::by_key ? 4U : 1U));
        for (const auto& lane : walked.lanes) CHECK(lane.size() < 430U / walked.lanes.size() + 60);
      }
    }
  }
}

TEST_CASE("Searches say all that the reference asks for", "[partners][cherwell]") {
  const auto world = cherwell_world();
  fill(*world, 230);
  const auto partner = world->open(50);
  CHECK(load(*world, *partner, Order::by_time, 1).rows.size() == 230);
  const std::vector<json> lines = asked(*world, "getsearchresults");
  // The look at the order of keys, and one request a page.
  CHECK(lines.size() <= 7);
  for (const json& line : lines) {
    const std::string text = line.dump();
    CHECK_THAT(text, Catch::Contains("locale=en-US"));
    CHECK_THAT(text, !Catch::Contains("chunked"));
  }
}

TEST_CASE("What the blueprint lacks is said, and empty", "[partners][cherwell]") {
  const auto world = cherwell_world();
  world->fault("blueprint-lacks=Incident.OwnedBy,Incident.Urgency");
  fill(*world, 3);
  const auto partner = world->open(50);
  const std::string before = partner->fingerprint(WorkItemType::incident);
  const Opening opening = partner->open_stream(WorkItemType::incident, {});
  CHECK(opening.warnings.empty());
  REQUIRE(opening.facts.size() == 1);
  CHECK_THAT(opening.facts[0], Catch::Contains("assigned_to (OwnedBy, AssignedTo)") &&
                                   Catch::Contains("urgency (Urgency)") &&
                                   !Catch::Contains("impact"));
  const std::string lacking = partner->fingerprint(WorkItemType::incident);
  CHECK(before != lacking);
  CHECK_THAT(lacking, Catch::Contains("-05:00"));
  CHECK_THAT(lacking, !Catch::Contains("assigned_to="));
  // Once a run, however many streams and pages.
  (void)load(*world, *partner, Order::by_time);
  CHECK(asked(*world, "getbusinessobjectsummary").size() == 1);
  CHECK(asked(*world, "getbusinessobjectschema").size() == 1);
  CHECK(asked(*world, "serviceinfo").size() == 1);
}

TEST_CASE("A blueprint without the object or its keys fails by its name", "[partners][cherwell]") {
  struct Case {
    const char *fault, *says;
  };
  for (const Case& c :
       {Case{"object-lacks=Incident", "no business object Incident"},
        Case{"blueprint-lacks=Incident.LastModifiedDateTime", "LastModifiedDateTime"}}) {
    INFO(c.fault);
    const auto world = cherwell_world();
    world->fault(c.fault);
    const Error error =
        error_of([&] { (void)world->open(50)->open_stream(WorkItemType::incident, {}); });
    CHECK(error.kind() == ErrorKind::not_found);
    CHECK_THAT(error.text(), Catch::Contains(c.says));
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("The zone decides what a date means, and is part of the fingerprint",
          "[partners][cherwell]") {
  std::set<std::string> fingerprints;
  for (const char* zone : {"-300", "330", "0", "840"}) {
    for (const bool told : {true, false}) {
      INFO(zone << ' ' << told);
      const auto world = cherwell_world();
      world->fault(std::string("time-zone=") + zone);
      if (!told) world->fault("no-utc-offset");
      fill(*world, 120);
      const auto partner = world->open(50);
      const Walked walked = load(*world, *partner, Order::by_time);
      CHECK(walked.rows.size() == 120);
      CHECK(walked.rows.at(world->id(0)).updated == start());
      fingerprints.insert(partner->fingerprint(WorkItemType::incident));
    }
  }
  CHECK(fingerprints.size() == 4);
}

TEST_CASE("Bad days of a search end loudly, or are got over", "[partners][cherwell]") {
  struct Case {
    const char* fault;
    std::optional<ErrorKind> fails;
    const char* says;
    int retries;
  };
  const Case cases[] = {
      {"search-has-error", ErrorKind::protocol, "Cherwell refused", 0},
      {"row-error", ErrorKind::protocol, "row 1 of the page", 0},
      {"bad-date=LastModifiedDateTime", ErrorKind::protocol, "LastModifiedDateTime", 0},
      {"http-status=500", ErrorKind::protocol, "GENERALFAILURE", 0},
      {"http-status=500:RECORDNOTFOUND", ErrorKind::not_found, "RECORDNOTFOUND", 0},
      {"html-status=500", ErrorKind::unavailable, "500", 3},
      {"bad-gateway-html", ErrorKind::unavailable, "502", 3},
      {"html-200", ErrorKind::unavailable, "web page", 0},
      {"truncated-json-200", ErrorKind::unavailable, "in their middle", 0},
      {"empty-page", ErrorKind::protocol, "sends none", 0},
      {"no-view=Incident", ErrorKind::denied, "not authorized", 0},
      {"sort-ignored", ErrorKind::protocol, "order of the search", 0},
      {"total-rows=+40", ErrorKind::protocol, "sends none", 0},
      {"total-rows=-40", std::nullopt, "", 0},
      {"page-cap=17", std::nullopt, "", 0},
      {"has-more=true", std::nullopt, "", 0},
      {"has-more=false", std::nullopt, "", 0},
      {"gzip", std::nullopt, "", 0},
      {"same-field-and", std::nullopt, "", 0},
      {"field-ids=bare", std::nullopt, "", 0},
      {"field-ids=fi", std::nullopt, "", 0},
      {"field-ids=full", std::nullopt, "", 0},
      {"empty-dates=0001", std::nullopt, "", 0},
      {"culture=de-DE", std::nullopt, "", 0},
      {"html-status=500;count=2", std::nullopt, "", 2},
      {"truncated-json-200;count=2", std::nullopt, "", 0},
      {"sort-ignored;count=1", std::nullopt, "", 0},
      {"duplicate-rows=3;count=1", std::nullopt, "", 0},
  };
  for (const Order order : {Order::by_key, Order::by_time}) {
    for (const Case& c : cases) {
      INFO(c.fault << (order == Order::by_key ? " by key" : " by time"));
      const auto world = cherwell_world();
      fill(*world, 310);
      const auto partner = world->open(50);
      (void)partner->open_stream(WorkItemType::incident, {});
      const Walk walk = walk_of(order);
      const Cursor first = partner->lanes(walk, 1).at(0);
      const auto before = partner->traffic().retries.load();
      world->fault(c.fault);
      Walked walked;
      const auto run = [&] { walked = walk_all(*partner, walk, 1); };
      if (c.fails) {
        const Error error = error_of(run);
        INFO(error.text());
        CHECK(error.kind() == *c.fails);
        CHECK_THAT(error.text(), Catch::Contains(c.says));
      } else {
        run();
        CHECK(walked.rows.size() == 310);
      }
      CHECK(partner->traffic().retries - before == c.retries);
      CHECK_FALSE(first.empty());
    }
  }
}

TEST_CASE("Rows that are counted and never come are not passed over", "[partners][cherwell]") {
  for (const Order order : {Order::by_key, Order::by_time}) {
    const auto world = cherwell_world();
    fill(*world, 200);
    for (int n = 60; n < 64; ++n) {
      world->put({world->id(n), start() + seconds(20), "hidden", true});
    }
    world->fault("count-hidden");
    const auto partner = world->open(50);
    const Error error = error_of([&] { (void)load(*world, *partner, order, 1); });
    INFO(error.text());
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK_THAT(error.text(), Catch::Contains("some never come") || Catch::Contains("sends none"));
  }
}

TEST_CASE("A sign-in is renewed by its refresh token, which changes each time",
          "[partners][cherwell]") {
  const auto world = cherwell_world();
  fill(*world, 60);
  const auto partner = world->open(50);
  CHECK(load(*world, *partner, Order::by_time).rows.size() == 60);
  REQUIRE(world->tokens.load("prod"));
  const auto first = *world->tokens.load("prod");
  (void)world->control("tokens/expire");
  CHECK(load(*world, *partner, Order::by_time).rows.size() == 60);
  const auto second = *world->tokens.load("prod");
  CHECK(first.access.reveal() != second.access.reveal());
  CHECK(first.refresh.reveal() != second.refresh.reveal());
  CHECK(second.refresh_issued_at >= first.refresh_issued_at);
  CHECK(licences(*world) == 1);
  // A refused refresh: the password, which takes another licence.
  (void)world->control("tokens/expire?refresh=1");
  CHECK(load(*world, *partner, Order::by_time).rows.size() == 60);
}

TEST_CASE("Signing out gives the licence back, and never signs in to do so",
          "[partners][cherwell]") {
  const auto world = cherwell_world();
  const auto logouts = [&] { return asked(*world, "/logout").size(); };
  const auto tokens = [&] { return asked(*world, "/token").size(); };
  world->open(50)->sign_out({});
  CHECK(tokens() + logouts() == 0);
  (void)world->open(50)->open_stream(WorkItemType::incident, {});
  CHECK(tokens() == 1);
  CHECK(licences(*world) == 1);
  world->open(50)->sign_out({});
  CHECK(licences(*world) == 0);
  CHECK(logouts() == 1);
  CHECK(tokens() == 1);
  // The session is gone: its refresh token is tried, and no password asked for.
  world->open(50)->sign_out({});
  CHECK(tokens() == 2);
  CHECK(licences(*world) == 0);
}

TEST_CASE("A refused sign-in is explained by what the server says", "[partners][cherwell]") {
  struct Case {
    const char *fault, *says, *hints;
  };
  for (const Case& c :
       {Case{"client-unknown", "invalid_client", "client key"},
        Case{"user-locked", "invalid_grant", "account locked"},
        Case{"auth-modes=LDAP", "400", "CSM Browser Client"},
        Case{"client-unknown;;token-error-as-text", "invalid_client", "client key"}}) {
    INFO(c.fault);
    const auto world = cherwell_world();
    const std::string faults = c.fault;
    const std::size_t cut = faults.find(";;");
    world->fault(faults.substr(0, cut));
    if (cut != std::string::npos) world->fault(faults.substr(cut + 2));
    const Error error =
        error_of([&] { (void)world->open(50)->open_stream(WorkItemType::incident, {}); });
    INFO(error.text());
    CHECK(error.kind() == ErrorKind::auth);
    CHECK_THAT(error.text(), Catch::Contains(c.says));
    CHECK_THAT(error.hint(), Catch::Contains(c.hints));
    CHECK(asked(*world, "/token").size() == 1);
  }
}
