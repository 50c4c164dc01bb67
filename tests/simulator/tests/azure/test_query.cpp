#include <catch2/catch.hpp>

#include "asking.hpp"
#include "azure/azure_on_test.hpp"
#include "instance_on_test.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

// Five rows: INC1 in two versions, INC2, INC3, and a change.
struct FilledAzure : AzureOnTest {
  FilledAzure() {
    target(json::array(
        {column("TimeGenerated", "dateTime"), column("Id_s", "string"), column("Type_s", "string"),
         column("Title_s", "string"), column("Count_d", "long"), column("Rate_d", "real"),
         column("Open_b", "boolean"), column("Changed_t", "dateTime"), column("More", "dynamic")}));
    send(R"([{"Id_s":"INC1","Type_s":"Incident","Title_s":"VPN drops","Count_d":1,"Rate_d":0.5,
      "Open_b":true,"Changed_t":"2025-11-01T00:00:00Z","More":{"a":1}},
      {"Id_s":"INC2","Type_s":"Incident","Title_s":"Printer on fire","Count_d":2,"Open_b":false,
      "Changed_t":"2025-11-02T00:00:00Z"}])");
    now_ms += 60'000;
    send(R"([{"Id_s":"INC1","Type_s":"Incident","Title_s":"VPN \"drops\" again","Count_d":5,
      "Open_b":true,"Changed_t":"2025-11-05T00:00:00.25Z"},
      {"Id_s":"INC3","Type_s":"Incident","Title_s":"","Changed_t":"2025-11-03T00:00:00Z"},
      {"Id_s":"CHG1","Type_s":"ChangeRequest","Title_s":"Replace vpn","Count_d":9}])");
  }
};

}  // namespace

TEST_CASE("azure query: the subset answers") {
  struct Case {
    const char* query;
    const char* rows;
  };
  const std::vector<Case> cases{
      {"ServiceDesk_CL | count", "[[5]]"},
      {"ServiceDesk_CL | where Id_s == 'INC1' | count", "[[2]]"},
      {"ServiceDesk_CL | where Id_s != 'INC1' and Count_d >= 2 | project Id_s",
       R"([["INC2"],["CHG1"]])"},
      {"ServiceDesk_CL | where Title_s contains 'VPN' or Id_s startswith 'inc3' | count", "[[4]]"},
      {"ServiceDesk_CL | where Title_s has 'vpn' | count", "[[3]]"},
      {"ServiceDesk_CL | where Title_s has 'vp' | count", "[[0]]"},
      {"ServiceDesk_CL | where Id_s in ('INC2', \"CHG1\") | count", "[[2]]"},
      {"ServiceDesk_CL | where isempty(Title_s) | project Id_s", R"([["INC3"]])"},
      {"ServiceDesk_CL | where isnull(Count_d) | project Id_s, Count_d", R"([["INC3",null]])"},
      {"ServiceDesk_CL | where Changed_t >= datetime(2025-11-03) | project Changed_t",
       R"([["2025-11-05T00:00:00.25Z"],["2025-11-03T00:00:00Z"]])"},
      {"ServiceDesk_CL | where Changed_t between (datetime(2025-11-02) .. datetime(2025-11-03 "
       "00:00:00)) | count",
       "[[2]]"},
      {"ServiceDesk_CL | where TimeGenerated > ago(30s) | count", "[[3]]"},
      {"ServiceDesk_CL | extend Twice = Count_d * 2, Id = Id_s | where Twice > 3 | project Id, "
       "Twice",
       R"([["INC2",4],["INC1",10],["CHG1",18]])"},
      {"ServiceDesk_CL | summarize count() by Type_s | sort by Type_s asc",
       R"([["ChangeRequest",1],["Incident",4]])"},
      {"ServiceDesk_CL | summarize Rows = count(), dcount(Id_s), max(Count_d), min(Changed_t)",
       R"([[5,4,9,"2025-11-01T00:00:00Z"]])"},
      {"ServiceDesk_CL | summarize sum(Count_d), avg(Count_d), countif(Open_b)", "[[17,4.25,2]]"},
      {"ServiceDesk_CL | summarize arg_max(Changed_t, *) by Id_s | where Id_s == 'INC1' | project "
       "Title_s, Count_d",
       R"([["VPN \"drops\" again",5]])"},
      {"ServiceDesk_CL | summarize arg_max(Changed_t, Title_s) by Id_s | top 1 by Changed_t desc",
       R"([["INC1","2025-11-05T00:00:00.25Z","VPN \"drops\" again"]])"},
      {"ServiceDesk_CL | order by Count_d desc, Id_s asc | take 2 | project Id_s",
       R"([["CHG1"],["INC1"]])"},
      {"ServiceDesk_CL | sort by Count_d asc nulls last | limit 1 | project Count_d", "[[1]]"},
      {"ServiceDesk_CL | distinct Id_s | count", "[[4]]"},
      {"union ServiceDesk_CL, (ServiceDesk_CL | where Open_b) | count", "[[7]]"},
      {"ServiceDesk_CL | union ServiceDesk_CL | summarize count()", "[[10]]"},
      {"let day = datetime(2025-11-04); let old = ServiceDesk_CL | where Changed_t < day; old | "
       "count",
       "[[3]]"},
      {"ServiceDesk_CL | where Id_s == 'INC1' | top 1 by ingestion_time() asc | project More",
       R"([["{\"a\":1}"]])"},
      {"ServiceDesk_CL | sort by Id_s asc | serialize n = row_number() | where n > 3 | project "
       "Id_s",
       R"([["INC2"],["INC3"]])"},
      {"ServiceDesk_CL | take 1 | project-away More | project Rate_d, Open_b, Type",
       R"([[0.5,true,"ServiceDesk_CL"]])"},
      {"ServiceDesk_CL | summarize by Type_s | sort by Type_s desc",
       R"([["Incident"],["ChangeRequest"]])"},
      {"print x = 1 + 2, y = strcat('a', tostring(1d))", R"([[3,"a1.00:00:00"]])"},
      {"// a comment\nServiceDesk_CL\n| where not(Open_b) // another\n| project Id_s",
       R"([["INC2"]])"},
  };
  FilledAzure on;
  for (const auto& c : cases) {
    INFO(c.query);
    CHECK(on.rows(c.query) == json::parse(c.rows));
  }
}

