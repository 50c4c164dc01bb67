#include <catch2/catch.hpp>

#include "azure/azure_on_test.hpp"
#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

json standard_columns() {
  return json::array(
      {AzureOnTest::column("TimeGenerated", "dateTime"),
       AzureOnTest::column("ServiceDeskId_s", "string"), AzureOnTest::column("Count_d", "long"),
       AzureOnTest::column("Open_b", "boolean"), AzureOnTest::column("Closed_t", "dateTime"),
       AzureOnTest::column("More", "dynamic")});
}

json http_fixture(const std::string& name) {
  return json::parse(read_file(std::string(SIM_FIXTURE_ROOT) + "/azure/http/" + name));
}

}  // namespace

TEST_CASE("azure ingestion: rows are stored as their columns keep them") {
  AzureOnTest on;
  on.target(standard_columns());
  const Reply reply = on.send(R"([{"TimeGenerated":"2025-12-31T23:00:00.5Z",
    "ServiceDeskId_s":"INC \"1\" \u00e9","Count_d":9223372036854775807,"Open_b":true,
    "Closed_t":"2020-01-02T03:04:05+02:00","More":{"a":[1, 2]}}, {"ServiceDeskId_s":7}])",
                              {{"x-ms-client-request-id", "409633b5"}});
  CHECK(reply.status == 204);
  CHECK(reply.body_size() == 0);
  const json recorded = http_fixture("ingestion-204.json")["response"]["headers"];
  for (const auto& [name, value] : recorded.items()) {
    if (name == "Date") continue;
    INFO(name);
    CHECK_FALSE(header_of(reply, name).empty());
  }
  CHECK(header_of(reply, "x-ms-client-request-id") == "409633b5");
  const auto rows = on.stored();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == json::parse(R"({"TimeGenerated":"2025-12-31T23:00:00.500Z",
    "ServiceDeskId_s":"INC \"1\" é","Count_d":9223372036854775807,"Open_b":true,
    "Closed_t":"2020-01-02T03:04:05+02:00","More":{"a":[1,2]}})"));
  CHECK(rows[1] == json::parse(R"({"TimeGenerated":"2026-01-01T00:00:00.000Z",
    "ServiceDeskId_s":"7"})"));
}

TEST_CASE("azure ingestion: what is lost silently is answered 204") {
  struct Case {
    const char* what;
    std::string body;
    const char* counter;
    std::size_t rows;
  };
  const std::vector<Case> cases{
      {"an object instead of an array", R"({"ServiceDeskId_s":"a"})", "not_arrays", 0},
      {"a column that nobody declared", R"([{"ServiceDeskId_s":"a","Nobody":1}])", "dropped_values",
       1},
      {"an element that is no object", R"(["a",{"ServiceDeskId_s":"b"}])", "not_objects", 1},
      {"a text over 64 KB", R"([{"ServiceDeskId_s":")" + std::string(65537, 'x') + "\"}]",
       "cut_values", 1},
      {"older than two days", R"([{"TimeGenerated":"2025-12-29T23:59:59Z"}])", "rewritten_times",
       1},
      {"more than a day ahead", R"([{"TimeGenerated":"2026-01-02T00:00:01Z"}])", "rewritten_times",
       1},
      {"no time at all", R"([{"ServiceDeskId_s":"a"}])", "rewritten_times", 1},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    AzureOnTest on;
    on.target(standard_columns());
    CHECK(on.send(c.body).status == 204);
    CHECK(on.counters()[c.counter] == 1);
    CHECK(on.stored().size() == c.rows);
  }
}

TEST_CASE("azure ingestion: a long text is cut at 65536 bytes, between characters") {
  AzureOnTest on;
  on.target(standard_columns());
  on.send(R"([{"ServiceDeskId_s":"x)" + std::string(32767, 'y') + [] {
    std::string accents;
    for (int i = 0; i < 20000; ++i) accents += "\xc3\xa9";
    return accents;
  }() + "\"}]");
  const std::string text = on.stored().at(0)["ServiceDeskId_s"];
  CHECK(text.size() == 65536);
  AzureOnTest odd;
  odd.target(standard_columns());
  std::string accents = "x";
  for (int i = 0; i < 40000; ++i) accents += "\xc3\xa9";
  odd.send(R"([{"ServiceDeskId_s":")" + accents + "\"}]");
  CHECK(odd.stored().at(0)["ServiceDeskId_s"].get<std::string>().size() == 65535);
}

