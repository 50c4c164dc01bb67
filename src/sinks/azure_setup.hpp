#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "sinks/azure_arm.hpp"

namespace itsmc::sinks {

// The streams that setup declares; the tables are core/workspace_columns'.
inline constexpr std::string_view k_stream = "Custom-ServiceDesk";
inline constexpr std::string_view k_log_stream = "Custom-ServiceDeskLog";
inline constexpr std::string_view k_latest_function = "ServiceDesk_Latest";

/// What is to be set up, and for whom.
struct SetupTarget {
  std::string resource_id;  // of the workspace
  std::string location;     // of the workspace: the rule must stand in the same region
  std::string rule_name;
  std::string principal;                            // object id of the sending identity
  std::string principal_type = "ServicePrincipal";  // or "User"
  [[nodiscard]] std::string rule_id() const;
};

/// One resource as it should be. All pure; what stands there is compared, never assumed.
struct SetupStep {
  enum class Action : std::uint8_t { none, create, update } action = Action::none;
  ArmPlace place;
  nlohmann::json body;
};

enum class TableKind : std::uint8_t { service_desk, service_desk_log };
/// A table with all our columns; columns of others stay.
[[nodiscard]] SetupStep plan_table(const SetupTarget& target, TableKind kind,
                                   const std::optional<nlohmann::json>& found);
/// A rule of kind Direct with both streams. Throws Error(invalid) when a rule stands there that has
/// no endpoint: that cannot be added later.
[[nodiscard]] SetupStep plan_rule(const SetupTarget& target,
                                  const std::optional<nlohmann::json>& found);
/// Monitoring Metrics Publisher on the rule for the principal, under a name that follows from the
/// three, so that a second run finds it.
[[nodiscard]] SetupStep plan_role(const SetupTarget& target,
                                  const std::optional<nlohmann::json>& found);
/// The saved function ServiceDesk_Latest.
[[nodiscard]] SetupStep plan_function(const SetupTarget& target,
                                      const std::optional<nlohmann::json>& found);

/// The same as a Bicep file, to be deployed to the workspace's resource group.
[[nodiscard]] std::string setup_bicep(const SetupTarget& target);

}  // namespace itsmc::sinks
