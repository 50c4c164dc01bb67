#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::sinks {

/// How Azure Resource Manager at `endpoint` is asked. `workspace`: for messages.
[[nodiscard]] http::ClientOptions arm_client_options(const std::string& workspace,
                                                     const std::string& endpoint);

/// A call of Azure Resource Manager: what it is about and in which version of its words.
struct ArmPlace {
  std::string path;  // "/subscriptions/..."
  std::string_view api_version;
};

/// Azure Resource Manager (azure reference 3). Several threads; the wire's references outlive it.
class AzureArm {
 public:
  /// `workspace`: for messages.
  AzureArm(const std::string& workspace, const std::string& endpoint,
           std::unique_ptr<http::Authorizer> authorizer, const http::Wire& wire);

  /// The resource; absent when there is none (404). Throws Error as http::Client.
  [[nodiscard]] std::optional<nlohmann::json> find(const ArmPlace& place,
                                                   const std::stop_token& stop);
  /// Every element of a list, page after page; a next page on another host is not followed. Throws
  /// as `find`, not_found too.
  [[nodiscard]] std::vector<nlohmann::json> list(const ArmPlace& place,
                                                 const std::stop_token& stop);
  /// Makes or replaces a resource and waits until that is done; the operation's url is asked on our
  /// own host only. Safe to repeat. Throws as `find`, Error(protocol) when the operation failed.
  void put(const ArmPlace& place, const nlohmann::json& body, Clock& clock,
           const std::stop_token& stop);

 private:
  void await(std::string_view operation, Clock& clock, const std::stop_token& stop);

  http::Client client_;
  std::string endpoint_;
};

/// What of a workspace's resource others need:
///   {"location":"westeurope","properties":{"customerId":"0b1f..",..}}
struct WorkspaceResource {
  std::string location, guid;
};
/// Throws Error: not_found when there is no such workspace, protocol when its answer lacks one.
[[nodiscard]] WorkspaceResource read_workspace(AzureArm& arm, const std::string& resource_id,
                                               const std::stop_token& stop);

/// A data collection rule as far as sending needs it:
///   {"id":"/subscriptions/..","location":"..","kind":"Direct","properties":{"immutableId":"dcr-..",
///    "endpoints":{"logsIngestion":"https://.."},"streamDeclarations":{"Custom-ServiceDesk":
///    {"columns":[{"name":"Title_s","type":"string"}]}},"dataFlows":[{"streams":[..],
///    "outputStream":"Custom-ServiceDesk_CL"}]}}
struct FoundRule {
  std::string id, immutable_id, endpoint;
  struct Stream {
    std::string name, table;  // "Custom-ServiceDesk", "ServiceDesk_CL"
    std::vector<std::string> columns;
  };
  std::vector<Stream> streams;
  /// Null when the rule has none of that name.
  [[nodiscard]] const Stream* find(std::string_view stream) const noexcept;
};
/// Pure; what is not there is empty.
[[nodiscard]] FoundRule read_rule(const nlohmann::json& rule);
/// The names of a table's columns: {"properties":{"schema":{"columns":[{"name":..}]}}}. Pure.
[[nodiscard]] std::vector<std::string> read_table_columns(const nlohmann::json& table);

// Versions of the words that are spoken here (azure reference 3). `endpoints` of a rule shows only
// from this one on.
inline constexpr std::string_view k_rule_version = "2023-03-11";
inline constexpr std::string_view k_table_version = "2022-10-01";

}  // namespace itsmc::sinks
