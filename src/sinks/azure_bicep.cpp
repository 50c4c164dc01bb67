#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/workspace_columns.hpp"
#include "sinks/azure_setup.hpp"

namespace itsmc::sinks {
namespace {

using nlohmann::json;

/// 'text', with what Bicep gives a meaning to escaped.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool starts_expression = c == '$' && i + 1 < text.size() && text[i + 1] == '{';
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\'' || c == '\\' || starts_expression) out += '\\';
    out += c;
  }
  return out + "'";
}

bool is_identifier(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void append(const json& value, std::size_t indent, std::string& out);

void append_members(const json& object, std::size_t indent, std::string& out) {
  for (const auto& [key, value] : object.items()) {
    out += fmt::format("{:{}}{}: ", "", indent, is_identifier(key) ? key : in_quotes(key));
    append(value, indent, out);
    out += '\n';
  }
}

void append(const json& value, std::size_t indent, std::string& out) {
  if (value.is_string()) {
    out += in_quotes(value.get_ref<const std::string&>());
  } else if (value.is_object()) {
    out += "{\n";
    append_members(value, indent + 2, out);
    out += fmt::format("{:{}}}}", "", indent);
  } else if (value.is_array()) {
    out += "[\n";
    for (const json& element : value) {
      out += fmt::format("{:{}}", "", indent + 2);
      append(element, indent + 2, out);
      out += '\n';
    }
    out += fmt::format("{:{}}]", "", indent);
  } else {
    out += value.dump();
  }
}

struct BicepResource {
  std::string symbol, type;
  std::string lines;  // before the body: parent, scope
  const SetupStep& step;
  std::string after;  // behind it: dependsOn
};

void append_resource(const BicepResource& resource, std::string& out) {
  const std::string& path = resource.step.place.path;
  out += fmt::format("\nresource {} '{}@{}' = {{\n{}  name: {}\n", resource.symbol, resource.type,
                     resource.step.place.api_version, resource.lines,
                     in_quotes(std::string_view(path).substr(path.rfind('/') + 1)));
  append_members(resource.step.body, 2, out);
  out += resource.after + "}\n";
}

}  // namespace

std::string setup_bicep(const SetupTarget& target) {
  const std::string& id = target.resource_id;
  const std::string workspaces = "Microsoft.OperationalInsights/workspaces";
  std::string out = fmt::format(
      "// What `itsmc workspace setup` makes. Deploy it to the workspace's resource group:\n"
      "//   az deployment group create --resource-group GROUP --template-file FILE\n"
      "\nresource workspace '{}@2023-09-01' existing = {{\n  name: {}\n}}\n",
      workspaces, in_quotes(std::string_view(id).substr(id.rfind('/') + 1)));
  const std::string parent = "  parent: workspace\n";
  const SetupStep table = plan_table(target, TableKind::service_desk, {});
  const SetupStep log = plan_table(target, TableKind::service_desk_log, {});
  const SetupStep rule = plan_rule(target, {});
  const SetupStep role = plan_role(target, {});
  const SetupStep function = plan_function(target, {});
  append_resource({"serviceDesk", workspaces + "/tables", parent, table, {}}, out);
  append_resource({"serviceDeskLog", workspaces + "/tables", parent, log, {}}, out);
  append_resource({"rule",
                   "Microsoft.Insights/dataCollectionRules",
                   {},
                   rule,
                   "  dependsOn: [\n    serviceDesk\n    serviceDeskLog\n  ]\n"},
                  out);
  append_resource(
      {"sender", "Microsoft.Authorization/roleAssignments", "  scope: rule\n", role, {}}, out);
  append_resource({"latest", workspaces + "/savedSearches", parent, function,
                   "  dependsOn: [\n    serviceDesk\n  ]\n"},
                  out);
  out +=
      "\noutput endpoint string = rule.properties.endpoints.logsIngestion\n"
      "output ruleId string = rule.properties.immutableId\n";
  return out;
}

}  // namespace itsmc::sinks
