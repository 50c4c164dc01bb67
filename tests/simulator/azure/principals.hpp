// Who there is in the simulated tenant: the client's service principal, the user, the managed
// identities.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim::azure {

struct Site;

struct Principal {
  std::string name;  // "client", "user", "system" or "assigned"
  std::string object_id;
  std::string client_id;
  std::string resource_id{};  // of managed identities
};

std::vector<Principal> principals(const Site& site);
// By name, object id, client id or resource id.
std::optional<Principal> find_principal(const Site& site, std::string_view text);

}  // namespace itsmc::sim::azure