TEST_CASE(
    "azure query: what is not in the subset is a syntax error, unknown names a semantic one") {
  struct Case {
    const char* query;
    const char* code;
  };
  const std::vector<Case> cases{{"ServiceDesk_CL | wher 1", "SyntaxError"},
                                {"ServiceDesk_CL | where", "SyntaxError"},
                                {"ServiceDesk_CL | where Id_s = 'a'", "SyntaxError"},
                                {"ServiceDesk_CL | where Id_s == 'a", "SyntaxError"},
                                {"ServiceDesk_CL | join (ServiceDesk_CL) on Id_s", "SyntaxError"},
                                {"ServiceDesk_CL | where bag_keys(More)", "SyntaxError"},
                                {"ServiceDesk_CL | project Nobody", "SemanticError"},
                                {"Nobody_CL | count", "SemanticError"},
                                {"servicedesk_cl | count", "SemanticError"},
                                {"ServiceDesk_CL | take 1 take", "SyntaxError"}};
  FilledAzure on;
  const json recorded =
      json::parse(read_file(std::string(SIM_FIXTURE_ROOT) + "/azure/http/query-errors.json"))[0];
  for (const auto& c : cases) {
    INFO(c.query);
    const Reply reply = on.query(c.query);
    CHECK(reply.status == recorded["status"]);
    const json error = body_json(reply)["error"];
    CHECK(error["code"] == recorded["body"]["error"]["code"]);
    CHECK(error["message"] == recorded["body"]["error"]["message"]);
    CHECK(error["innererror"]["code"] == c.code);
  }
}

TEST_CASE("azure query: columns have their types, standard columns come along") {
  FilledAzure on;
  const json table = body_json(on.query("ServiceDesk_CL | take 1"))["tables"][0];
  CHECK(table["name"] == "PrimaryResult");
  std::string columns;
  for (const auto& column : table["columns"]) {
    columns += column["name"].get<std::string>() + ":" + column["type"].get<std::string>() + " ";
  }
  CHECK(columns ==
        "TimeGenerated:datetime Id_s:string Type_s:string Title_s:string Count_d:long Rate_d:real "
        "Open_b:bool Changed_t:datetime More:dynamic TenantId:guid Type:string "
        "_ResourceId:string ");
}

TEST_CASE("azure query: the timespan is a filter of its own") {
  FilledAzure on;
  const auto count = [&](const std::string& span) {
    return body_json(on.query("ServiceDesk_CL | count", span))["tables"][0]["rows"][0][0];
  };
  CHECK(count("P1D") == 5);
  CHECK(count("PT30S") == 3);
  CHECK(count("2025-12-31T00:00:00Z/2026-01-01T00:00:30Z") == 2);
  CHECK(count("2026-01-01T00:00:30Z/PT1H") == 3);
  CHECK(on.query("ServiceDesk_CL", "yesterday").status == 400);
}

