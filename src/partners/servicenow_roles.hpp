#pragma once

#include <set>
#include <string>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::partners::servicenow {

/// What is known of the user's rights.
struct Rights {
  std::set<std::string> roles;
  std::string unread_because;  // not empty: the roles could not be read
  bool reads_all = false;      // every type that the connection syncs was read
  bool reads_tried = false;
};

/// The `roles` line: failed only when a role that sync needs is missing and reading fails too;
/// every other missing role is named with what it is for.
[[nodiscard]] Check judge_roles(const Rights& rights, const Connection& connection);
/// The `write` line, from the roles: creating something to see whether it works would leave it.
[[nodiscard]] Check judge_write(const Rights& rights, const Connection& connection);

/// "User Administration > Users > NAME > Roles".
[[nodiscard]] std::string role_path(const Connection& connection);

}  // namespace itsmc::partners::servicenow
