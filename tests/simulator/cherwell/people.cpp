#include "cherwell/people.hpp"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cherwell/answers.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::cherwell {
namespace {

using nlohmann::json;

struct Group {
  std::string_view name;
  std::string_view description;
};

constexpr std::array<Group, 3> k_groups{{{"Admin", "Administrators"},
                                         {"Service Desk Level 1", "Agents of the service desk"},
                                         {"Integration", "Accounts of other systems"}}};
constexpr std::string_view k_group_of_user = "Integration";

std::string group_id(std::string_view name) {
  return long_id("group." + std::string(name));
}

// The .NET zero date means that there is none; it is recorded without a zone.
constexpr const char* k_no_date = "0001-01-01T00:00:00";

json user_field(std::string_view name, std::string_view value) {
  const std::string id = long_id("UserInfo." + std::string(name));
  return {{"dirty", false},  {"displayName", name}, {"fieldId", id}, {"fullFieldId", id},
          {"html", nullptr}, {"name", name},        {"value", value}};
}

json user_json(const Site& site, const Call& call) {
  const std::string& login = site.sign_in.credentials().user;
  json out = {
      {"accountLocked", false},
      {"createDateTime", k_no_date},
      {"displayName", k_user_name},
      {"fields", json::array({user_field("LoginID", login), user_field("FullName", k_user_name),
                              user_field("Email", login + "@example.com")})},
      {"lastPasswordResetDate", k_no_date},
      {"lastResetDateTime", k_no_date},
      {"ldapRequired", false},
      {"passwordNeverExpires", true},
      {"publicId", login},
      {"recordId", user_rec_id(login)},
      {"securityGroupId", group_id(k_group_of_user)},
      {"shortDisplayName", k_user_name},
      {"userCannotChangePassword", false},
      {"userMustResetPasswordAtNextLogin", false},
      {"errorCode", nullptr},
      {"hasError", false}};
  // V1 and V2 by login id have `error` where later answers have errorMessage.
  if (call.release == "v3") {
    out["errorMessage"] = nullptr;
    if (call.dialect.tells_status) out["httpStatusCode"] = "OK";
  } else {
    out["error"] = nullptr;
  }
  return out;
}

Reply user_or_none(const Site& site, const Call& call, bool found) {
  if (!found) throw Refusal(500, "RECORDNOTFOUND", "Record not found");
  return json_reply(200, user_json(site, call).dump());
}

json permission_json(const Call& call, TypeNumber type) {
  const bool view = !call.bars("no-view", type);
  const bool edit = view && !call.bars("no-edit", type);
  json out = {{"busObId", call.view.type(type).id},
              {"busObName", call.view.type_name(type)},
              {"view", view},
              {"edit", edit},
              {"fieldPermissions", json::array()}};
  for (const char* who :
       {"departmentMember", "managerOfOwner", "owner", "team", "teamManagerOfOwner"}) {
    out[std::string(who) + "View"] = view;
    out[std::string(who) + "Edit"] = edit;
  }
  return out;
}

}  // namespace

Reply user_by_login_id(Site& site, const Call& call) {
  const std::string wanted =
      call.release == "v1" ? call.argument("loginid") : call.request.param_or("loginid", "");
  if (wanted.empty()) throw Refusal(400, "BADREQUEST", "loginid is missing");
  return user_or_none(site, call, same_text(wanted, site.sign_in.credentials().user));
}

Reply user_by_rec_id(Site& site, const Call& call) {
  return user_or_none(site, call,
                      call.argument("recid") == user_rec_id(site.sign_in.credentials().user));
}

Reply user_by_public_id(Site& site, const Call& call) {
  return user_or_none(site, call,
                      same_text(call.argument("publicid"), site.sign_in.credentials().user));
}

Reply security_groups(Site& /*site*/, const Call& call) {
  json groups = json::array();
  for (const auto& group : k_groups) {
    groups.push_back({{"description", group.description},
                      {"groupId", group_id(group.name)},
                      {"groupName", group.name}});
  }
  json out = {{"securityGroups", groups}};
  add_no_error(call.dialect, out);
  return json_reply(200, out.dump());
}

// V1 answers an array, V2 an object around it.
Reply permissions(Site& /*site*/, const Call& call) {
  const std::string name = call.argument("busobname");
  const auto type =
      name.empty() ? call.view.type_by_id(call.argument("busobid")) : call.view.type_by_name(name);
  json list = json::array();
  if (type) list.push_back(permission_json(call, *type));
  if (call.release == "v1") return json_reply(200, list.dump());
  json out = {{"businessObjectPermissions", list}};
  add_no_error(call.dialect, out);
  return json_reply(200, out.dump());
}

Reply roles(Site& /*site*/, const Call& call) {
  if (!call.firing.has("roles-readable")) {
    throw Refusal(500, "INSUFFICIENTRIGHTS", "Insufficient rights to view personas");
  }
  json out = {{"roles", json::array({{{"roleId", long_id("role.administrator")},
                                      {"roleName", "Administrator"},
                                      {"description", ""},
                                      {"culture", code_of(call.dialect.csm_culture)}}})}};
  add_no_error(call.dialect, out);
  return json_reply(200, out.dump());
}

Reply set_culture(Site& site, const Call& call) {
  const std::string code = call.argument("culturecode");
  const auto culture = culture_of(code);
  if (!culture) throw Refusal(400, "BADREQUEST", "The culture '" + code + "' is not valid");
  site.sign_in.set_culture(call.request, *culture);
  return json_reply(200, quote_json(code_of(*culture)));
}

}  // namespace itsmc::sim::cherwell
