// An Azure Resource Manager id, taken apart.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim::azure {

// "/subscriptions/S/resourceGroups/G/providers/Microsoft.Insights/dataCollectionRules/R":
// kind "microsoft.insights/datacollectionrules", names {"R"}. A collection has one name less than
// its kind has parts.
struct ArmPath {
  std::string id;            // the whole path
  std::string subscription;  // empty: none
  std::string group;         // empty: none
  std::string kind;          // in lower case; "subscriptions" and "resourcegroups" on their own
  std::vector<std::string> names;
  bool collection = false;
  std::string scope;  // the id before the last /providers/, or the group, or the subscription

  [[nodiscard]] const std::string& name() const { return names.back(); }
  // The id without its last type and name (or without the collection's type).
  [[nodiscard]] std::string parent() const;
};

// Nothing when it is no resource id.
std::optional<ArmPath> parse_arm_path(std::string_view path);

}  // namespace itsmc::sim::azure
