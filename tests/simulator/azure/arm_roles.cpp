// Role assignments and definitions (azure reference 3, step 5), and saved functions.
#include <algorithm>

#include <fmt/format.h>

#include "azure/arm.hpp"
#include "azure/principals.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string last_segment(std::string_view id) {
  return std::string(id.substr(id.rfind('/') + 1));
}

json assignment_json(const RoleAssignment& one, const Site& site) {
  return {
      {"id", one.scope + "/providers/Microsoft.Authorization/roleAssignments/" + one.name},
      {"name", one.name},
      {"type", "Microsoft.Authorization/roleAssignments"},
      {"properties",
       {{"roleDefinitionId", "/subscriptions/" + site.settings.subscription +
                                 "/providers/Microsoft.Authorization/roleDefinitions/" + one.role},
        {"principalId", one.principal},
        {"principalType", one.principal_type},
        {"scope", one.scope},
        {"createdOn", rfc3339_text(one.created_ms)},
        {"updatedOn", rfc3339_text(one.created_ms)}}}};
}

json definition_json(const RoleDefinition& role, const Site& site) {
  return {{"id", "/subscriptions/" + site.settings.subscription +
                     "/providers/Microsoft.Authorization/roleDefinitions/" + std::string(role.id)},
          {"name", role.id},
          {"type", "Microsoft.Authorization/roleDefinitions"},
          {"properties",
           {{"roleName", role.name},
            {"type", "BuiltInRole"},
            {"assignableScopes", json::array({"/"})},
            {"permissions", json::array({{{"actions", role.actions},
                                          {"notActions", role.not_actions},
                                          {"dataActions", role.data_actions},
                                          {"notDataActions", json::array()}}})}}}};
}

// "principalId eq 'X'" or "roleName eq 'X'" -> X; empty when there is no such filter.
std::string filter_value(const Request& request, std::string_view field) {
  const std::string filter = request.param_or("$filter", "");
  const auto at = filter.find(field);
  if (at == std::string::npos) return {};
  const auto from = filter.find('\'', at);
  const auto to = filter.find('\'', from + 1);
  if (from == std::string::npos || to == std::string::npos) return {};
  return filter.substr(from + 1, to - from - 1);
}

json search_json(const std::string& id, const SavedSearch& search) {
  return {{"id", id},
          {"name", last_segment(id)},
          {"type", "Microsoft.OperationalInsights/savedSearches"},
          {"etag", search.etag},
          {"properties", search.properties}};
}

Reply empty_reply(int status) {
  Reply reply;
  reply.status = status;
  return reply;
}

}  // namespace

Reply Arm::list_assignments(const Ask& ask) {
  const std::string principal = filter_value(ask.request, "principalId");
  json all = json::array();
  for (const auto& one : site_.roles.all()) {
    // Without atScope() the list holds what stands above and below; above is enough here.
    const bool above = lower(ask.path.scope).starts_with(lower(one.scope));
    const bool below = lower(one.scope).starts_with(lower(ask.path.scope));
    if (!above && !below) continue;
    if (!principal.empty() && !same_id(principal, one.principal)) continue;
    all.push_back(assignment_json(one, site_));
  }
  return arm_list(all);
}

Reply Arm::get_assignment(const Ask& ask) {
  const auto found = site_.roles.find(ask.path.scope, ask.path.name());
  if (found) return arm_ok(200, assignment_json(*found, site_));
  return arm_error(404, {"RoleAssignmentNotFound",
                         "The role assignment '" + ask.path.name() + "' is not found."});
}

