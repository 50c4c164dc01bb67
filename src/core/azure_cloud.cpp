#include "itsmc/core/azure_cloud.hpp"

#include <algorithm>
#include <array>

#include "itsmc/core/text.hpp"

namespace itsmc {
namespace {

// Public's query audience keeps the old name on the new host (azure reference 0).
constexpr std::array k_clouds{
    AzureCloud{.word = "public",
               .authority = "https://login.microsoftonline.com",
               .arm_endpoint = "https://management.azure.com",
               .arm_audience = "https://management.azure.com",
               .ingestion_audience = "https://monitor.azure.com",
               .query_endpoint = "https://api.loganalytics.azure.com",
               .query_audience = "https://api.loganalytics.io"},
    AzureCloud{.word = "usgov",
               .authority = "https://login.microsoftonline.us",
               .arm_endpoint = "https://management.usgovcloudapi.net",
               .arm_audience = "https://management.usgovcloudapi.net",
               .ingestion_audience = "https://monitor.azure.us",
               .query_endpoint = "https://api.loganalytics.us",
               .query_audience = "https://api.loganalytics.us"},
    AzureCloud{.word = "china",
               .authority = "https://login.partner.microsoftonline.cn",
               .arm_endpoint = "https://management.chinacloudapi.cn",
               .arm_audience = "https://management.chinacloudapi.cn",
               .ingestion_audience = "https://monitor.azure.cn",
               .query_endpoint = "https://api.loganalytics.azure.cn",
               .query_audience = "https://api.loganalytics.azure.cn"},
};

}  // namespace

std::span<const AzureCloud> azure_clouds() noexcept {
  return k_clouds;
}

const AzureCloud* find_azure_cloud(std::string_view word) noexcept {
  const auto* const found = std::find_if(k_clouds.begin(), k_clouds.end(),
                                         [word](const AzureCloud& c) { return c.word == word; });
  return found == k_clouds.end() ? nullptr : &*found;
}

std::string_view subscription_of(std::string_view resource_id) noexcept {
  constexpr std::string_view k_before = "/subscriptions/";
  const std::string_view begin = resource_id.substr(0, k_before.size());
  if (!iequals(begin, k_before)) return {};
  resource_id.remove_prefix(k_before.size());
  return resource_id.substr(0, resource_id.find('/'));
}

}  // namespace itsmc