TEST_CASE("azure ingestion: TimeGenerated within two days back and one ahead stays") {
  for (const std::string& time : {"2025-12-30T00:00:00.000Z", "2026-01-02T00:00:00.000Z"}) {
    AzureOnTest on;
    on.target(standard_columns());
    on.send(R"([{"TimeGenerated":")" + time + "\"}]");
    CHECK(on.stored().at(0)["TimeGenerated"] == time);
    CHECK(on.counters()["rewritten_times"] == 0);
  }
}

TEST_CASE("azure ingestion: values that a column's type cannot hold are dropped alone") {
  AzureOnTest on;
  on.target(standard_columns());
  on.send(R"([{"Count_d":1.5,"Open_b":"yes","Closed_t":"soon","ServiceDeskId_s":{"a":1}},
              {"Count_d":"12","ServiceDeskId_s":null,"More":"text"}])");
  const auto rows = on.stored();
  CHECK(rows[0] == json::parse(R"({"TimeGenerated":"2026-01-01T00:00:00.000Z",
    "ServiceDeskId_s":"{\"a\":1}"})"));
  CHECK(rows[1] == json::parse(R"({"TimeGenerated":"2026-01-01T00:00:00.000Z","Count_d":12,
    "More":"text"})"));
}

TEST_CASE("azure ingestion: gzip and plain bodies bring the same rows, duplicates are kept") {
  AzureOnTest on;
  on.target(standard_columns());
  const std::string body = R"([{"ServiceDeskId_s":"a"}])";
  CHECK(on.send(body).status == 204);
  CHECK(on.send(gzip(body, 6), {{"content-encoding", "gzip"}}).status == 204);
  const auto rows = on.stored();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == rows[1]);
  CHECK(on.send("[]").status == 204);
  CHECK(on.counters()["batches"] == 3);
  CHECK(on.counters()["empty_batches"] == 1);
}

TEST_CASE("azure ingestion: each refusal has its status, code and header") {
  struct Case {
    const char* what;
    std::string body;
    Fields headers;
    int status;
    const char* code;
  };
  const std::string one = R"([{"ServiceDeskId_s":"a"}])";
  const std::string large = "[" + std::string(1'048'576, ' ') + "]";
  std::string unpacked = "[" + std::string(51U << 20, ' ') + "]";
  const std::vector<Case> cases{
      {"over 1 MB on the wire", large, {}, 413, "ContentLengthLimitExceeded"},
      {"over 50 MiB unpacked",
       gzip(unpacked, 1),
       {{"Content-Encoding", "gzip"}},
       413,
       "PayloadSizeLimitExceeded"},
      {"no bearer", one, {{"Authorization", ""}}, 401, "InvalidToken"},
      {"an unknown bearer", one, {{"Authorization", "Bearer x"}}, 401, "InvalidToken"},
      {"broken JSON", R"([{"a":1},{"b":])", {}, 400, "InvalidPayload"},
      {"a broken escape", R"([{"ServiceDeskId_s":"\q"}])", {}, 400, "InvalidPayload"},
      {"bytes that are no UTF-8", "[{\"ServiceDeskId_s\":\"\xff\"}]", {}, 400, "InvalidPayload"},
      {"text behind the array", one + "x", {}, 400, "InvalidPayload"},
      {"a body that is no gzip", one, {{"Content-Encoding", "gzip"}}, 400, "InvalidPayload"},
      {"another encoding", one, {{"Content-Encoding", "br"}}, 415, "UnsupportedMediaType"},
      {"another type", one, {{"Content-Type", "text/plain"}}, 415, "UnsupportedMediaType"}};
  AzureOnTest on;
  on.target(standard_columns());
  for (const auto& c : cases) {
    INFO(c.what);
    const Reply reply = on.send(c.body, c.headers);
    CHECK(reply.status == c.status);
    CHECK(error_code(reply) == c.code);
    CHECK(header_of(reply, "x-ms-error-code") == c.code);
  }
  CHECK(on.stored().empty());
  CHECK(on.counters()["refused"] == cases.size());
}

