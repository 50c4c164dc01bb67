#include "azure/arm.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "shared/wire_faults.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

std::string upper_kind(const ArmPath& path) {
  // ARM writes the type as its provider spells it; the path as called comes close enough.
  const auto at = path.id.rfind("/providers/");
  if (at == std::string::npos) return path.kind;
  std::string text = path.id.substr(at + 11);
  return text;
}

bool has_api_version(const Request& request) {
  const std::string version = request.param_or("api-version", "");
  return version.size() >= 10 && parse_utc(version.substr(0, 10)).has_value();
}

}  // namespace

Reply arm_ok(int status, const json& body) {
  Reply reply = json_reply(status, body.dump());
  reply.content_type = "application/json; charset=utf-8";
  return reply;
}

Reply arm_error(int status, const ArmDetail& error, const std::vector<ArmDetail>& details) {
  json body{{"code", error.code}, {"message", error.message}};
  if (!error.target.empty()) body["target"] = error.target;
  for (const auto& detail : details) {
    json one{{"code", detail.code}, {"message", detail.message}};
    if (!detail.target.empty()) one["target"] = detail.target;
    body["details"].push_back(one);
  }
  Reply reply = arm_ok(status, {{"error", body}});
  reply.set_header("x-ms-failure-cause", "gateway");
  return reply;
}

Reply not_found(const ArmPath& path) {
  return arm_error(404, {"ResourceNotFound",
                         fmt::format("The Resource '{}' under resource group '{}' was not found. "
                                     "For more details please go to https://aka.ms/ARMResource"
                                     "NotFoundFix",
                                     upper_kind(path), path.group)});
}

Reply arm_list(json values) {
  return arm_ok(200, {{"value", std::move(values)}});
}

json system_record(const std::string& caller, std::int64_t now_ms) {
  const std::string now = rfc3339_text(now_ms);
  return {{"createdBy", caller},   {"createdByType", "Application"},
          {"createdAt", now},      {"lastModifiedBy", caller},
          {"lastModifiedAt", now}, {"lastModifiedByType", "Application"}};
}

std::string new_etag() {
  return entra::new_guid();
}

bool Arm::owns(std::string_view path) {
  // @azure/arm-authorization begins with two slashes when the scope has one of its own.
  while (path.starts_with('/')) path.remove_prefix(1);
  return same_id(path.substr(0, 13), "subscriptions") || same_id(path.substr(0, 10), "providers/");
}

