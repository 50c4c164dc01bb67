#include "azure/settings.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace itsmc::sim::azure {
namespace {

constexpr auto k_clouds = std::to_array<Cloud>({
    {"public", "https://management.azure.com", "https://monitor.azure.com",
     "https://api.loganalytics.io"},
    {"usgov", "https://management.usgovcloudapi.net", "https://monitor.azure.us",
     "https://api.loganalytics.us"},
    {"china", "https://management.chinacloudapi.cn", "https://monitor.azure.cn",
     "https://api.loganalytics.azure.cn"},
});

}  // namespace

const Cloud& find_cloud(std::string_view name) {
  const auto* found = std::find_if(k_clouds.begin(), k_clouds.end(),
                                   [&](const Cloud& cloud) { return cloud.name == name; });
  if (found == k_clouds.end()) {
    throw std::runtime_error("unknown cloud '" + std::string(name) +
                             "': there are public, usgov and china");
  }
  return *found;
}

std::string workspace_id(const Settings& settings) {
  return "/subscriptions/" + settings.subscription + "/resourceGroups/" + settings.group +
         "/providers/Microsoft.OperationalInsights/workspaces/" + settings.workspace;
}

}  // namespace itsmc::sim::azure
