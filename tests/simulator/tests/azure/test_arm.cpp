#include <catch2/catch.hpp>

#include "asking.hpp"
#include "azure/azure_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

json table_body(const json& columns) {
  return {{"properties", {{"schema", {{"name", "ServiceDesk_CL"}, {"columns", columns}}}}}};
}

json good_columns() {
  return json::array(
      {AzureOnTest::column("TimeGenerated", "datetime"), AzureOnTest::column("Title_s", "string")});
}

std::string table_id(const AzureOnTest& on) {
  return on.workspace() + "/tables/ServiceDesk_CL";
}

json rule_body(const AzureOnTest& on, const std::string& kind) {
  json declared = json::array({AzureOnTest::column("Title_s", "string")});
  return {{"location", "westeurope"},
          {"kind", kind},
          {"properties",
           {{"streamDeclarations", {{"Custom-In", {{"columns", declared}}}}},
            {"destinations",
             {{"logAnalytics",
               json::array({{{"workspaceResourceId", on.workspace()}, {"name", "la"}}})}}},
            {"dataFlows", json::array({{{"streams", json::array({"Custom-In"})},
                                        {"destinations", json::array({"la"})},
                                        {"transformKql", "source"},
                                        {"outputStream", "Custom-ServiceDesk_CL"}}})}}}};
}

std::string rule_id(const AzureOnTest& on, const std::string& name = "dcr-itsm") {
  return on.group() + "/providers/Microsoft.Insights/dataCollectionRules/" + name;
}

// The path of the operation that a 202 names.
std::string operation_of(const Reply& reply) {
  const std::string url = header_of(reply, "Azure-AsyncOperation");
  return url.substr(url.find("/subscriptions"), url.find('?') - url.find("/subscriptions"));
}

}  // namespace

TEST_CASE("azure arm: a workspace shows its GUID, ids match whatever their case") {
  AzureOnTest on;
  const json shown = body_json(on.arm("GET", azure::lower(on.workspace())));
  CHECK(shown["properties"]["customerId"] == body_json(on.control("azure"))["customer_id"]);
  CHECK(shown["location"] == "westeurope");
  CHECK(error_code(on.arm("GET", on.workspace() + "x")) == "ResourceNotFound");
  CHECK(error_code(on.arm("GET", "/subscriptions/other/resourceGroups/x")) ==
        "SubscriptionNotFound");
  CHECK(error_code(on.arm("GET", on.group() + "x/providers/Microsoft.OperationalInsights/"
                                              "workspaces/law-itsm")) == "ResourceGroupNotFound");
}

TEST_CASE("azure arm: a table is made by an operation that takes its time") {
  AzureOnTest on;
  const Reply made = on.arm("PUT", table_id(on), table_body(good_columns()));
  CHECK(made.status == 202);
  CHECK(body_json(on.arm("GET", table_id(on)))["properties"]["provisioningState"] == "Updating");
  CHECK(body_json(on.arm("GET", operation_of(made)))["status"] == "InProgress");
  CHECK(error_code(on.arm("PUT", rule_id(on), rule_body(on, "Direct"))) == "InvalidPayload");
  on.now_ms += 1000;
  CHECK(body_json(on.arm("GET", operation_of(made)))["status"] == "Succeeded");
  const json shown = body_json(on.arm("GET", table_id(on)));
  CHECK(shown["properties"]["provisioningState"] == "Succeeded");
  CHECK(shown["properties"]["schema"]["columns"][0]["type"] == "dateTime");
  CHECK(on.arm("PUT", table_id(on), table_body(good_columns())).status == 200);
  CHECK(on.arm("DELETE", table_id(on)).status == 200);
  CHECK(on.arm("DELETE", table_id(on)).status == 204);
}

