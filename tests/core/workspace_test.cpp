#include "itsmc/core/workspace.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "itsmc/core/azure_cloud.hpp"

using namespace itsmc;
using Fields = std::vector<FieldText>;

namespace {

const std::string k_subscription = "0b1f6880-6b1c-4f0a-9c57-2f5f1d3f7a10";
const std::string k_resource = "/subscriptions/" + k_subscription +
                               "/resourceGroups/rg/providers/"
                               "Microsoft.OperationalInsights/workspaces/law";
const std::string k_rule = "dcr-0123456789abcdef0123456789abcdef";

/// "field: reason" of each problem.
std::vector<std::string> problems_of(const Fields& fields) {
  std::vector<std::string> said;
  for (const FieldProblem& problem : check_workspace("law", fields).problems) {
    said.push_back(problem.field + ": " + problem.reason);
  }
  return said;
}

Fields of_rule(const Fields& more = {}) {
  Fields fields{{"endpoint", "https://a.westeurope-1.ingest.monitor.azure.com/"},
                {"rule-id", k_rule},
                {"stream", "Custom-ServiceDesk"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

}  // namespace

TEST_CASE("a resource id is read as people copy it") {
  const std::vector<std::string> spellings{
      k_resource, k_resource + "/", k_subscription + "/rg/law",
      "/subscriptions/" + k_subscription +
          "/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/law"};
  for (const std::string& spelling : spellings) {
    const CheckedWorkspace checked = check_workspace("law", Fields{{"resource-id", spelling}});
    INFO(spelling);
    CHECK(checked.problems.empty());
    CHECK(checked.workspace.resource_id == k_resource);
  }
}

TEST_CASE("a workspace's bad values are named with the reason") {
  struct Case {
    FieldText given;
    std::string says;
  };
  const std::vector<Case> cases{
      {{"rule-id", "westeurope"}, "neither the rule's name nor a region"},
      {{"rule-id", "dcr-itsm"}, "dcr- and 32 hex digits"},
      {{"resource-id", "law"}, "SUBSCRIPTION/GROUP/NAME"},
      {{"resource-id", "/subscriptions/s/resourceGroups/g"}, "is not a workspace's resource id"},
      {{"stream", "ServiceDesk_CL"}, "begins with Custom-"},
      {{"workspace-guid", "law"}, "it is a GUID"},
      {{"cloud", "usgo"}, "did you mean \"usgov\"?"},
      {{"cloud", "mooncake"}, "choose of public, usgov, china"},
      {{"auth", "secrets"}, "did you mean \"secret\"?"},
      {{"authority", "http://login.example.com"}, "https"},
      {{"timeout", "soon"}, "is not a duration"},
      {{"tenant", "common"}, "is not one tenant"},
      {{"rule", "x"}, "is not a field of a workspace"},
  };
  for (const Case& one : cases) {
    INFO(one.given.name << " = " << one.given.value);
    const std::vector<std::string> said = problems_of(of_rule({one.given}));
    REQUIRE(said.size() == 1);
    CHECK(said.front().find(one.given.name + ": ") == 0);
    CHECK(said.front().find(one.says) != std::string::npos);
  }
}

TEST_CASE("either the resource or the whole rule is needed, and who signs in by a secret") {
  CHECK(problems_of({}) ==
        std::vector<std::string>{"resource-id: is required, or --endpoint, --rule-id and --stream "
                                 "of a rule that exists"});
  CHECK(problems_of({{"endpoint", "https://a.example.com"}}).size() == 2);
  CHECK(problems_of(of_rule()).empty());
  CHECK(problems_of(of_rule({{"auth", "secret"}})) ==
        std::vector<std::string>{"tenant: is required by --auth secret",
                                 "client-id: is required by --auth secret"});
}

TEST_CASE("a cloud's addresses are filled in, and only what differs is written down") {
  for (const AzureCloud& cloud : azure_clouds()) {
    const Workspace read =
        check_workspace("law", of_rule({{"cloud", std::string(cloud.word)}})).workspace;
    CHECK(read.authority == cloud.authority);
    CHECK(read.arm_endpoint == cloud.arm_endpoint);
    CHECK(read.query_endpoint == cloud.query_endpoint);
  }
  const Fields given = of_rule({{"cloud", "china"}, {"query-endpoint", "https://q.example.com"}});
  const Workspace workspace = check_workspace("law", given).workspace;
  std::string words;
  for (const FieldText& field : to_fields(workspace)) {
    words += field.name + "=" + field.value + "\n";
  }
  CHECK(words == "endpoint=https://a.westeurope-1.ingest.monitor.azure.com\nrule-id=" + k_rule +
                     "\nstream=Custom-ServiceDesk\ncloud=china\nquery-endpoint="
                     "https://q.example.com\n");
}