std::span<const Arm::Route> Arm::routes() {
  static constexpr std::string_view k_tables = "microsoft.operationalinsights/workspaces/tables";
  static constexpr std::string_view k_workspaces = "microsoft.operationalinsights/workspaces";
  static constexpr std::string_view k_searches =
      "microsoft.operationalinsights/workspaces/savedsearches";
  static constexpr std::string_view k_rules = "microsoft.insights/datacollectionrules";
  static constexpr std::string_view k_endpoints = "microsoft.insights/datacollectionendpoints";
  static constexpr std::string_view k_assignments = "microsoft.authorization/roleassignments";
  static constexpr std::string_view k_definitions = "microsoft.authorization/roledefinitions";
  static constexpr auto k_routes = std::to_array<Route>({
      {"subscriptions", "GET", false, "Microsoft.Resources/subscriptions/read",
       &Arm::get_subscription},
      {"subscriptions", "GET", true, "", &Arm::get_subscription},
      {"resourcegroups", "GET", false, "Microsoft.Resources/subscriptions/resourceGroups/read",
       &Arm::get_group},
      {k_workspaces, "GET", true, "Microsoft.OperationalInsights/workspaces/read",
       &Arm::list_workspaces},
      {k_workspaces, "GET", false, "Microsoft.OperationalInsights/workspaces/read",
       &Arm::get_workspace},
      {k_tables, "GET", true, "Microsoft.OperationalInsights/workspaces/tables/read",
       &Arm::list_tables},
      {k_tables, "GET", false, "Microsoft.OperationalInsights/workspaces/tables/read",
       &Arm::get_table},
      {k_tables, "PUT", false, "Microsoft.OperationalInsights/workspaces/tables/write",
       &Arm::put_table},
      {k_tables, "PATCH", false, "Microsoft.OperationalInsights/workspaces/tables/write",
       &Arm::patch_table},
      {k_tables, "DELETE", false, "Microsoft.OperationalInsights/workspaces/tables/delete",
       &Arm::delete_table},
      {"microsoft.operationalinsights/workspaces/tables/migrate", "POST", true,
       "Microsoft.OperationalInsights/workspaces/tables/write", &Arm::migrate_table},
      {"microsoft.operationalinsights/locations/operationstatuses", "GET", false, "",
       &Arm::get_operation},
      {k_searches, "GET", true, "Microsoft.OperationalInsights/workspaces/savedSearches/read",
       &Arm::list_searches},
      {k_searches, "GET", false, "Microsoft.OperationalInsights/workspaces/savedSearches/read",
       &Arm::get_search},
      {k_searches, "PUT", false, "Microsoft.OperationalInsights/workspaces/savedSearches/write",
       &Arm::put_search},
      {k_searches, "DELETE", false, "Microsoft.OperationalInsights/workspaces/savedSearches/delete",
       &Arm::delete_search},
      {k_rules, "GET", true, "Microsoft.Insights/dataCollectionRules/read", &Arm::list_rules},
      {k_rules, "GET", false, "Microsoft.Insights/dataCollectionRules/read", &Arm::get_rule},
      {k_rules, "PUT", false, "Microsoft.Insights/dataCollectionRules/write", &Arm::put_rule},
      {k_rules, "PATCH", false, "Microsoft.Insights/dataCollectionRules/write", &Arm::patch_rule},
      {k_rules, "DELETE", false, "Microsoft.Insights/dataCollectionRules/delete",
       &Arm::delete_rule},
      {k_endpoints, "GET", true, "Microsoft.Insights/dataCollectionEndpoints/read",
       &Arm::list_endpoints},
      {k_endpoints, "GET", false, "Microsoft.Insights/dataCollectionEndpoints/read",
       &Arm::get_endpoint},
      {k_endpoints, "PUT", false, "Microsoft.Insights/dataCollectionEndpoints/write",
       &Arm::put_endpoint},
      {k_endpoints, "DELETE", false, "Microsoft.Insights/dataCollectionEndpoints/delete",
       &Arm::delete_endpoint},
      {k_assignments, "GET", true, "Microsoft.Authorization/roleAssignments/read",
       &Arm::list_assignments},
      {k_assignments, "GET", false, "Microsoft.Authorization/roleAssignments/read",
       &Arm::get_assignment},
      {k_assignments, "PUT", false, "Microsoft.Authorization/roleAssignments/write",
       &Arm::put_assignment},
      {k_assignments, "DELETE", false, "Microsoft.Authorization/roleAssignments/delete",
       &Arm::delete_assignment},
      {k_definitions, "GET", true, "Microsoft.Authorization/roleDefinitions/read",
       &Arm::list_definitions},
      {k_definitions, "GET", false, "Microsoft.Authorization/roleDefinitions/read",
       &Arm::get_definition},
      {"microsoft.alertsmanagement/alerts", "GET", true, "Microsoft.AlertsManagement/alerts/read",
       &Arm::list_alerts},
      {"microsoft.alertsmanagement/alerts", "GET", false, "Microsoft.AlertsManagement/alerts/read",
       &Arm::get_alert},
      {"microsoft.alertsmanagement/alerts/history", "GET", true,
       "Microsoft.AlertsManagement/alerts/history/read", &Arm::get_alert_history},
      {"microsoft.alertsmanagement/alerts/changestate", "POST", true,
       "Microsoft.AlertsManagement/alerts/changestate/action", &Arm::change_alert_state},
      {"microsoft.alertsmanagement/alertssummary", "GET", true,
       "Microsoft.AlertsManagement/alertsSummary/read", &Arm::summarize_alerts},
  });
  return k_routes;
}

std::optional<Reply> Arm::signed_in(Ask& ask) const {
  const std::string arm(site_.settings.cloud.arm);
  const std::vector<std::string> audiences{arm, arm + "/", "https://management.core.windows.net",
                                           "https://management.core.windows.net/"};
  const std::string authorization = ask.request.header("Authorization");
  if (ask.firing.has("expire-token")) site_.directory.expire_access();
  auto checked = site_.directory.check(authorization, audiences);
  if (ask.firing.has("refuse-token")) checked = {std::nullopt, "unknown token"};
  if (checked.claims) {
    ask.caller = checked.claims->object_id;
    ask.caller_client =
        checked.claims->user.empty() ? checked.claims->client : checked.claims->user;
    return std::nullopt;
  }
  ArmDetail error{"InvalidAuthenticationToken", "The access token is invalid."};
  if (authorization.empty()) {
    error = {"AuthenticationFailed",
             "Authentication failed. The 'Authorization' header is missing."};
  } else if (checked.reason.starts_with("wrong audience")) {
    error = {"InvalidAuthenticationTokenAudience",
             fmt::format("The access token has been obtained for {}. It should be for '{}/'.",
                         checked.reason.substr(6), arm)};
  } else if (checked.reason == "expired token") {
    error = {"ExpiredAuthenticationToken",
             "The access token expiry UTC time is earlier than "
             "current UTC time."};
  }
  Reply reply = arm_error(401, error);
  reply.set_header(
      "WWW-Authenticate",
      fmt::format("Bearer authorization_uri=\"{}/{}\", error=\"invalid_token\", "
                  "error_description=\"{}\"",
                  ask.request.origin(), site_.directory.settings().tenant_id, error.message));
  return reply;
}