TEST_CASE("azure query: a saved function answers by its alias") {
  FilledAzure on;
  const json body{{"properties",
                   {{"category", "ITSMC"},
                    {"displayName", "Latest"},
                    {"functionAlias", "ServiceDesk"},
                    {"query", "ServiceDesk_CL | summarize arg_max(Changed_t, *) by Id_s"}}}};
  CHECK(on.arm("PUT", on.workspace() + "/savedSearches/latest", body).status == 200);
  CHECK(on.arm("PUT", on.workspace() + "/savedSearches/latest", body).status == 409);
  CHECK(on.rows("ServiceDesk | count") == json::parse("[[4]]"));
  CHECK(on.rows("ServiceDesk() | where Id_s == 'INC1' | project Count_d") == json::parse("[[5]]"));
}

TEST_CASE("azure query: a partial error comes with 200 and the recorded members") {
  FilledAzure on;
  on.control("fault?name=query-partial&count=1");
  const Reply reply = on.query("ServiceDesk_CL");
  const json recorded =
      json::parse(read_file(std::string(SIM_FIXTURE_ROOT) +
                            "/azure/http/query-partial-error-200.json"))["response"]["body"];
  const json body = body_json(reply);
  CHECK(reply.status == 200);
  CHECK(body["tables"][0]["rows"].size() == 2);
  CHECK(body["error"]["code"] == recorded["error"]["code"]);
  CHECK(body["error"]["message"] == recorded["error"]["message"]);
  for (const auto& [key, value] : recorded["error"]["details"][0]["innererror"].items()) {
    CHECK(body["error"]["details"][0]["innererror"].contains(key));
  }
}

TEST_CASE("azure query: sign-in and rights") {
  FilledAzure on;
  const std::string id = body_json(on.control("azure"))["customer_id"];
  const auto ask = [&](const std::string& authorization) {
    Fields headers{{"Content-Type", "application/json"}};
    if (!authorization.empty()) headers.push_back({"Authorization", authorization});
    return on.front.answer(
        asked("POST", "/v1/workspaces/" + id + "/query", R"({"query":"print 1"})", headers));
  };
  CHECK(ask("").status == 401);
  CHECK(error_code(ask("")) == "AuthenticationFailed");
  CHECK(error_code(ask("Bearer x")) == "InvalidAuthenticationToken");
  const Reply wrong = ask(on.bearer("ingestion"));
  CHECK(wrong.status == 403);
  CHECK(error_code(wrong) == "InvalidAuthenticationTokenAudience");
  on.control("revoke?principal=client");
  CHECK(error_code(ask(on.bearer("query"))) == "InsufficientAccessError");
  on.control("grant?principal=client&role=Log Analytics Reader");
  CHECK(ask(on.bearer("query")).status == 200);
}

TEST_CASE("azure query: odd answers and what Prefer asks for") {
  FilledAzure on;
  const std::string id = body_json(on.control("azure"))["customer_id"];
  const std::string path = "/v1/workspaces/" + id + "/query";
  const std::string bearer = on.bearer("query");
  const Reply untyped =
      on.front.answer(asked("POST", path, R"({"query":"print 1"})", {{"Authorization", bearer}}));
  CHECK(untyped.status == 200);
  CHECK(untyped.body_size() == 0);
  const Reply got = on.front.answer(
      asked("GET", path + "?query=ServiceDesk_CL%20%7C%20count", "",
            {{"Authorization", bearer}, {"Prefer", "wait=33,include-statistics=true"}}));
  CHECK(header_of(got, "Preference-Applied") == "wait=33,include-statistics=true");
  CHECK(body_json(got).contains("statistics"));
  const auto once = [&](const std::string& fault) {
    on.control("fault?count=1&name=" + fault);
    return on.query("ServiceDesk_CL | count");
  };
  CHECK(once("query-204").status == 204);
  CHECK(once("query-empty-200").body_size() == 0);
  CHECK(error_code(once("query-timeout")) == "GatewayTimeout");
  CHECK(once("rate-limit&path=/query&arg=3").status == 429);
  on.control("fault?name=ingestion-delay&arg=30");
  CHECK(on.rows("ServiceDesk_CL | count") == json::parse("[[2]]"));
}

}  // namespace itsmc::sim::test
