#include <array>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "asking.hpp"
#include "instance_on_test.hpp"
#include "scsm/bridge_on_test.hpp"

using namespace itsmc::sim;
using namespace itsmc::sim::test;
using nlohmann::json;

namespace {

bool is_html(const Reply& reply) {
  return reply.content_type.starts_with("text/html") && reply.body->find("<") == 0;
}

std::size_t rows_of(const Reply& reply) {
  return body_json(reply)["value"].size();
}

}  // namespace

TEST_CASE("the token's numbers are strings, and the secret must be encoded", "[scsm]") {
  BridgeOnTest on;
  const json wanted = scsm_fixture("token.client-credentials-v1.response.json");
  const json got = body_json(on.sign_in(k_bridge));
  for (const auto& [name, value] : wanted.items()) {
    INFO(name);
    CHECK(got.contains(name));
    CHECK(got[name].is_string());
  }
  CHECK(!got.contains("refresh_token"));
  // As it stands: '+', '&' and '%' change their meaning (scsm reference 6, trap 2).
  const Reply raw =
      on.front.answer(asked("POST", "/contoso.onmicrosoft.com/oauth2/token",
                            "grant_type=client_credentials&client_id=itsmc-client&client_secret=" +
                                Credentials().client_secret + "&resource=" + k_bridge,
                            {{"Content-Type", "application/x-www-form-urlencoded"}}));
  CHECK(raw.status == 401);
  CHECK(body_json(raw)["error"] == "invalid_client");
}

TEST_CASE("a token for another audience is 401, a trailing slash included", "[scsm]") {
  BridgeOnTest on;
  const auto status_with = [&on](const std::string& resource) {
    on.bearer = "Bearer " + body_json(on.sign_in(resource))["access_token"].get<std::string>();
    return on.get("info").status;
  };
  CHECK(status_with(k_bridge) == 200);
  CHECK(status_with(std::string(k_bridge) + "/") == 401);
  CHECK(status_with("https://graph.microsoft.com") == 401);
  on.fault("audience-slash");
  CHECK(status_with(k_bridge) == 401);
  CHECK(status_with(std::string(k_bridge) + "/") == 200);
  on.bench.faults.clear();
  on.fault("audience=https://graph.microsoft.com");
  CHECK(status_with(k_bridge) == 401);
  CHECK(status_with("https://graph.microsoft.com") == 200);
}

TEST_CASE("without a good token every route is 401 with a challenge", "[scsm]") {
  BridgeOnTest on;
  for (const char* route : {"info", "me", "incidents", "workitems/IR1", "configitems",
                            "enumerations/IncidentStatusEnum", "nothing"}) {
    INFO(route);
    const Reply reply = on.get(route, {{"Authorization", "Bearer x"}});
    CHECK(reply.status == 401);
    CHECK(header_of(reply, "WWW-Authenticate") == "Bearer");
    CHECK(body_json(reply)["error"].contains("message"));
  }
  const Fields nobody{{"Authorization", ""}};
  on.fault("anonymous-info");
  CHECK(on.get("info", nobody).status == 200);
  CHECK(on.get("me", nobody).status == 401);
  on.fault("anonymous");
  CHECK(on.get("me", nobody).status == 200);
}

TEST_CASE("a token can be refused once, can end, and ends by age", "[scsm]") {
  BridgeOnTest on;
  on.fault("refuse-token");
  CHECK(on.get("info").status == 401);
  CHECK(on.get("info").status == 200);
  on.fault("expire-token");
  CHECK(on.get("info").status == 401);
  CHECK(on.get("info").status == 401);
  on.bearer = "Bearer " + body_json(on.sign_in(k_bridge))["access_token"].get<std::string>();
  CHECK(on.get("info").status == 200);
  on.control("tokens/expire");
  CHECK(on.get("info").status == 401);
}