std::optional<Reply> Arm::scope_missing(const ArmPath& path) const {
  if (!path.subscription.empty() && !same_id(path.subscription, site_.settings.subscription)) {
    return arm_error(404,
                     {"SubscriptionNotFound",
                      fmt::format("The subscription '{}' could not be found.", path.subscription)});
  }
  if (!path.group.empty() && !same_id(path.group, site_.settings.group)) {
    return arm_error(404, {"ResourceGroupNotFound",
                           fmt::format("Resource group '{}' could not be found.", path.group)});
  }
  return std::nullopt;
}

std::optional<Reply> Arm::forbidden(const Ask& ask, std::string_view action) const {
  if (action.empty()) return std::nullopt;
  const auto* refused = ask.firing.argument("arm-forbidden");
  const bool switched = refused && lower(action).find(lower(*refused)) != std::string::npos;
  // A resource of its own has its own scope; an extension's is what it stands on.
  const bool extension = ask.path.kind.starts_with("microsoft.authorization/");
  const std::string& scope = extension ? ask.path.scope : ask.path.id;
  if (!switched && allowed(site_, ask.caller, action, scope)) return std::nullopt;
  return arm_error(
      403, {"AuthorizationFailed",
            fmt::format("The client '{}' with object id '{}' does not have authorization to "
                        "perform action '{}' over scope '{}' or the scope is invalid. If access "
                        "was recently granted, please refresh your credentials.",
                        ask.caller_client, ask.caller, action, scope)});
}

Reply Arm::judged(const Request& request, const Firing& firing) {
  Ask ask{request, firing, {}, {}, {}, {}};
  if (auto reply = signed_in(ask)) return *std::move(reply);
  if (!has_api_version(request)) {
    return arm_error(400, {"MissingApiVersionParameter",
                           "The api-version query parameter (?api-version=) is required for all "
                           "requests."});
  }
  auto path = parse_arm_path(request.path);
  if (!path) return arm_error(404, {"InvalidResourceType", "The resource type is not known."});
  ask.path = *std::move(path);
  if (auto reply = scope_missing(ask.path)) return *std::move(reply);
  const auto all = routes();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Route& route) {
    return route.kind == ask.path.kind && route.method == request.method &&
           route.collection == ask.path.collection;
  });
  if (found == all.end()) {
    return arm_error(404, {"InvalidResourceType",
                           fmt::format("The resource type '{}' could not be found for {}.",
                                       ask.path.kind, request.method)});
  }
  if (auto reply = forbidden(ask, found->action)) return *std::move(reply);
  if (request.method == "PUT" || request.method == "PATCH") {
    ask.body = json::parse(request.body, nullptr, false);
    if (!ask.body.is_object()) {
      return arm_error(400, {"InvalidRequestContent",
                             "The request content was invalid and could not be deserialized."});
    }
  }
  return (this->*found->go)(ask);
}

Reply Arm::answer(const Request& request, const Firing& firing) {
  Reply reply = judged(request, firing);
  reply.set_header("x-ms-ratelimit-remaining-subscription-reads", "11999");
  reply.set_header("x-ms-correlation-request-id", entra::new_guid());
  return reply;
}

Reply Arm::get_subscription(const Ask& ask) {
  const json one{{"id", "/subscriptions/" + site_.settings.subscription},
                 {"subscriptionId", site_.settings.subscription},
                 {"tenantId", site_.directory.settings().tenant_id},
                 {"displayName", "Contoso IT"},
                 {"state", "Enabled"}};
  return ask.path.collection ? arm_list(json::array({one})) : arm_ok(200, one);
}

Reply Arm::get_group(const Ask& ask) {
  return arm_ok(200, {{"id", ask.path.id},
                      {"name", site_.settings.group},
                      {"type", "Microsoft.Resources/resourceGroups"},
                      {"location", site_.settings.region},
                      {"properties", {{"provisioningState", "Succeeded"}}}});
}

}  // namespace itsmc::sim::azure
