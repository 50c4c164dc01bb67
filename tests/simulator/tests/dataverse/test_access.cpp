#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "dataverse/organisation_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

std::string code_of(const Reply& reply) {
  return body_json(reply)["error"]["code"];
}

std::size_t rows_of(const Reply& reply) {
  return body_json(reply)["value"].size();
}

}  // namespace

TEST_CASE("dataverse: a good token for another resource is 401 with the challenge") {
  OrganisationOnTest on;
  for (const char* resource : {"https://graph.microsoft.com", "https://other.crm4.dynamics.com"}) {
    INFO(resource);
    const json token = on.sign_in(resource);
    REQUIRE(token.contains("access_token"));
    const std::string other = "Bearer " + token["access_token"].get<std::string>();
    const Reply reply = on.get("WhoAmI", {{"Authorization", other}});
    CHECK(reply.status == 401);
    const std::string challenge = header_of(reply, "WWW-Authenticate");
    CHECK(challenge.find("Bearer authorization_uri=https://org.crm4.dynamics.com/") == 0);
    CHECK(challenge.find("resource_id=https://org.crm4.dynamics.com/") != std::string::npos);
  }
  CHECK(on.get("WhoAmI", {{"Authorization", "Bearer nonsense"}}).status == 401);
}

TEST_CASE("dataverse: the resource is good with and without its trailing slash") {
  OrganisationOnTest on;
  for (const std::string& resource : {std::string(k_origin), std::string(k_origin) + "/"}) {
    const json token = on.sign_in(resource);
    const std::string bearer = "Bearer " + token["access_token"].get<std::string>();
    CHECK(on.get("WhoAmI", {{"Authorization", bearer}}).status == 200);
  }
}

TEST_CASE("dataverse: one refused token, all tokens ended") {
  OrganisationOnTest on;
  on.control("fault?name=refuse-token");
  CHECK(on.get("WhoAmI").status == 401);
  CHECK(on.get("WhoAmI").status == 200);
  on.control("fault?name=expire-token");
  CHECK(on.get("WhoAmI").status == 401);
  CHECK(on.get("WhoAmI").status == 401);
  on.control("faults/clear");
  on.control("fault?name=no-challenge");
  CHECK(header_of(on.get("WhoAmI"), "WWW-Authenticate").empty());
}

TEST_CASE("dataverse: rows that one may not read are silently absent") {
  OrganisationOnTest on;
  on.put_incidents(40);
  on.control("put", json{{"type", "incident"},
                         {"id", OrganisationOnTest::id(0)},
                         {"title", "secret"},
                         {"hidden", true}}
                        .dump());
  CHECK(rows_of(on.get("x_incidents")) == 39);
  CHECK(on.get("x_incidents(" + OrganisationOnTest::id(0) + ")").status == 403);
  on.control("fault?name=hidden-rows&arg=100");
  const Reply none = on.get("x_incidents");
  CHECK(none.status == 200);
  CHECK(rows_of(none) == 0);
  CHECK(streamed(on.control("truth?type=incident")).find("\"hidden\":true") != std::string::npos);
}

TEST_CASE("dataverse: a table without the privilege is 403, the others are not") {
  OrganisationOnTest on;
  on.control("fault?name=no-read&arg=incident");
  const Reply refused = on.get("incidents");
  CHECK(refused.status == 403);
  CHECK(code_of(refused) == "0x80040220");
  CHECK(refused.body->find("prvReadincident privilege") != std::string::npos);
  CHECK(on.get("x_incidents").status == 200);
  on.control("fault?name=no-write");
  CHECK(on.send("POST", "x_incidents", R"({"x_title":"a"})").status == 403);
  on.control("faults/clear");
  for (const char* fault : {"not-a-member", "user-disabled"}) {
    on.control(std::string("fault?count=1&name=") + fault);
    CHECK(on.get("WhoAmI").status == 403);
  }
}

TEST_CASE("dataverse: the three limits have their codes and Retry-After") {
  OrganisationOnTest on;
  struct Case {
    const char* fault;
    const char* code;
  };
  for (const auto& c : {Case{"rate-limit", "0x80072322"}, Case{"limit-time", "0x80072321"},
                        Case{"limit-concurrent", "0x80072326"}}) {
    INFO(c.fault);
    on.control("faults/clear");
    on.control(std::string("fault?count=1&arg=7&name=") + c.fault);
    const Reply reply = on.get("WhoAmI");
    CHECK(reply.status == 429);
    CHECK(code_of(reply) == c.code);
    CHECK(header_of(reply, "Retry-After") == "7");
    on.control(std::string("fault?count=1&arg=date:7&name=") + c.fault);
    CHECK(header_of(on.get("WhoAmI"), "Retry-After").ends_with(" GMT"));
  }
  const json requests = dataverse_fixture("error.429-requests.json");
  on.control("fault?count=1&name=rate-limit");
  CHECK(body_json(on.get("WhoAmI")) == requests);
  on.control("fault?count=1&name=limit-concurrent");
  CHECK(body_json(on.get("WhoAmI")) == dataverse_fixture("error.429-concurrent.json"));
}