TEST_CASE("faults that stand in for an answer", "[scsm]") {
  struct Case {
    std::string fault;
    int status;
    std::string member;  // of the JSON body; empty: HTML
  };
  const auto cases = std::to_array<Case>({
      {"site-stopped", 403, ""},
      {"cold-start", 503, ""},
      {"bad-gateway-html", 502, ""},
      {"http-status=418", 418, "error"},
      {"sdk-unavailable", 502, "error"},
      {"sdk-timeout", 504, "error"},
      {"internal-error", 500, "error"},
      {"aspnet-500", 500, "ExceptionMessage"},
      {"aspnet-model-state=query.$top", 400, "ModelState"},
      {"api-version-required", 400, "Error"},
      {"rate-limit=7", 429, "error"},
      {"api-401-always", 401, "error"},
  });
  for (const auto& each : cases) {
    INFO(each.fault);
    BridgeOnTest on;
    on.fault(each.fault + ";count=1");
    const Reply reply = on.get("incidents");
    CHECK(reply.status == each.status);
    if (each.member.empty())
      CHECK(is_html(reply));
    else
      CHECK(body_json(reply).contains(each.member));
    CHECK(on.get("incidents").status == 200);
  }
}

TEST_CASE("a management server that is away says what the example says", "[scsm]") {
  BridgeOnTest on;
  on.fault("sdk-unavailable");
  CHECK(body_json(on.get("info")) == scsm_fixture("our-contract.error-502.response.json"));
}

TEST_CASE("429 tells when to come back, in seconds or as a date", "[scsm]") {
  BridgeOnTest on;
  on.bench.clock.follow({[] { return std::int64_t{1'762'128'000'000}; }, [] { return 0; }});
  on.fault("rate-limit=7;count=1");
  CHECK(header_of(on.get("info"), "Retry-After") == "7");
  on.fault("rate-limit=date:9;count=1");
  CHECK(header_of(on.get("info"), "Retry-After") == "Mon, 03 Nov 2025 00:00:09 GMT");
  on.fault("rate-limit=none;count=1");
  CHECK(header_of(on.get("info"), "Retry-After").empty());
}

TEST_CASE("Microsoft's own web app has a home page, Swagger, configtest, and no bridge", "[scsm]") {
  BridgeOnTest on;
  CHECK(on.follow("/api/configtest").status == 404);
  on.fault("microsoft-web-app");
  CHECK(is_html(on.follow("/")));
  CHECK(body_json(on.follow("/swagger/docs/v1"))["info"]["title"] == "smoc");
  for (const char* route : {"info", "me", "incidents"}) {
    const Reply reply = on.get(route);
    CHECK(reply.status == 404);
    CHECK(body_json(reply).contains("MessageDetail"));
  }
  const json shape = scsm_fixture("configtest.response.shape.json");
  const auto test = [&on](const Fields& form) {
    return body_json(on.front.answer(form_to("/api/configtest", form)));
  };
  const json good = test({{"clientId", "a"}, {"clientSecret", "b"}, {"hostURL", k_bridge}});
  CHECK(good["result"][0]["status"] == true);
  CHECK(good["reason"].is_null());
  CHECK(good["result"][0].size() == shape["result"][0].size());
  CHECK(test({{"clientId", "a"}})["result"][0]["status"] == false);
  CHECK(on.sign_in(k_bridge).status == 200);  // the directory is somebody else's
}

TEST_CASE("the Date header and serverTimeUtc are off together", "[scsm]") {
  BridgeOnTest on;
  on.bench.clock.follow({[] { return std::int64_t{1'762'128'000'000}; }, [] { return 0; }});
  on.fault("clock-skew=-300");
  const Reply reply = on.get("info");
  CHECK(header_of(reply, "Date") == "Sun, 02 Nov 2025 23:55:00 GMT");
  CHECK(body_json(reply)["serverTimeUtc"] == "2025-11-02T23:55:00.000Z");
}

TEST_CASE("pages can be larger, smaller, empty, double, or end too early", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(100);
  on.fault("page-larger=5;count=1");
  CHECK(rows_of(on.get("incidents?$top=10")) == 15);
  on.fault("duplicate-rows=3;count=1");
  CHECK(rows_of(on.get("incidents?$top=10")) == 13);
  on.fault("no-next;count=1");
  CHECK(!body_json(on.get("incidents?$top=10")).contains("@odata.nextLink"));
  on.fault("empty-page;count=1");
  CHECK(on.all_ids("incidents?$top=30").size() == 100);
  on.fault("empty-page;after=2;count=1");
  CHECK(on.all_ids("incidents?$top=30").size() == 100);
  on.fault("foreign-next;count=1");
  CHECK(body_json(on.get("incidents?$top=10"))["@odata.nextLink"].get<std::string>().starts_with(
      "https://sm-bridge.contoso.local/api/itsmc/v1/incidents?"));
  on.fault("page-smaller=40");
  CHECK(rows_of(on.get("incidents")) == 40);
  CHECK(body_json(on.get("info"))["maxPageSize"] == 40);
  CHECK(on.all_ids("incidents").size() == 100);
}