Reply Arm::put_assignment(const Ask& ask) {
  const json properties = ask.body.value("properties", json::object());
  RoleAssignment wanted{ask.path.name(),
                        ask.path.scope,
                        last_segment(text_of(properties, "roleDefinitionId")),
                        text_of(properties, "principalId"),
                        text_of(properties, "principalType"),
                        site_.now_ms()};
  const auto* role = find_role(wanted.role);
  if (!role) {
    return arm_error(400, {"RoleDefinitionDoesNotExist", "The specified role definition with ID '" +
                                                             wanted.role + "' does not exist."});
  }
  wanted.role = role->id;
  // Only an object id of a service principal or user is one: not a client id.
  const auto principal = find_principal(site_, wanted.principal);
  const bool known = principal && same_id(principal->object_id, wanted.principal) &&
                     !ask.firing.has("principal-not-found");
  // With a type the directory is not asked: a fresh principal passes, a wrong id does too.
  if (!known && wanted.principal_type.empty()) {
    std::string plain = wanted.principal;
    std::erase(plain, '-');
    return arm_error(
        400, {"PrincipalNotFound",
              fmt::format("Principal {} does not exist in the directory {}. Check that you have "
                          "the correct principal ID. If you are creating this principal and then "
                          "immediately assigning a role, this error might be related to a "
                          "replication delay. In this case, set the role assignment principalType "
                          "property to a value, such as ServicePrincipal, User, or Group.",
                          plain, site_.directory.settings().tenant_id)});
  }
  if (wanted.principal_type.empty()) wanted.principal_type = "ServicePrincipal";
  if (const auto same = site_.roles.find(wanted.scope, wanted.name)) {
    const bool equal = same->role == wanted.role && same_id(same->principal, wanted.principal);
    if (equal) return arm_ok(200, assignment_json(*same, site_));
    return arm_error(400, {"RoleAssignmentUpdateNotPermitted",
                           "Tenant ID, application ID, principal ID, and scope are not allowed to "
                           "be updated."});
  }
  if (!site_.roles.add(wanted)) {
    return arm_error(409, {"RoleAssignmentExists", "The role assignment already exists."});
  }
  return arm_ok(201, assignment_json(wanted, site_));
}

Reply Arm::delete_assignment(const Ask& ask) {
  const auto gone = site_.roles.remove(ask.path.scope, ask.path.name());
  return gone ? arm_ok(200, assignment_json(*gone, site_)) : empty_reply(204);
}

Reply Arm::list_definitions(const Ask& ask) {
  const std::string name = filter_value(ask.request, "roleName");
  json all = json::array();
  for (const auto& role : role_definitions()) {
    if (name.empty() || name == role.name) all.push_back(definition_json(role, site_));
  }
  return arm_list(all);
}

Reply Arm::get_definition(const Ask& ask) {
  const auto* role = find_role(ask.path.name());
  if (role) return arm_ok(200, definition_json(*role, site_));
  return arm_error(404, {"RoleDefinitionDoesNotExist", "The specified role definition with ID '" +
                                                           ask.path.name() + "' does not exist."});
}

Reply Arm::list_searches(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  const auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  json all = json::array();
  for (const auto& [id, search] : workspace->searches) {
    all.push_back(search_json(workspace->id + "/savedSearches/" + id, search));
  }
  return arm_list(all);
}

Reply Arm::get_search(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  const auto found = workspace->searches.find(lower(ask.path.name()));
  if (found == workspace->searches.end()) return not_found(ask.path);
  return arm_ok(200, search_json(ask.path.id, found->second));
}

// {"etag":"*","properties":{"category":..,"displayName":..,"query":..,"functionAlias":..}}
Reply Arm::put_search(const Ask& ask) {
  const json properties = ask.body.value("properties", json::object());
  for (const char* needed : {"category", "displayName", "query"}) {
    if (!text_of(properties, needed).empty()) continue;
    return arm_error(
        400, {"InvalidParameter", std::string("properties.") + needed + " must not be empty"});
  }
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  const std::string etag = text_of(ask.body, "etag");
  auto& search = workspace->searches[lower(ask.path.name())];
  if (!search.etag.empty() && etag != "*" && etag != search.etag) {
    return arm_error(409, {"Conflict", "The saved search exists: send its etag, or \"*\"."});
  }
  search.properties = properties;
  search.etag = "W/\"datetime'" + rfc3339_text(site_.now_ms()) + "'\"";
  return arm_ok(200, search_json(ask.path.id, search));
}

Reply Arm::delete_search(const Ask& ask) {
  const std::lock_guard lock(site_.estate.mutex);
  auto* workspace = site_.estate.workspace(ask.path.parent());
  if (!workspace) return not_found(ask.path);
  return empty_reply(workspace->searches.erase(lower(ask.path.name())) > 0 ? 200 : 204);
}

}  // namespace itsmc::sim::azure
