// Who may do what: role definitions, assignments, and the time until one is felt.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim::azure {

struct RoleDefinition {
  std::string_view id;  // the GUID, the same in every tenant
  std::string_view name;
  std::vector<std::string_view> actions;
  std::vector<std::string_view> not_actions;
  std::vector<std::string_view> data_actions;
};

struct RoleAssignment {
  std::string name;   // the GUID that the caller chose
  std::string scope;  // as written; compared without regard to case
  std::string role;   // a RoleDefinition's id
  std::string principal;
  std::string principal_type;
  std::int64_t created_ms = 0;
};

// One question: may that principal do this there, now?
struct AccessQuestion {
  std::string principal;
  std::string_view action;
  std::string_view scope;
  std::int64_t now_ms = 0;
  std::int64_t delay_ms = 0;  // until an assignment is felt
};

std::span<const RoleDefinition> role_definitions();
// By GUID or by name, whatever the case; nullptr when there is none.
const RoleDefinition* find_role(std::string_view id_or_name);

// The roles ARE all assignments of the simulated subscription. Thread-safe.
class Roles {
 public:
  // False when principal, role and scope are assigned already (under another name).
  bool add(RoleAssignment assignment);
  // By scope and name; nothing when there is none.
  std::optional<RoleAssignment> find(std::string_view scope, std::string_view name) const;
  std::optional<RoleAssignment> remove(std::string_view scope, std::string_view name);
  // Every assignment of that principal, and of that role unless it is empty. Returns how many.
  std::size_t revoke(std::string_view principal, std::string_view role);
  [[nodiscard]] std::vector<RoleAssignment> all() const;
  [[nodiscard]] bool allows_action(const AccessQuestion& question) const;
  [[nodiscard]] bool allows_data_action(const AccessQuestion& question) const;

 private:
  template <class Grants>
  bool any(const AccessQuestion& question, Grants grants) const;

  mutable std::mutex mutex_;
  std::vector<RoleAssignment> assignments_;
};

// ASCII lower case: ARM compares ids so.
std::string lower(std::string_view text);
bool same_id(std::string_view left, std::string_view right);

}  // namespace itsmc::sim::azure
