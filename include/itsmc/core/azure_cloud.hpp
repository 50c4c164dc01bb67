#pragma once

#include <span>
#include <string_view>

namespace itsmc {

/// Where one of Azure's clouds signs in, is managed, takes rows and is asked (azure reference 0).
/// An audience is what a token is for: it stays the same when an endpoint is overridden.
struct AzureCloud {
  std::string_view word;  // "public": the value of --cloud
  std::string_view authority;
  std::string_view arm_endpoint, arm_audience;
  std::string_view ingestion_audience;
  std::string_view query_endpoint, query_audience;
};

[[nodiscard]] std::span<const AzureCloud> azure_clouds() noexcept;
/// Null when there is none.
[[nodiscard]] const AzureCloud* find_azure_cloud(std::string_view word) noexcept;

/// "S" of "/subscriptions/S/resourceGroups/..", as it is spelt there; empty for any other text.
[[nodiscard]] std::string_view subscription_of(std::string_view resource_id) noexcept;

}  // namespace itsmc