TEST_CASE("azure ingestion: recorded errors are worded as recorded") {
  AzureOnTest on;
  on.target(standard_columns());
  const json recorded = http_fixture("ingestion-errors.json");
  const std::string good = on.upload_path;
  on.upload_path = "/dataCollectionRules/westeurope/streams/Custom-X?api-version=2023-01-01";
  const Reply missing = on.send("[]");
  CHECK(missing.status == recorded[1]["status"]);
  CHECK(body_json(missing) == recorded[1]["body"]);
  on.upload_path = good;
  on.control("revoke?principal=client&role=Monitoring Metrics Publisher");
  const Reply forbidden = on.send("[]");
  CHECK(forbidden.status == 403);
  CHECK(error_code(forbidden) == recorded[0]["body"]["error"]["code"]);
  const std::string text = body_json(forbidden)["error"]["message"];
  CHECK(text.find("The authentication token provided does not have access to ingest data for the "
                  "data collection rule with immutable Id 'dcr-") == 0);
  const Reply large = on.send(std::string(1'068'792, ' '));
  CHECK(body_json(large) == recorded[2]["body"]);
}

TEST_CASE("azure ingestion: a token for another API is 401, whoever owns the subscription 403") {
  AzureOnTest on;
  on.target(standard_columns());
  const Reply wrong = on.send("[]", {{"Authorization", on.bearer("arm")}});
  CHECK(wrong.status == 401);
  CHECK(error_code(wrong) == "InvalidAudience");
  on.control("revoke?principal=client");
  on.control("grant?principal=client&role=Owner");
  CHECK(on.send("[]").status == 403);
}

TEST_CASE("azure ingestion: a role is felt only after a while") {
  AzureOnTest on;
  on.control("fault?name=role-delay&arg=600");
  const json made = on.target(standard_columns());
  CHECK(on.send("[]").status == 204);
  on.control("revoke?principal=client&role=Monitoring Metrics Publisher");
  const std::string role = made["rule_id"].get<std::string>() +
                           "/providers/Microsoft.Authorization/roleAssignments/"
                           "5a2c6a7e-8f4d-4c55-9d0e-0d3c1a3f8a11";
  const json body = {
      {"properties",
       {{"roleDefinitionId", "x/3913510d-42f4-4e42-8a64-420c390055eb"},
        {"principalId", body_json(on.control("azure"))["principals"][0]["object_id"]},
        {"principalType", "ServicePrincipal"}}}};
  CHECK(on.arm("PUT", role, body).status == 201);
  CHECK(on.send("[]").status == 403);
  on.control("advance?seconds=599");
  CHECK(on.send("[]").status == 403);
  on.control("advance?seconds=1");
  CHECK(on.send("[]").status == 204);
}

TEST_CASE("azure ingestion: each fault shows") {
  AzureOnTest on;
  on.target(standard_columns());
  const std::string one = R"([{"ServiceDeskId_s":"a"}])";
  const auto once = [&](const std::string& fault) {
    on.control("fault?count=1&name=" + fault);
    return on.send(one);
  };
  CHECK(header_of(once("rate-limit&arg=7"), "Retry-After") == "7");
  CHECK(header_of(once("rate-limit&arg=date:9"), "Retry-After").ends_with(" GMT"));
  CHECK(once("http-status&arg=503").status == 503);
  CHECK(once("bad-gateway-html").status == 502);
  CHECK(once("refuse-token").status == 401);
  CHECK(once("expire-token").status == 401);
  CHECK(once("role-missing").status == 403);
  CHECK(once("slow&arg=5").delay.count() == 5);
  CHECK(once("refuse-row&arg=ServiceDeskId_s").status == 400);
  const std::size_t before = on.stored().size();
  const Reply lost = once("lost-answer");
  CHECK(lost.end == BodyEnd::unsent);
  CHECK(on.stored().size() == before + 1);
}

TEST_CASE("azure ingestion: an upload is cut before its body is read, and counted so") {
  AzureOnTest on;
  on.target(standard_columns());
  Request head;
  head.method = "POST";
  head.path = on.upload_path.substr(0, on.upload_path.find('?'));
  head.headers = {{"Content-Length", "1048577"}};
  CHECK_FALSE(on.service.cuts_upload(head));
  on.control("fault?name=reset-upload&count=1&after=1");
  CHECK_FALSE(on.service.cuts_upload(head));
  CHECK(on.service.cuts_upload(head));
  CHECK_FALSE(on.service.cuts_upload(head));
  on.control("fault?name=oversize-reset");
  CHECK(on.service.cuts_upload(head));
  head.headers = {{"Content-Length", "1048576"}};
  CHECK_FALSE(on.service.cuts_upload(head));
}