TEST_CASE("azure arm: switches of a table's operation") {
  AzureOnTest on;
  on.control("fault?name=arm-failed&count=1&path=/tables/");
  const Reply failed = on.arm("PUT", table_id(on), table_body(good_columns()));
  on.now_ms += 1000;
  const json operation = body_json(on.arm("GET", operation_of(failed)));
  CHECK(operation["status"] == "Failed");
  CHECK(operation["error"]["code"] == "TableCreationFailed");
  CHECK(on.arm("GET", table_id(on)).status == 404);
  on.control("fault?name=async-other-host&count=1");
  const Reply elsewhere = on.arm("PUT", table_id(on), table_body(good_columns()));
  CHECK(header_of(elsewhere, "Azure-AsyncOperation").find("https://elsewhere.example/") == 0);
  on.now_ms += 1000;
  on.arm("DELETE", table_id(on));
  on.control("fault?name=arm-slow&arg=90&count=1");
  on.control("fault?name=async-long-url&count=1");
  const Reply slow = on.arm("PUT", table_id(on), table_body(good_columns()));
  CHECK(header_of(slow, "Azure-AsyncOperation").size() > 4096);
  on.now_ms += 89'000;
  CHECK(body_json(on.arm("GET", operation_of(slow)))["status"] == "InProgress");
  on.now_ms += 1000;
  on.arm("DELETE", table_id(on));
  on.control("fault?name=arm-direct&count=1");
  CHECK(on.arm("PUT", table_id(on), table_body(good_columns())).status == 200);
}

TEST_CASE("azure arm: what is wrong with a table is told") {
  const auto column = AzureOnTest::column;
  struct Case {
    const char* what;
    json columns;
  };
  std::vector<Case> cases{
      {"no TimeGenerated", json::array({column("Title_s", "string")})},
      {"reserved", json::array({column("TimeGenerated", "datetime"), column("Title", "string")})},
      {"bad name", json::array({column("TimeGenerated", "datetime"), column("1a", "string")})},
      {"long name",
       json::array({column("TimeGenerated", "datetime"), column(std::string(46, 'a'), "string")})},
      {"type", json::array({column("TimeGenerated", "datetime"), column("a", "text")})},
      {"twice",
       json::array({column("TimeGenerated", "datetime"), column("TimeGenerated", "datetime")})}};
  for (const auto& c : cases) {
    INFO(c.what);
    AzureOnTest on;
    const Reply reply = on.arm("PUT", table_id(on), table_body(c.columns));
    CHECK(reply.status == 400);
    CHECK(error_code(reply) == "InvalidParameter");
  }
  AzureOnTest on;
  CHECK(on.arm("PUT", on.workspace() + "/tables/ServiceDesk", table_body(good_columns())).status ==
        400);
}

TEST_CASE("azure arm: a PUT replaces columns, a PATCH adds to them, types stay") {
  AzureOnTest on;
  on.control("fault?name=arm-direct");
  on.arm("PUT", table_id(on), table_body(good_columns()));
  json more = json::array(
      {AzureOnTest::column("TimeGenerated", "datetime"), AzureOnTest::column("Other_s", "string")});
  const auto names = [&] {
    std::string out;
    const json shown = body_json(on.arm("GET", table_id(on)));
    for (const auto& one : shown["properties"]["schema"]["columns"]) {
      out += one["name"].get<std::string>() + " ";
    }
    return out;
  };
  CHECK(on.arm("PATCH", table_id(on), table_body(more)).status == 200);
  CHECK(names() == "TimeGenerated Other_s Title_s ");
  CHECK(on.arm("PUT", table_id(on), table_body(more)).status == 200);
  CHECK(names() == "TimeGenerated Other_s ");
  more[1]["type"] = "long";
  CHECK(on.arm("PUT", table_id(on), table_body(more)).status == 400);
}

TEST_CASE("azure arm: a rule has endpoints only when it was created as Direct") {
  AzureOnTest on;
  on.control("fault?name=arm-direct");
  on.arm("PUT", table_id(on), table_body(good_columns()));
  const json direct = body_json(on.arm("PUT", rule_id(on), rule_body(on, "Direct")));
  CHECK(direct["properties"]["endpoints"]["logsIngestion"] == "http://sim.example");
  const std::string id = direct["properties"]["immutableId"];
  CHECK(id.size() == 36);
  CHECK(id.starts_with("dcr-"));
  CHECK(on.arm("PUT", rule_id(on), rule_body(on, "Direct")).status == 200);
  CHECK(body_json(on.arm("GET", rule_id(on)))["properties"]["immutableId"] == id);
  for (const std::string kind : {" Direct", "Linux"}) {
    const std::string other = rule_id(on, "dcr" + std::to_string(kind.size()));
    CHECK(on.arm("PUT", other, rule_body(on, kind)).status == 201);
    CHECK(on.arm("PUT", other, rule_body(on, "Direct")).status == 200);
    CHECK_FALSE(body_json(on.arm("GET", other))["properties"].contains("endpoints"));
  }
  const Reply old = on.front.answer(asked("GET", rule_id(on) + "?api-version=2022-06-01", "",
                                          {{"Authorization", on.bearer("arm")}}));
  CHECK_FALSE(body_json(old)["properties"].contains("endpoints"));
}

