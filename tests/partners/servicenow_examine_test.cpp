#include <catch2/catch.hpp>

#include "partners/servicenow_instance.hpp"

using namespace itsmc;
using namespace itsmc::test;

namespace {

Timestamp start() {
  return Timestamp(std::chrono::sys_days(std::chrono::year(2025) / 11 / 3));
}

/// An instance in good order: user, roles, version, some rows.
void furnish(SnowWorld& world) {
  SnowInstance& instance = world.instance();
  instance.put("sys_user", {{"sys_id", "u1"}, {"user_name", "itsmc"}, {"time_zone", "Asia/Tokyo"}});
  const char* roles[] = {
      "itil",         "personalize_choices",    "import_transformer", "template_editor",
      "view_changer", "x_mioms_microsoft.user", "evt_mgmt_operator",  "evt_mgmt_integration"};
  for (const char* role : roles) {
    instance.put("sys_user_has_role", {{"sys_id", std::string("r-") + role},
                                       {"user.user_name", "itsmc"},
                                       {"state", "active"},
                                       {"role.name", role}});
  }
  instance.put("sys_properties", {{"sys_id", "p1"},
                                  {"name", "glide.buildtag.last"},
                                  {"value", "glide-australia-02-11-2026__patch1-03-01-2026"}});
  instance.put("cmdb_ci", {{"sys_id", "ci1"}, {"name", "mail-01"}});
  instance.put("change_request", {{"sys_id", "c1"}, {"sys_updated_on", "2025-11-03 00:00:00"}});
  for (int n = 0; n < 5; ++n) {
    world.put({world.id(n), start() + std::chrono::seconds(n), "t", false});
  }
}

std::vector<Check> examine(SnowWorld& world) {
  return world.open(50)->examine({});
}

const Check& line(const std::vector<Check>& checks, const std::string& name) {
  for (const Check& check : checks) {
    if (check.check == name) return check;
  }
  FAIL("there is no line " << name);
  return checks.front();
}

http::Exchange answer(int status, std::string body, std::vector<http::Header> headers) {
  http::Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return {response, {}};
}

const std::vector<std::string> k_lines = {
    "sign-in",     "version",   "roles",        "read-incident", "read-change-request",
    "write",       "ci",        "time-zone",    "rate-limit",    "table-api-filter",
    "hidden-rows", "deletions", "refresh-token"};

}  // namespace

TEST_CASE("An instance in good order passes every line, in order", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  const std::vector<Check> checks = examine(world);
  REQUIRE(checks.size() == k_lines.size());
  for (std::size_t i = 0; i < checks.size(); ++i) {
    INFO(checks[i].check << ": " << checks[i].message << " " << checks[i].cause);
    CHECK(checks[i].check == k_lines[i]);
    CHECK(checks[i].status == CheckStatus::ok);
  }
  CHECK_THAT(line(checks, "version").message, Catch::Contains("Australia"));
  CHECK_THAT(line(checks, "time-zone").message, Catch::Contains("Asia/Tokyo"));
  CHECK(line(checks, "rate-limit").message == "none announced");
  for (const SnowRequest& request : world.instance().journal()) {
    CHECK((request.method == "GET" || request.path == "/oauth_token.do"));  // nothing is written
  }
}

TEST_CASE("A refused sign-in fails once and skips the rest", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  world.connection.username = "other";
  const std::vector<Check> checks = examine(world);
  CHECK(checks[0].status == CheckStatus::failed);
  CHECK(checks[0].kind == ErrorKind::auth);
  for (const char* cause : {"locked", "client", "expired", "Application Registry"}) {
    CHECK_THAT(checks[0].hint, Catch::Contains(cause));
  }
  for (std::size_t i = 1; i < checks.size(); ++i) CHECK(checks[i].status == CheckStatus::skipped);
  int asked = 0;
  for (const SnowRequest& request : world.instance().journal()) {
    if (request.path == "/oauth_token.do") ++asked;
  }
  CHECK(asked == 1);  // failed passwords count towards a lock-out
}

TEST_CASE("A guest's token of the client-credentials grant is named", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  world.connection.grant = Grant::client_credentials;
  world.connection.username.clear();
  world.instance().guest_token = true;
  const std::vector<Check> checks = examine(world);
  CHECK(checks[0].status == CheckStatus::failed);
  CHECK(checks[0].kind == ErrorKind::auth);
  CHECK_THAT(checks[0].cause, Catch::Contains("guest"));
  CHECK_THAT(checks[0].hint, Catch::Contains("KB1710801"));
}

TEST_CASE("A sleeping instance and a sign-on page fail by their names, exit 5",
          "[partners][servicenow]") {
  const std::pair<http::Exchange, const char*> pages[] = {
      {answer(200, "<title>Instance Hibernating page</title>", {{"Content-Type", "text/html"}}),
       "hibernating"},
      {answer(302, "", {{"Content-Type", "text/html"}, {"Location", "/login_with_sso.do"}}),
       "sign-on"},
  };
  for (const auto& [page, says] : pages) {
    SnowWorld world;
    world.instance().intercept = [&page = page](const SnowRequest&) { return std::optional(page); };
    const std::vector<Check> checks = examine(world);
    CHECK(checks[0].status == CheckStatus::failed);
    CHECK(exit_code(checks[0].kind) == 5);
    CHECK_THAT(checks[0].cause, Catch::Contains(says));
  }
}

TEST_CASE("A version that cannot be read is unknown, not an error", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  world.instance().remove("sys_properties", "p1");
  const Check none = line(examine(world), "version");
  CHECK(none.status == CheckStatus::warning);
  CHECK(none.message == "unknown");
  world.instance().refused_tables.insert("sys_properties");
  CHECK(line(examine(world), "version").message == "unknown");
}