TEST_CASE("an empty page is really empty, and its link goes on from there", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(10);
  on.fault("empty-page;count=1");
  const json page = body_json(on.get("incidents?$top=4"));
  CHECK(page["value"].empty());
  CHECK(rows_of(on.follow(page["@odata.nextLink"])) == 4);
}

TEST_CASE("rows change and come late while somebody reads", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(100);
  on.fault("update-between-pages=2;count=3");
  const auto ids = on.all_ids("incidents?$top=20");
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 100);  // seen again, never lost
  CHECK(ids.size() > 100);
  on.fault("late-commit=90;count=1");
  CHECK(on.get("incidents").status == 200);
  CHECK(on.all_ids("incidents?$top=1000").size() == 101);
}

TEST_CASE("shapes that a decoder must refuse or bear", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(20);
  on.fault("bad-date;count=1");
  CHECK(body_json(on.get("incidents"))["value"][0]["lastModified"].get<std::string>().starts_with(
      "x25"));
  on.fault("bad-id;count=1");
  CHECK(body_json(on.get("incidents"))["value"][0]["baseId"].is_null());
  on.fault("truncated-json-200;count=1");
  CHECK_THROWS(body_json(on.get("incidents")));
  on.fault("error-200;count=1");
  CHECK(body_json(on.get("incidents"))["error"]["code"] == "sdkTimeout");
  on.fault("empty-body-200;count=1");
  CHECK(on.get("incidents").body_size() == 0);
  on.fault("contract=itsmc-scsm/2;count=1");
  CHECK(body_json(on.get("info"))["contract"] == "itsmc-scsm/2");
}

TEST_CASE("display names may be German; ids and names stay", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(1);
  const json english = body_json(on.get("incidents"))["value"][0]["status"];
  on.fault("localised");
  const json german = body_json(on.get("incidents"))["value"][0]["status"];
  CHECK(german["displayName"] == "Aktiv");
  CHECK(german["id"] == english["id"]);
  CHECK(german["name"] == english["name"]);
  CHECK(body_json(on.get("enumerations/IncidentStatusEnum"))["values"][1]["displayName"] ==
        "Ausstehend");
}

TEST_CASE("a bridge that does not filter shows deleted configuration items", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(1);
  CHECK(body_json(on.get("incidents"))["value"][0]["configItems"].empty());
  on.fault("deleted-cis");
  const json items = body_json(on.get("incidents"))["value"][0]["configItems"];
  REQUIRE(items.size() == 1);
  CHECK(items[0]["objectStatus"]["name"] == "ConfigItem.ObjectStatus.PendingDelete");
}

TEST_CASE("connections end early, answers are lost, and time passes", "[scsm]") {
  BridgeOnTest on;
  on.put_incidents(5);
  on.fault("reset-mid-body;count=1");
  CHECK(on.get("incidents").end == BodyEnd::reset);
  on.fault("close-mid-body;count=1");
  CHECK(on.get("incidents").end == BodyEnd::closed);
  on.fault("slow=250;count=1");
  CHECK(on.get("incidents").delay == std::chrono::milliseconds(250));
  on.fault("lost-answer;count=1");
  const std::string body = R"({"title":"t","urgency":"High","impact":"Low","externalId":"e1"})";
  CHECK(on.post("incidents", body).end == BodyEnd::reset);
  CHECK(rows_of(on.get("incidents")) == 6);
  CHECK(on.post("incidents", body).status == 200);  // the key tells the repetition
  CHECK(rows_of(on.get("incidents")) == 6);
  on.fault("refused-answer;count=1");
  const std::string other = R"({"title":"t","urgency":"High","impact":"Low","externalId":"e2"})";
  CHECK(on.post("incidents", other).status == 403);
  CHECK(rows_of(on.get("incidents")) == 7);
}