TEST_CASE("azure arm: a rule that is not valid names what is wrong and where") {
  AzureOnTest on;
  on.control("fault?name=arm-direct");
  on.arm("PUT", table_id(on), table_body(good_columns()));
  const auto detail = [&](const char* pointer, const json& value) {
    json body = rule_body(on, "Direct");
    body[json::json_pointer(pointer)] = value;
    const json error = body_json(on.arm("PUT", rule_id(on), body))["error"];
    CHECK(error["code"] == "InvalidPayload");
    CHECK(error["message"] == "Data collection rule is invalid");
    return error["details"][0];
  };
  const json table = detail("/properties/dataFlows/0/outputStream", "Custom-Other_CL");
  CHECK(table["code"] == "InvalidOutputTable");
  CHECK(table["message"] ==
        "Table for output stream 'Custom-Other_CL' is not available for destination 'la'.");
  CHECK(table["target"] == "properties.dataFlows[0]");
  CHECK(detail("/properties/dataFlows/0/streams/0", "Custom-Other")["code"] == "InvalidStream");
  CHECK(detail("/properties/streamDeclarations/In", {{"columns", json::array()}})["code"] ==
        "InvalidStream");
  CHECK(detail("/properties/dataFlows/0/transformKql", "source | wher x")["code"] ==
        "InvalidTransformQuery");
  CHECK(detail("/properties/streamDeclarations/Custom-In/columns/0/type", "dateTime")["code"] ==
        "InvalidStreamDeclaration");
  CHECK(detail("/properties/streamDeclarations/Custom-In/columns/0/type", "long")["code"] ==
        "InvalidTransformOutput");
  CHECK(detail("/location", "eastus")["code"] == "InvalidDestination");
  json nowhere = rule_body(on, "Direct");
  nowhere.erase("location");
  CHECK(error_code(on.arm("PUT", rule_id(on), nowhere)) == "LocationRequired");
}

TEST_CASE("azure arm: a data collection endpoint") {
  AzureOnTest on;
  const std::string id = on.group() + "/providers/Microsoft.Insights/dataCollectionEndpoints/dce";
  const json body{{"location", "westeurope"}, {"properties", json::object()}};
  CHECK(on.arm("PUT", id, body).status == 201);
  CHECK(on.arm("PUT", id, body).status == 200);
  const json shown = body_json(on.arm("GET", id));
  CHECK(shown["properties"]["logsIngestion"]["endpoint"] == "http://sim.example");
  CHECK(shown["properties"]["immutableId"].get<std::string>().starts_with("dce-"));
  CHECK(on.arm("DELETE", id).status == 200);
  CHECK(on.arm("GET", id).status == 404);
}

TEST_CASE("azure arm: role assignments") {
  AzureOnTest on;
  const std::string scope = on.workspace() + "/providers/Microsoft.Authorization/roleAssignments/";
  const json principals = body_json(on.control("azure"))["principals"];
  const auto body = [](const std::string& principal, const std::string& type,
                       const std::string& role = "3913510d-42f4-4e42-8a64-420c390055eb") {
    json properties{{"roleDefinitionId", "/x/roleDefinitions/" + role}, {"principalId", principal}};
    if (!type.empty()) properties["principalType"] = type;
    return json{{"properties", properties}};
  };
  const std::string client = principals[0]["object_id"];
  CHECK(on.arm("PUT", scope + "a", body(client, "")).status == 201);
  CHECK(on.arm("PUT", scope + "a", body(client, "")).status == 200);
  const Reply again = on.arm("PUT", scope + "b", body(client, ""));
  CHECK(again.status == 409);
  CHECK(error_code(again) == "RoleAssignmentExists");
  const std::string app = principals[0]["client_id"];
  CHECK(error_code(on.arm("PUT", scope + "c", body(app, ""))) == "PrincipalNotFound");
  // With a type a wrong id passes: the assignment helps nobody.
  CHECK(on.arm("PUT", scope + "c", body(app, "ServicePrincipal")).status == 201);
  CHECK(error_code(on.arm("PUT", scope + "d", body(client, "", "0"))) ==
        "RoleDefinitionDoesNotExist");
  const json list = body_json(
      on.arm("GET", on.workspace() + "/providers/Microsoft.Authorization/roleAssignments?$filter=" +
                        encoded("principalId eq '" + client + "'")));
  CHECK(list["value"].size() == 2);
  CHECK(on.arm("DELETE", scope + "a").status == 200);
  CHECK(on.arm("DELETE", scope + "a").status == 204);
}

