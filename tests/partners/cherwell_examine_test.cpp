#include <catch2/catch.hpp>

#include "partners/cherwell_world.hpp"

using namespace itsmc;
using namespace itsmc::test;

namespace {

std::map<std::string, Check> examined(SimWorld& world) {
  std::map<std::string, Check> found;
  for (const Check& check : world.open(50)->examine({})) found[check.check] = check;
  return found;
}

}  // namespace

TEST_CASE("A good instance passes every line in the agreed order", "[partners][cherwell]") {
  const auto world = cherwell_world();
  for (int n = 0; n < 5; ++n) {
    world->put({world->id(n), world->clock().now() - std::chrono::hours(n + 1), "t", false});
  }
  const std::vector<Check> checks = world->open(50)->examine({});
  std::vector<std::string> names;
  for (const Check& check : checks) {
    INFO(check.check << ": " << check.message << ' ' << check.cause);
    names.push_back(check.check);
    CHECK(check.status != CheckStatus::failed);
    // Only what no blueprint has out of the box is missing.
    const bool fields = check.check.find("-fields") != std::string::npos;
    CHECK((check.status == CheckStatus::ok || fields));
    CHECK_FALSE(check.message.empty());
    if (check.status != CheckStatus::ok) CHECK_FALSE(check.hint.empty());
  }
  const std::vector<std::string> wanted = {"sign-in",
                                           "version",
                                           "roles",
                                           "read-incident",
                                           "read-change-request",
                                           "write",
                                           "ci",
                                           "time-zone",
                                           "rate-limit",
                                           "incident-fields",
                                           "change-request-fields",
                                           "record-order",
                                           "licence"};
  CHECK(names == wanted);
}

TEST_CASE("Each bad day shows in its own line", "[partners][cherwell]") {
  struct Case {
    const char *fault, *check;
    CheckStatus status;
    const char* says;
    ErrorKind kind;
  };
  using enum CheckStatus;
  const Case cases[] = {
      {"user-locked", "sign-in", failed, "invalid_grant", ErrorKind::auth},
      {"client-unknown", "sign-in", failed, "invalid_client", ErrorKind::auth},
      {"api-401-always", "sign-in", failed, "401", ErrorKind::auth},
      {"bad-gateway-html", "sign-in", failed, "502", ErrorKind::unavailable},
      {"maintenance-503", "sign-in", failed, "503", ErrorKind::unavailable},
      {"html-200", "sign-in", failed, "web page", ErrorKind::unavailable},
      {"base-path=/Other", "sign-in", failed, "CherwellAPI", ErrorKind::unavailable},
      {"rate-limit=3600", "sign-in", failed, "rate limit", ErrorKind::throttled},
      {"no-view=Incident", "read-incident", failed, "not authorized", ErrorKind::denied},
      {"object-lacks=ChangeRequest", "read-change-request", failed, "ChangeRequest",
       ErrorKind::not_found},
      {"no-edit=Incident", "write", warning, "Incident", ErrorKind::denied},
      {"blueprint-lacks=Incident.Urgency", "incident-fields", warning, "urgency (Urgency)",
       ErrorKind::not_found},
      {"time-zone=600;no-utc-offset", "time-zone", ok, "+10:00", ErrorKind::unavailable},
      {"version=9.3.2", "version", ok, "9.3.2", ErrorKind::unavailable},
  };
  for (const Case& c : cases) {
    INFO(c.fault);
    const auto world = cherwell_world();
    world->put({world->id(1), world->clock().now() - std::chrono::hours(1), "t", false});
    const std::string faults = c.fault;
    const std::size_t cut = faults.find(';');
    world->fault(faults.substr(0, cut));
    if (cut != std::string::npos) world->fault(faults.substr(cut + 1));
    const auto checks = examined(*world);
    const Check& check = checks.at(c.check);
    INFO(check.message << " | " << check.cause << " | " << check.hint);
    CHECK(check.status == c.status);
    CHECK_THAT(check.message + " " + check.cause, Catch::Contains(c.says));
    if (c.status != ok) {
      CHECK(check.kind == c.kind);
      CHECK_FALSE(check.hint.empty());
    }
    CHECK(checks.size() == 13);
  }
}

TEST_CASE("A type that is not synced is not asked for", "[partners][cherwell]") {
  const auto world = cherwell_world();
  world->connection.work_items = {WorkItemType::incident};
  const auto checks = examined(*world);
  CHECK(checks.at("read-change-request").status == CheckStatus::skipped);
  CHECK(checks.at("change-request-fields").status == CheckStatus::skipped);
  CHECK(checks.at("read-incident").status == CheckStatus::ok);
  CHECK(asked(*world, "ChangeRequest").empty());
}

TEST_CASE("Dates of another zone than the server's are noticed", "[partners][cherwell]") {
  const auto world = cherwell_world();
  world->put({world->id(1), world->clock().now() + std::chrono::hours(3), "t", false});
  const Check zone = examined(*world).at("time-zone");
  CHECK(zone.status == CheckStatus::warning);
  CHECK_THAT(zone.message, Catch::Contains("still to come"));
}
