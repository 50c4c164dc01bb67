#include "partners/cherwell_rights.hpp"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/check_line.hpp"
#include "itsmc/core/text.hpp"
#include "partners/cherwell_words.hpp"
#include "partners/json_part.hpp"

namespace itsmc::partners::cherwell {
namespace {

using nlohmann::json;

constexpr const char* k_group_path =
    "CSM Administrator > Security > Edit security groups > Business Objects";

bool flag_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

// {"businessObjectPermissions":[{"busObId":"6dd5..","busObName":"Incident","view":true,"edit":true,
//   "ownerView":true,..,"fieldPermissions":[..]}]} (cherwell reference 4).
ObjectRights parse_rights(const json& answer, const std::string& object) {
  ObjectRights rights;
  for (const json& entry : list_part(answer, "businessObjectPermissions")) {
    if (!iequals(text_part(entry, "busObName"), object)) continue;
    rights.view = rights.view || flag_at(entry, "view");
    rights.edit = rights.edit || flag_at(entry, "edit");
  }
  return rights;
}

// {"accountLocked":false,"displayName":"API User","securityGroupId":"9370..",..} (reference 4).
UserFound parse_user(const json& answer) {
  UserFound user;
  user.display_name = text_part(answer, "displayName");
  user.group_id = text_part(answer, "securityGroupId");
  user.locked = flag_at(answer, "accountLocked");
  return user;
}

// {"securityGroups":[{"groupId":"9370..","groupName":"Admin","description":".."},..]}
std::string find_group(const json& groups, const std::string& id) {
  for (const json& group : list_part(groups, "securityGroups")) {
    if (text_part(group, "groupId") == id) return text_part(group, "groupName");
  }
  return id;
}

Check judge_user(const UserFound& user, const Connection& connection) {
  if (user.error) {
    Check check =
        doubtful_line("roles", "the user's security group cannot be read", trouble_of(*user.error));
    check.hint = fmt::format("no harm when the lines below are ok; else look at {}", k_group_path);
    return check;
  }
  if (user.locked) {
    return {.check = "roles",
            .status = CheckStatus::warning,
            .message = connection.username + " is locked",
            .cause = "signed in by a token of before the lock: the next sign-in will be refused",
            .hint = "CSM Administrator > Security > Edit users > " + connection.username,
            .kind = ErrorKind::denied};
  }
  const std::string group = user.group.empty() ? "not told" : '"' + user.group + '"';
  return good_line("roles", fmt::format("security group {}", group));
}

Check judge_write(const std::map<std::string, ObjectRights>& rights) {
  std::vector<std::string> may, may_not;
  for (const auto& [object, right] : rights) {
    if (right.error) {
      Check check =
          doubtful_line("write", "write access cannot be verified", trouble_of(*right.error));
      check.hint = fmt::format("look at {}", k_group_path);
      return check;
    }
    (right.edit ? may : may_not).push_back(object);
  }
  if (may_not.empty()) {
    return good_line("write", fmt::format("the security group may change {} (nothing was written)",
                                          join(may, " and ")));
  }
  return {.check = "write",
          .status = CheckStatus::warning,
          .message = "the security group may not change " + join(may_not, " and "),
          .cause = "missing: Edit",
          .hint = k_group_path,
          .kind = ErrorKind::denied};
}

Check judge_ci(const ObjectRights& rights, const Connection& connection) {
  if (rights.error) {
    Check check =
        doubtful_line("ci", "configuration items cannot be looked at", trouble_of(*rights.error));
    check.hint = "work items show their names all the same";
    return check;
  }
  if (!rights.view) {
    return {.check = "ci",
            .status = CheckStatus::warning,
            .message = "configuration items are hidden from the user",
            .cause = "missing: View on ConfigurationItem",
            .hint = k_group_path,
            .kind = ErrorKind::denied};
  }
  if (connection.create_ci && !rights.edit) {
    return {.check = "ci",
            .status = CheckStatus::warning,
            .message = "configuration items can be read, but not created",
            .cause = "missing: Edit on ConfigurationItem",
            .hint = k_group_path,
            .kind = ErrorKind::denied};
  }
  return good_line("ci", "configuration items can be read");
}

}  // namespace itsmc::partners::cherwell