TEST_CASE("azure arm: a missing permission is named, step by step") {
  struct Case {
    const char* method;
    const char* path;
    const char* action;
  };
  const std::vector<Case> cases{
      {"GET", "", "Microsoft.OperationalInsights/workspaces/read"},
      {"PUT", "/tables/ServiceDesk_CL", "Microsoft.OperationalInsights/workspaces/tables/write"},
      {"PUT", "/savedSearches/x", "Microsoft.OperationalInsights/workspaces/savedSearches/write"},
      {"PUT", "/providers/Microsoft.Authorization/roleAssignments/x",
       "Microsoft.Authorization/roleAssignments/write"}};
  for (const auto& c : cases) {
    INFO(c.path);
    AzureOnTest on;
    on.control("revoke?principal=client");
    const Reply reply = on.arm(c.method, on.workspace() + c.path, table_body(good_columns()));
    CHECK(reply.status == 403);
    CHECK(error_code(reply) == "AuthorizationFailed");
    const std::string text = body_json(reply)["error"]["message"];
    CHECK(text.find(std::string("perform action '") + c.action + "'") != std::string::npos);
    CHECK(text.find("client 'itsmc-client' with object id") != std::string::npos);
  }
}

TEST_CASE("azure arm: Contributor may do all but assign roles; arm-forbidden takes one step") {
  AzureOnTest on;
  on.control("revoke?principal=client");
  on.control("grant?principal=client&role=Contributor");
  on.control("fault?name=arm-direct");
  CHECK(on.arm("PUT", table_id(on), table_body(good_columns())).status == 200);
  CHECK(on.arm("PUT", rule_id(on), rule_body(on, "Direct")).status == 201);
  CHECK(
      error_code(on.arm("PUT", rule_id(on) + "/providers/Microsoft.Authorization/roleAssignments/x",
                        {{"properties", json::object()}})) == "AuthorizationFailed");
  on.control("fault?name=arm-forbidden&arg=dataCollectionRules/write");
  CHECK(on.arm("PUT", rule_id(on), rule_body(on, "Direct")).status == 403);
  CHECK(on.arm("GET", rule_id(on)).status == 200);
}

TEST_CASE("azure arm: sign-in and api-version") {
  AzureOnTest on;
  const auto get = [&](const std::string& authorization, const std::string& query) {
    Fields headers;
    if (!authorization.empty()) headers.push_back({"Authorization", authorization});
    return on.front.answer(asked("GET", on.workspace() + query, "", headers));
  };
  const std::string version = "?api-version=2023-09-01";
  CHECK(error_code(get("", version)) == "AuthenticationFailed");
  CHECK(error_code(get("Bearer x", version)) == "InvalidAuthenticationToken");
  CHECK(error_code(get(on.bearer("query"), version)) == "InvalidAuthenticationTokenAudience");
  CHECK(error_code(get(on.bearer("arm"), "")) == "MissingApiVersionParameter");
  CHECK(get(on.bearer("arm"), version).status == 200);
  const std::string bearer = on.bearer("arm");
  on.control("tokens/expire");
  const Reply expired = get(bearer, version);
  CHECK(expired.status == 401);
  CHECK(error_code(expired) == "ExpiredAuthenticationToken");
  CHECK(header_of(expired, "WWW-Authenticate").find("Bearer authorization_uri=") == 0);
}

}  // namespace itsmc::sim::test