TEST_CASE("What keeps a table from being read is told apart", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  SECTION("an access rule on the table") {
    world.instance().refused_tables.insert("incident");
    const Check check = line(examine(world), "read-incident");
    CHECK(check.status == CheckStatus::failed);
    CHECK(check.kind == ErrorKind::denied);
    CHECK_THAT(check.hint, Catch::Contains("itil"));
    CHECK(line(examine(world), "read-change-request").status == CheckStatus::ok);
  }
  SECTION("an access rule on the REST interface") {
    world.instance().intercept = [](const SnowRequest& request) -> std::optional<http::Exchange> {
      if (request.path != "/api/now/table/incident") return std::nullopt;
      return answer(403,
                    R"({"error":{"message":"User Not Authorized","detail":"Failed API level ACL )"
                    R"(Validation"},"status":"failure"})",
                    {{"Content-Type", "application/json"}});
    };
    const Check check = line(examine(world), "read-incident");
    CHECK(check.kind == ErrorKind::denied);
    CHECK_THAT(check.hint, Catch::Contains("REST API ACLs"));
  }
  SECTION("every row hidden") {
    for (int n = 0; n < 5; ++n) world.put({world.id(n), start(), "t", true});
    const Check check = line(examine(world), "read-incident");
    CHECK(check.status == CheckStatus::failed);
    CHECK_THAT(check.message, Catch::Contains("none of 5 rows"));
  }
  SECTION("some rows hidden") {
    world.put({world.id(2), start(), "t", true});
    const std::vector<Check> checks = examine(world);
    CHECK(line(checks, "read-incident").status == CheckStatus::ok);
    CHECK(line(checks, "hidden-rows").status == CheckStatus::warning);
    CHECK_THAT(line(checks, "hidden-rows").message, Catch::Contains("1 of the newest 5"));
  }
  SECTION("an empty table is no failure") {
    for (int n = 0; n < 5; ++n) world.remove(world.id(n));
    CHECK(line(examine(world), "read-incident").status == CheckStatus::ok);
  }
  SECTION("a type that is not synced") {
    world.connection.work_items = {WorkItemType::incident};
    CHECK(line(examine(world), "read-change-request").status == CheckStatus::skipped);
  }
}

TEST_CASE("Missing roles, rights and rows are warnings with a click path",
          "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  SECTION("one role") {
    world.instance().remove("sys_user_has_role", "r-view_changer");
    const Check check = line(examine(world), "roles");
    CHECK(check.status == CheckStatus::warning);
    CHECK_THAT(check.cause, Catch::Contains("view_changer") && !Catch::Contains("itil"));
    CHECK_THAT(check.hint, Catch::Contains("User Administration > Users > itsmc > Roles"));
  }
  SECTION("roles that cannot be verified") {
    world.instance().refused_tables.insert("sys_user_has_role");
    CHECK(line(examine(world), "roles").status == CheckStatus::warning);
    CHECK(line(examine(world), "write").status == CheckStatus::warning);
  }
  SECTION("no itil, and tables that cannot be read") {
    world.instance().remove("sys_user_has_role", "r-itil");
    CHECK(line(examine(world), "roles").status == CheckStatus::warning);
    CHECK(line(examine(world), "write").status == CheckStatus::warning);
    world.instance().refused_tables.insert("incident");
    CHECK(line(examine(world), "roles").status == CheckStatus::failed);
  }
  SECTION("configuration items") {
    world.instance().refused_tables.insert("cmdb_ci");
    CHECK(line(examine(world), "ci").status == CheckStatus::warning);
  }
  SECTION("the user's own row") {
    world.instance().refused_tables.insert("sys_user");
    const std::vector<Check> checks = examine(world);
    CHECK(checks[0].status == CheckStatus::ok);
    CHECK(line(checks, "time-zone").status == CheckStatus::warning);
  }
  SECTION("deletions") {
    world.instance().refused_tables.insert("sys_audit_delete");
    CHECK(line(examine(world), "deletions").status == CheckStatus::warning);
  }
  SECTION("an old refresh token") {
    (void)examine(world);
    world.clock().advance(std::chrono::hours(24 * 90));
    CHECK(line(examine(world), "refresh-token").status == CheckStatus::warning);
  }
}

TEST_CASE("A filter that is not obeyed fails its line", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  world.instance().intercept = [](const SnowRequest& request) -> std::optional<http::Exchange> {
    if (request.param("sysparm_query") != "sys_idISEMPTY") return std::nullopt;
    return answer(200, R"({"result":[{"sys_id":"a","sys_updated_on":"2001-01-01 00:00:00"}]})",
                  {{"Content-Type", "application/json"}});
  };
  const Check check = line(examine(world), "table-api-filter");
  CHECK(check.status == CheckStatus::failed);
  CHECK_THAT(check.cause, Catch::Contains("sys_idISEMPTY"));
}

TEST_CASE("Announced rate limits are shown", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  world.instance().intercept = [](const SnowRequest& request) -> std::optional<http::Exchange> {
    if (request.path != "/api/now/table/cmdb_ci") return std::nullopt;
    return answer(200, R"({"result":[]})",
                  {{"Content-Type", "application/json"}, {"X-RateLimit-Limit", "100"}});
  };
  CHECK_THAT(line(examine(world), "rate-limit").message, Catch::Contains("X-RateLimit-Limit 100"));
}

TEST_CASE("An examination ends when it is stopped", "[partners][servicenow]") {
  SnowWorld world;
  furnish(world);
  std::stop_source source;
  source.request_stop();
  try {
    (void)world.open(50)->examine(source.get_token());
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::cancelled);
  }
}
