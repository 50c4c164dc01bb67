// Azure Resource Manager: what `setup` asks of it (azure reference 3).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "azure/arm_path.hpp"
#include "azure/site.hpp"

namespace itsmc::sim::azure {

// The Arm IS the management endpoint. Thread-safe; the site must outlive it.
class Arm {
 public:
  explicit Arm(Site& site) : site_(site) {}
  // Whether a request's path is ARM's.
  static bool owns(std::string_view path);
  Reply answer(const Request& request, const Firing& firing);

  // One request, signed in and read.
  struct Ask {
    const Request& request;
    const Firing& firing;
    ArmPath path;
    std::string caller;         // object id
    std::string caller_client;  // client id or user name, as errors name it
    nlohmann::json body;
  };
  // Creates without asking for a sign-in: what control puts up.
  Reply put_table(const Ask& ask);
  Reply put_rule(const Ask& ask);

 private:
  struct Route {
    std::string_view kind;
    std::string_view method;
    bool collection;
    std::string_view action;
    Reply (Arm::*go)(const Ask&);
  };
  static std::span<const Route> routes();

  Reply judged(const Request& request, const Firing& firing);
  // The bearer's claims, or ARM's 401.
  std::optional<Reply> signed_in(Ask& ask) const;
  std::optional<Reply> scope_missing(const ArmPath& path) const;
  std::optional<Reply> forbidden(const Ask& ask, std::string_view action) const;

  Reply get_subscription(const Ask& ask);
  Reply get_group(const Ask& ask);
  Reply list_workspaces(const Ask& ask);
  Reply get_workspace(const Ask& ask);
  Reply list_tables(const Ask& ask);
  Reply get_table(const Ask& ask);
  Reply patch_table(const Ask& ask);
  Reply delete_table(const Ask& ask);
  Reply migrate_table(const Ask& ask);
  Reply save_table(const Ask& ask, Table table, bool is_new);
  Reply get_operation(const Ask& ask);
  Reply list_rules(const Ask& ask);
  Reply get_rule(const Ask& ask);
  Reply patch_rule(const Ask& ask);
  Reply delete_rule(const Ask& ask);
  Reply list_endpoints(const Ask& ask);
  Reply get_endpoint(const Ask& ask);
  Reply put_endpoint(const Ask& ask);
  Reply delete_endpoint(const Ask& ask);
  Reply list_assignments(const Ask& ask);
  Reply get_assignment(const Ask& ask);
  Reply put_assignment(const Ask& ask);
  Reply delete_assignment(const Ask& ask);
  Reply list_definitions(const Ask& ask);
  Reply get_definition(const Ask& ask);
  Reply list_searches(const Ask& ask);
  Reply get_search(const Ask& ask);
  Reply put_search(const Ask& ask);
  Reply delete_search(const Ask& ask);

  Reply list_alerts(const Ask& ask);
  Reply get_alert(const Ask& ask);
  Reply get_alert_history(const Ask& ask);
  Reply change_alert_state(const Ask& ask);
  Reply summarize_alerts(const Ask& ask);

  Site& site_;
};

// Errors of ARM; `target` and `details` are absent when empty.
struct ArmDetail {
  std::string code, message, target{};
};
Reply arm_error(int status, const ArmDetail& error, const std::vector<ArmDetail>& details = {});
Reply arm_ok(int status, const nlohmann::json& body);
// 404 ResourceNotFound, naming the resource as ARM does.
Reply not_found(const ArmPath& path);
// {"value":[...]}
Reply arm_list(nlohmann::json values);
// createdBy and the like, by that caller now.
nlohmann::json system_record(const std::string& caller, std::int64_t now_ms);
std::string new_etag();

}  // namespace itsmc::sim::azure