TEST_CASE("azure ingestion: a column lost by table or stream is dropped silently and not shown") {
  for (const std::string fault : {"drop-column", "drop-stream-column"}) {
    AzureOnTest on;
    const json made = on.target(standard_columns());
    on.control("fault?name=" + fault + "&arg=Count_d");
    CHECK(on.send(R"([{"Count_d":1,"ServiceDeskId_s":"a"}])").status == 204);
    CHECK_FALSE(on.stored().at(0).contains("Count_d"));
    CHECK(on.stored().at(0).contains("ServiceDeskId_s"));
    const std::string id = fault == "drop-column" ? on.workspace() + "/tables/ServiceDesk_CL"
                                                  : made["rule_id"].get<std::string>();
    CHECK(on.arm("GET", id).body->find("Count_d") == std::string::npos);
  }
}

TEST_CASE("azure ingestion: the rule's transformation is run") {
  AzureOnTest on;
  on.target(standard_columns());
  json rule =
      body_json(on.arm("GET", on.group() + "/providers/Microsoft.Insights/dataCollectionRules/"
                                           "dcr-itsm"));
  rule["properties"]["dataFlows"][0]["transformKql"] =
      "source | where Count_d > 1 | extend ServiceDeskId_s = strcat('A-', ServiceDeskId_s), "
      "TimeGenerated = now()";
  REQUIRE(on.arm("PUT", rule["id"], rule).status == 200);
  CHECK(on.send(R"([{"Count_d":1,"ServiceDeskId_s":"a"},{"Count_d":2,"ServiceDeskId_s":"b",
    "Open_b":false,"More":[1]}])")
            .status == 204);
  const auto rows = on.stored();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0] == json::parse(R"({"TimeGenerated":"2026-01-01T00:00:00.000Z","Count_d":2,
    "ServiceDeskId_s":"A-b","Open_b":false,"More":[1]})"));
  rule["properties"]["dataFlows"][0]["transformKql"] = "source | summarize count()";
  CHECK(on.arm("PUT", rule["id"], rule).status == 200);
  CHECK(on.send("[{}]").status == 400);
}

TEST_CASE("azure ingestion: an Auxiliary table refuses a span of times and nested values") {
  AzureOnTest on;
  on.target(standard_columns());
  const std::string table = on.workspace() + "/tables/ServiceDesk_CL";
  on.control("fault?name=arm-direct");
  REQUIRE(on.arm("PATCH", table, {{"properties", {{"plan", "Auxiliary"}}}}).status == 200);
  const json recorded = http_fixture("ingestion-errors.json")[3];
  const Reply spread = on.send(R"([{"TimeGenerated":"2025-12-31T23:00:00Z"},
    {"TimeGenerated":"2025-12-31T23:31:00Z"}])");
  CHECK(spread.status == 400);
  CHECK(body_json(spread) == recorded["body"]);
  CHECK(on.send(R"([{"ServiceDeskId_s":{"a":1}}])").status == 400);
  CHECK(on.send(R"([{"More":{"a":1}}])").status == 204);
}

TEST_CASE("azure ingestion: with drop-rows rows are counted and not kept") {
  azure::Settings settings;
  settings.drop_rows = true;
  AzureOnTest on(settings);
  on.target(standard_columns());
  CHECK(on.send(R"([{"ServiceDeskId_s":"a"},{"ServiceDeskId_s":"b"}])").status == 204);
  CHECK(on.counters()["rows"] == 2);
  CHECK(on.stored().empty());
}

TEST_CASE("azure ingestion: what is in flight is counted until the answer has gone out") {
  AzureOnTest on;
  on.target(standard_columns());
  {
    const Reply first = on.send("[]");
    const Reply second = on.send("[]");
    CHECK(on.counters()["in_flight"] == 2);
  }
  CHECK(on.counters()["in_flight"] == 0);
  CHECK(on.counters()["most_in_flight"] == 2);
}

TEST_CASE("azure ingestion: bodies stay out of the journal unless asked for") {
  AzureOnTest on;
  on.target(standard_columns());
  on.send(R"([{"ServiceDeskId_s":"first-body"}])");
  CHECK(streamed(on.control("journal")).find("first-body") == std::string::npos);
  on.control("journal/bodies?ingestion=1");
  on.send(R"([{"ServiceDeskId_s":"second-body"}])");
  CHECK(streamed(on.control("journal")).find("second-body") != std::string::npos);
}

}  // namespace itsmc::sim::test
