#include "azure/roles.hpp"

#include <algorithm>
#include <cctype>

namespace itsmc::sim::azure {
namespace {

// Ids: azure reference 3 and the built-in roles' page; actions shortened to what is asked for here.
const std::vector<RoleDefinition>& definitions() {
  static const std::vector<RoleDefinition> all{
      {"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", {"*"}, {}, {}},
      {"b24988ac-6180-42a0-ab88-20f7382dd24c",
       "Contributor",
       {"*"},
       {"Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"},
       {}},
      {"acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", {"*/read"}, {}, {}},
      {"18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
       "User Access Administrator",
       {"*/read", "Microsoft.Authorization/*"},
       {},
       {}},
      {"749f88d5-cbae-40b8-bcfc-e573ddc772fa",
       "Monitoring Contributor",
       {"*/read", "Microsoft.AlertsManagement/*", "Microsoft.Insights/*",
        "Microsoft.OperationalInsights/workspaces/savedSearches/*"},
       {},
       {}},
      {"43d0d8ad-25c7-4714-9337-8ba259a9fe05", "Monitoring Reader", {"*/read"}, {}, {}},
      {"92aaf0da-9dab-42b6-94a3-d43ce8d16293",
       "Log Analytics Contributor",
       {"*/read", "Microsoft.OperationalInsights/*"},
       {},
       {}},
      {"73c42c96-874c-492b-b04d-ab87d138a893", "Log Analytics Reader", {"*/read"}, {}, {}},
      {"3913510d-42f4-4e42-8a64-420c390055eb",
       "Monitoring Metrics Publisher",
       {},
       {},
       {"Microsoft.Insights/Metrics/Write", "Microsoft.Insights/Telemetry/Write"}},
  };
  return all;
}

// '*' stands for any text, slashes included.
bool matches(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return same_id(pattern, text);
  const auto head = pattern.substr(0, star);
  if (!same_id(head, text.substr(0, star))) return false;
  const auto rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= text.size(); ++at) {
    if (matches(rest, text.substr(at))) return true;
  }
  return false;
}

bool any_matches(const std::vector<std::string_view>& patterns, std::string_view action) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](std::string_view pattern) { return matches(pattern, action); });
}

// "/subscriptions/x" covers "/subscriptions/x/resourceGroups/y", not "/subscriptions/xy".
bool covers(std::string_view scope, std::string_view below) {
  if (!same_id(scope, below.substr(0, scope.size()))) return false;
  return below.size() == scope.size() || scope == "/" || below[scope.size()] == '/';
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool same_id(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

std::span<const RoleDefinition> role_definitions() {
  return definitions();
}

const RoleDefinition* find_role(std::string_view id_or_name) {
  for (const auto& role : definitions()) {
    if (same_id(role.id, id_or_name) || same_id(role.name, id_or_name)) return &role;
  }
  return nullptr;
}

bool Roles::add(RoleAssignment assignment) {
  const std::lock_guard lock(mutex_);
  const bool known =
      std::any_of(assignments_.begin(), assignments_.end(), [&](const RoleAssignment& one) {
        return same_id(one.scope, assignment.scope) && one.role == assignment.role &&
               same_id(one.principal, assignment.principal);
      });
  if (!known) assignments_.push_back(std::move(assignment));
  return !known;
}

std::optional<RoleAssignment> Roles::find(std::string_view scope, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  for (const auto& one : assignments_) {
    if (same_id(one.scope, scope) && same_id(one.name, name)) return one;
  }
  return std::nullopt;
}

std::optional<RoleAssignment> Roles::remove(std::string_view scope, std::string_view name) {
  auto found = find(scope, name);
  const std::lock_guard lock(mutex_);
  std::erase_if(assignments_, [&](const RoleAssignment& one) {
    return same_id(one.scope, scope) && same_id(one.name, name);
  });
  return found;
}

std::size_t Roles::revoke(std::string_view principal, std::string_view role) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(assignments_, [&](const RoleAssignment& one) {
    return same_id(one.principal, principal) && (role.empty() || one.role == role);
  });
}

std::vector<RoleAssignment> Roles::all() const {
  const std::lock_guard lock(mutex_);
  return assignments_;
}

template <class Grants>
bool Roles::any(const AccessQuestion& question, Grants grants) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(assignments_.begin(), assignments_.end(), [&](const RoleAssignment& one) {
    const auto* role = find_role(one.role);
    return role && same_id(one.principal, question.principal) &&
           covers(one.scope, question.scope) &&
           one.created_ms + question.delay_ms <= question.now_ms && grants(*role);
  });
}

bool Roles::allows_action(const AccessQuestion& question) const {
  return any(question, [&](const RoleDefinition& role) {
    return any_matches(role.actions, question.action) &&
           !any_matches(role.not_actions, question.action);
  });
}

bool Roles::allows_data_action(const AccessQuestion& question) const {
  return any(question, [&](const RoleDefinition& role) {
    return any_matches(role.data_actions, question.action);
  });
}

}  // namespace itsmc::sim::azure
