#include "azure/principals.hpp"

#include "azure/site.hpp"

namespace itsmc::sim::azure {

std::vector<Principal> principals(const Site& site) {
  const auto& directory = site.directory.settings();
  const std::string group = "/subscriptions/" + site.settings.subscription + "/resourceGroups/" +
                            site.settings.group + "/providers/";
  std::vector<Principal> out;
  for (const auto& app : directory.apps) {
    if (!app.object_id.empty()) out.push_back({"client", app.object_id, app.client_id});
  }
  for (const auto& user : directory.users) out.push_back({"user", user.object_id, user.name});
  out.push_back({"system", entra::guid_of("system identity"), entra::guid_of("system client"),
                 group + "Microsoft.Compute/virtualMachines/vm-itsm"});
  out.push_back({"assigned", entra::guid_of("assigned identity"), entra::guid_of("assigned client"),
                 group + "Microsoft.ManagedIdentity/userAssignedIdentities/id-itsm"});
  return out;
}

std::optional<Principal> find_principal(const Site& site, std::string_view text) {
  for (auto& one : principals(site)) {
    if (same_id(one.name, text) || same_id(one.object_id, text) || same_id(one.client_id, text) ||
        (!one.resource_id.empty() && same_id(one.resource_id, text))) {
      return one;
    }
  }
  return std::nullopt;
}

}  // namespace itsmc::sim::azure
