#pragma once

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::partners::cherwell {

/// What the user's security group may do with an object (cherwell reference 4).
struct ObjectRights {
  bool view = false, edit = false;
  std::optional<Error> error;  // why they could not be asked
};
/// `businessObjectPermissions` of one object; absent members mean "no".
[[nodiscard]] ObjectRights parse_rights(const nlohmann::json& answer, const std::string& object);

/// The user as the instance has it.
struct UserFound {
  std::string display_name, group_id, group;
  bool locked = false;
  std::optional<Error> error;
};
[[nodiscard]] UserFound parse_user(const nlohmann::json& answer);
/// The group's name; its id when the list does not have it.
[[nodiscard]] std::string find_group(const nlohmann::json& groups, const std::string& id);

[[nodiscard]] Check judge_user(const UserFound& user, const Connection& connection);
/// `rights` by object name, of the types that the connection syncs.
[[nodiscard]] Check judge_write(const std::map<std::string, ObjectRights>& rights);
[[nodiscard]] Check judge_ci(const ObjectRights& rights, const Connection& connection);

}  // namespace itsmc::partners::cherwell
