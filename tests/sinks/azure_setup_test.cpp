#include "sinks/azure_setup.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/workspace_columns.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::sinks;
using Action = SetupStep::Action;
using nlohmann::json;

namespace {

SetupTarget target() {
  return {.resource_id =
              "/subscriptions/s/resourceGroups/rg/providers/"
              "Microsoft.OperationalInsights/workspaces/law",
          .location = "westeurope",
          .rule_name = "itsmc-law",
          .principal = "11c2"};
}

/// What the service shows of a resource that was made so.
json shown(const SetupStep& step) {
  json resource = step.body;
  resource["properties"]["immutableId"] = "dcr-1";
  resource["properties"]["endpoints"]["logsIngestion"] = "https://a.example.com";
  return resource;
}

}  // namespace

TEST_CASE("what stands there as it should is left alone") {
  const SetupStep table = plan_table(target(), TableKind::service_desk, {});
  CHECK(table.action == Action::create);
  CHECK(table.body["properties"]["schema"]["columns"].size() == service_desk_columns().size());
  CHECK(plan_table(target(), TableKind::service_desk, shown(table)).action == Action::none);
  const SetupStep rule = plan_rule(target(), {});
  CHECK(rule.action == Action::create);
  CHECK(rule.body["kind"] == "Direct");
  CHECK(plan_rule(target(), shown(rule)).action == Action::none);
  const SetupStep role = plan_role(target(), {});
  CHECK(role.action == Action::create);
  CHECK(plan_role(target(), role.body).action == Action::none);
  const SetupStep function = plan_function(target(), {});
  CHECK(plan_function(target(), function.body).action == Action::none);
}

TEST_CASE("a table and a rule are completed, and what others put there stays") {
  json table = shown(plan_table(target(), TableKind::service_desk, {}));
  json& columns = table["properties"]["schema"]["columns"];
  columns.erase(3);
  columns.push_back({{"name", "Ours_s"}, {"type", "string"}});
  const SetupStep completed = plan_table(target(), TableKind::service_desk, table);
  CHECK(completed.action == Action::update);
  CHECK(completed.body["properties"]["schema"]["columns"].size() ==
        service_desk_columns().size() + 1);
  json rule = shown(plan_rule(target(), {}));
  rule["properties"]["streamDeclarations"]["Custom-Other"] = {{"columns", json::array()}};
  rule["properties"]["streamDeclarations"].erase(std::string(k_log_stream));
  const SetupStep mended = plan_rule(target(), rule);
  CHECK(mended.action == Action::update);
  CHECK(mended.body["properties"]["streamDeclarations"].size() == 3);
  CHECK_FALSE(mended.body["properties"].contains("immutableId"));
}

TEST_CASE("a rule that was not made with kind Direct is not taken") {
  json rule = shown(plan_rule(target(), {}));
  rule["properties"].erase("endpoints");
  const Error error = test::error_of([&] { (void)plan_rule(target(), rule); });
  CHECK(error.kind() == ErrorKind::invalid);
  CHECK(error.hint().find("--rule-name") != std::string::npos);
}

TEST_CASE("a role's name follows from scope and principal") {
  SetupTarget other = target();
  other.principal = "22d3";
  CHECK(plan_role(target(), {}).place.path == plan_role(target(), {}).place.path);
  CHECK(plan_role(target(), {}).place.path != plan_role(other, {}).place.path);
}

TEST_CASE("columns are spelled as tables and streams want them") {
  const json columns =
      plan_table(target(), TableKind::service_desk_log, {}).body["properties"]["schema"]["columns"];
  const json declared =
      plan_rule(target(), {})
          .body["properties"]["streamDeclarations"][std::string(k_log_stream)]["columns"];
  CHECK(columns[0]["type"] == "dateTime");
  CHECK(declared[0]["type"] == "datetime");
  for (const json& column : columns) CHECK_FALSE(column["description"].get<std::string>().empty());
}

TEST_CASE("a Bicep file makes the same, quoted as Bicep wants it") {
  const std::string bicep = setup_bicep(target());
  for (const std::string part :
       {"resource serviceDesk 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01' = {\n"
        "  parent: workspace\n  name: 'ServiceDesk_CL'\n",
        "'Custom-ServiceDesk': {", "  kind: 'Direct'\n", "  scope: rule\n",
        "ServiceDesk_CL\\n| summarize", "  dependsOn: [\n    serviceDesk\n"}) {
    INFO(part);
    CHECK(bicep.find(part) != std::string::npos);
  }
}