TEST_CASE("dataverse: a limit of one's own counts, and going on sending lengthens the wait") {
  OrganisationOnTest on;
  on.control("limit?requests=3&seconds=60");
  for (int i = 0; i < 3; ++i) CHECK(on.get("WhoAmI").status == 200);
  const auto wait = [&] { return std::stoi(header_of(on.get("WhoAmI"), "Retry-After")); };
  const int first = wait();
  CHECK(first > 50);
  wait();
  CHECK(wait() > first);
  on.control("limit?requests=0");
  CHECK(on.get("WhoAmI").status == 200);
}

TEST_CASE("dataverse: errors may have an empty code, and more members when all are asked for") {
  OrganisationOnTest on;
  on.control("fault?name=http-status&arg=503&count=2");
  const Reply bare = on.get("WhoAmI");
  CHECK(bare.status == 503);
  CHECK(code_of(bare).empty());
  const json full =
      body_json(on.get("WhoAmI", {{"Prefer", "odata.include-annotations=\"*\""}}))["error"];
  const json recorded = dataverse_fixture("error.400-plugin.response.json")["error"];
  for (const auto& [key, value] : recorded.items()) {
    INFO(key);
    CHECK(full.contains(key));
  }
}

TEST_CASE("dataverse: what stands in the answer's place") {
  OrganisationOnTest on;
  on.put_incidents(30);
  const auto with = [&](const std::string& fault) {
    on.control("faults/clear");
    on.control("fault?name=" + fault);
    return on.get("x_incidents?$select=x_title,modifiedon");
  };
  CHECK(with("bad-gateway-html").status == 502);
  CHECK(with("sign-in-html").content_type.find("text/html") == 0);
  CHECK_FALSE(json::accept(*with("truncated-json-200&arg=50").body));
  CHECK(with("bad-date").body->find("0001-13-45T99:00:00Z") != std::string::npos);
  CHECK(with("only-v9.0").status == 404);
  CHECK(with("reset-mid-body").end == BodyEnd::reset);
  CHECK(with("close-mid-body").end == BodyEnd::closed);
  CHECK(with("lost-answer").cut_after == 0);
  CHECK(with("refused-answer").status == 403);
  CHECK(with("slow&arg=9").delay.count() == 9);
  CHECK(with("chunked").chunked);
}

TEST_CASE("dataverse: pages are packed for whoever takes it, the same page once only") {
  OrganisationOnTest on;
  on.put_incidents(60);
  const Fields packed{{"Accept-Encoding", "gzip"}};
  const Reply first = on.get("x_incidents", packed);
  CHECK(header_of(first, "Content-Encoding") == "gzip");
  CHECK(first.body == on.get("x_incidents", packed).body);
  CHECK(header_of(on.get("x_incidents"), "Content-Encoding").empty());
  on.put_incidents(1);
  CHECK(first.body != on.get("x_incidents", packed).body);
  on.control("fault?name=no-gzip");
  CHECK(header_of(on.get("x_incidents", packed), "Content-Encoding").empty());
}

TEST_CASE("dataverse: the controls change what they say") {
  OrganisationOnTest on;
  on.put_incidents(10);
  const json touched = body_json(on.control("touch?type=incident&count=3&at=2025-12-01T00:00:00Z"));
  CHECK(touched["count"] == 3);
  const std::string late = "?$filter=modifiedon%20ge%202025-12-01";
  CHECK(rows_of(on.get("x_incidents" + late)) == 3);
  CHECK(rows_of(on.get("incidents" + late)) == 3);
  CHECK(body_json(on.control("create?type=incident&count=2"))["count"] == 2);
  CHECK(rows_of(on.get("x_incidents")) == 12);
  CHECK(body_json(on.control("create?type=change-request&count=2"))["count"] == 2);
  CHECK(rows_of(on.get("x_changerequests")) == 2);
  CHECK(body_json(on.control("delete?type=incident&count=4"))["count"] == 4);
  CHECK(rows_of(on.get("incidents")) == 8);
  const json truth =
      json::parse(streamed(on.control("truth?type=change-request"))
                      .substr(0, streamed(on.control("truth?type=change-request")).find('\n')));
  for (const char* key : {"id", "number", "updated", "title", "state", "open", "assigned_to",
                          "configuration_item", "hidden"}) {
    INFO(key);
    CHECK(truth.contains(key));
  }
  CHECK(on.control("put", R"({"id":"not a guid"})").status == 400);
  CHECK(on.control("truth?type=nothing").status == 400);
}

TEST_CASE("dataverse: every fault has a text, and names no path that is never asked for") {
  for (const auto& fault : dataverse::fault_names()) {
    INFO(fault.name);
    CHECK_FALSE(fault.text.empty());
    CHECK((fault.path.empty() || fault.path == "/api/data/" || fault.path == "/oauth2/"));
  }
}

}  // namespace itsmc::sim::test
