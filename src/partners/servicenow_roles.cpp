#include "partners/servicenow_roles.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"

namespace itsmc::partners::servicenow {
namespace {

struct Role {
  std::string_view name, purpose;
};
// The integration user's roles (itsmc reference 7) and what each is for. `itil` is judged apart.
constexpr std::array k_optional_roles = {
    Role{"personalize_choices", "the labels of choice lists"},
    Role{"import_transformer", "creating work items by import sets"},
    Role{"x_mioms_microsoft.user", "the Microsoft OMS Integrator app's tables"},
    Role{"template_editor", "templates"},
    Role{"view_changer", "templates' views"},
    Role{"evt_mgmt_integration", "sending events"},
    Role{"evt_mgmt_operator", "reading alerts"},
};

bool has(const Rights& rights, const char* role) {
  return rights.roles.count(role) != 0 || rights.roles.count("admin") != 0;
}

bool syncs(const Connection& connection, WorkItemType type) {
  return std::find(connection.work_items.begin(), connection.work_items.end(), type) !=
         connection.work_items.end();
}

/// What of sync the roles do not cover, in the words of the role to grant.
std::vector<std::string> missing_for_sync(const Rights& rights, const Connection& connection) {
  std::vector<std::string> missing;
  if (has(rights, "itil")) return missing;
  if (syncs(connection, WorkItemType::incident) && !has(rights, "sn_incident_read")) {
    missing.emplace_back("itil or sn_incident_read (reading incidents)");
  }
  if (syncs(connection, WorkItemType::change_request) && !has(rights, "sn_change_read")) {
    missing.emplace_back("itil or sn_change_read (reading change requests)");
  }
  return missing;
}

std::vector<std::string> missing_otherwise(const Rights& rights) {
  std::vector<std::string> missing;
  for (const Role& role : k_optional_roles) {
    if (!has(rights, std::string(role.name).c_str())) {
      missing.push_back(fmt::format("{} ({})", role.name, role.purpose));
    }
  }
  if (!has(rights, "itil") && !has(rights, "asset")) {
    missing.emplace_back("itil or asset (creating configuration items)");
  }
  return missing;
}

std::string listed(const Rights& rights) {
  std::vector<std::string> names(rights.roles.begin(), rights.roles.end());
  constexpr std::size_t k_shown = 12;
  const std::size_t all = names.size();
  if (all > k_shown) names.resize(k_shown);
  return join(names, ", ") + (all > k_shown ? fmt::format(" and {} more", all - k_shown) : "");
}

}  // namespace

std::string role_path(const Connection& connection) {
  return fmt::format(
      "User Administration > Users > {} > Roles",
      connection.username.empty() ? "the client's OAuth Application User" : connection.username);
}

Check judge_roles(const Rights& rights, const Connection& connection) {
  Check check{.check = "roles", .message = {}, .cause = {}, .hint = {}, .kind = ErrorKind::denied};
  if (!rights.unread_because.empty()) {
    check.status = CheckStatus::warning;
    check.message = "the user's roles cannot be verified";
    check.cause = rights.unread_because;
    check.hint = "look at " + role_path(connection);
    return check;
  }
  const std::vector<std::string> needed = missing_for_sync(rights, connection);
  const std::vector<std::string> useful = missing_otherwise(rights);
  check.message = listed(rights);
  if (needed.empty() && useful.empty()) return check;
  std::vector<std::string> missing = needed;
  missing.insert(missing.end(), useful.begin(), useful.end());
  const bool readable = rights.reads_tried && rights.reads_all;
  check.status = needed.empty() || readable ? CheckStatus::warning : CheckStatus::failed;
  check.cause = "missing: " + join(missing, ", ");
  check.hint = fmt::format("grant what you use: {}; then: itsmc connection test {}",
                           role_path(connection), connection.name);
  return check;
}

Check judge_write(const Rights& rights, const Connection& connection) {
  Check check{.check = "write", .message = {}, .cause = {}, .hint = {}, .kind = ErrorKind::denied};
  if (!rights.unread_because.empty()) {
    check.status = CheckStatus::warning;
    check.message = "write access cannot be verified without the user's roles";
    check.cause = rights.unread_because;
    check.hint = "look at " + role_path(connection);
    return check;
  }
  const bool incidents = has(rights, "itil") || has(rights, "sn_incident_write");
  const bool changes = has(rights, "itil") || has(rights, "sn_change_write");
  if (incidents && changes) {
    check.message = "the roles allow creating work items (nothing was written)";
    return check;
  }
  check.status = CheckStatus::warning;
  check.message = incidents || changes ? fmt::format("the roles allow creating {} only",
                                                     incidents ? "incidents" : "change requests")
                                       : "the roles do not allow creating work items";
  check.cause = "missing: itil";
  check.hint = "grant itil: " + role_path(connection);
  return check;
}

}  // namespace itsmc::partners::servicenow
