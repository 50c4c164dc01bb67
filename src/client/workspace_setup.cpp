#include <array>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "client/open_workspace.hpp"
#include "client/workspace_access.hpp"
#include "http/token_claims.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/config/workspace_files.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/workspace_columns.hpp"
#include "sinks/azure_arm.hpp"
#include "sinks/azure_setup.hpp"

namespace itsmc::client {
namespace {

using nlohmann::json;
using sinks::ArmPlace;
using sinks::SetupStep;
using sinks::SetupTarget;

// A new role is felt after up to 30 minutes, a new table by a rule after some (azure reference 2.3,
// 3).
constexpr std::chrono::minutes k_longest_role(30);
constexpr std::chrono::minutes k_longest_table(5);
constexpr std::chrono::seconds k_between_tries(5);

/// One thing that setup makes.
struct Part {
  std::string_view step;
  std::string resource;
  std::string_view role;  // who lacks the permission needs this one
  std::function<SetupStep(const std::optional<json>&)> plan;
};

std::vector<Part> parts_of(const SetupTarget& target) {
  using sinks::TableKind;
  constexpr std::string_view k_tables = "Log Analytics Contributor on the workspace";
  const auto table = [&target](TableKind kind) {
    return [&target, kind](const auto& found) { return plan_table(target, kind, found); };
  };
  return {
      {"table", std::string(k_service_desk_table), k_tables, table(TableKind::service_desk)},
      {"log table", std::string(k_service_desk_log_table), k_tables,
       table(TableKind::service_desk_log)},
      {"rule", target.rule_name, "Monitoring Contributor on the resource group",
       [&target](const auto& found) { return plan_rule(target, found); }},
      {"role", "Monitoring Metrics Publisher",
       "Owner or User Access Administrator on the resource group",
       [&target](const auto& found) { return plan_role(target, found); }},
      {"function", std::string(sinks::k_latest_function), k_tables,
       [&target](const auto& found) { return plan_function(target, found); }},
  };
}

/// One setup under way.
class Setup {
 public:
  Setup(const Platform& platform, const Workspace& workspace, const SetupOptions& options)
      : platform_(platform),
        workspace_(workspace),
        options_(options),
        access_(platform, workspace),
        arm_(workspace.name, workspace.arm_endpoint, access_.authorizer(Audience::management),
             access_.wire(Audience::management)) {
    if (workspace.resource_id.empty()) {
      throw Error(ErrorKind::invalid,
                  fmt::format("workspace \"{}\" cannot be set up: its resource id is not known",
                              workspace.name),
                  fmt::format("itsmc workspace edit {} --resource-id ID", workspace.name));
    }
    resource_ = sinks::read_workspace(arm_, workspace.resource_id, platform.stop);
    target_ = {.resource_id = workspace.resource_id,
               .location = resource_.location,
               .rule_name = rule_name()};
    name_principal();
  }

  [[nodiscard]] std::string bicep() const { return sinks::setup_bicep(target_); }

  std::vector<SetupLine> run() {
    std::vector<SetupLine> lines;
    for (const Part& part : parts_of(target_)) {
      try {
        lines.push_back(do_part(part));
      } catch (Error& error) {
        if (error.kind() == ErrorKind::denied) {
          error.with_hint(fmt::format("whoever sets up needs {}", part.role));
        }
        throw Error(error.while_doing(
            fmt::format("{}: setting up {} {}", workspace_.name, part.step, part.resource)));
      }
    }
    if (options_.mode == SetupMode::apply) finish();
    return lines;
  }

 private:
  [[nodiscard]] std::string rule_name() const {
    if (!options_.rule_name.empty()) return options_.rule_name;
    return "itsmc-" + workspace_.resource_id.substr(workspace_.resource_id.rfind('/') + 1);
  }

  /// The sending identity is the one that signs in, unless another is named. Its object id stands
  /// in its token.
  void name_principal() {
    target_.principal = options_.principal;
    if (!target_.principal.empty()) return;
    const auto claims =
        http::claims_of(access_.authorizer(Audience::ingestion)->authorization(platform_.stop));
    if (claims && !claims->object_id.empty()) {
      target_.principal = claims->object_id;
      if (claims->whose == http::TokenClaims::Whose::user) target_.principal_type = "User";
      return;
    }
    throw Error(ErrorKind::invalid, "the token does not name the identity's object id",
                "--principal ID: the object id of the enterprise application");
  }

  SetupLine do_part(const Part& part) {
    const SetupStep before = part.plan(std::nullopt);
    const SetupStep step = part.plan(arm_.find(before.place, platform_.stop));
    SetupLine line{std::string(part.step), part.resource, SetupLine::Status::exists};
    const bool create = step.action == SetupStep::Action::create;
    if (step.action == SetupStep::Action::none) return line;
    if (options_.mode == SetupMode::dry_run) {
      line.status = create ? SetupLine::Status::would_create : SetupLine::Status::would_update;
      return line;
    }
    line.status = create ? SetupLine::Status::created : SetupLine::Status::updated;
    if (!put(step)) line.status = SetupLine::Status::exists;
    return line;
  }

  /// False when it turned out to be there already. A rule is refused until its tables are ready.
  bool put(const SetupStep& step) {
    const Timestamp until = platform_.clock.now() + k_longest_table;
    for (;;) {
      try {
        arm_.put(step.place, step.body, platform_.clock, platform_.stop);
        return true;
      } catch (const Error& error) {
        if (error.text().find("RoleAssignmentExists") != std::string::npos) return false;
        const bool not_ready = error.text().find("InvalidOutputTable") != std::string::npos;
        if (!not_ready || platform_.clock.now() > until) throw;
        wait("waiting for the table to be ready for the rule");
      }
    }
  }

  void wait(const std::string& why) {
    if (options_.on_wait) options_.on_wait(why);
    if (platform_.clock.wait_for(k_between_tries, platform_.stop)) return;
    throw Error(ErrorKind::cancelled, "interrupted", "run it again: it goes on");
  }

  /// Keeps where to send, then waits until an empty write is taken.
  void finish() {
    const auto rule = arm_.find({target_.rule_id(), sinks::k_rule_version}, platform_.stop);
    if (!rule) throw Error(ErrorKind::protocol, "the rule is not there though it was made");
    const sinks::FoundRule found = sinks::read_rule(*rule);
    const std::vector<FieldText> made{{"endpoint", found.endpoint},
                                      {"rule-id", found.immutable_id},
                                      {"stream", std::string(sinks::k_stream)},
                                      {"log-stream", std::string(sinks::k_log_stream)},
                                      {"workspace-guid", resource_.guid}};
    config::WorkspaceFiles(platform_.config_dir).change(workspace_.name, made);
    wait_until_felt();
  }

  void wait_until_felt() {
    const Timestamp begun = platform_.clock.now();
    const std::unique_ptr<sinks::Sink> sink = open_workspace(platform_, workspace_.name);
    for (;;) {
      try {
        if (sink->send(sinks::Table::service_desk, "[]", platform_.stop).kind ==
            sinks::Verdict::Kind::accepted) {
          return;
        }
      } catch (const Error& error) {
        const bool passes =
            error.kind() == ErrorKind::denied || error.kind() == ErrorKind::not_found;
        if (!passes || platform_.clock.now() - begun > k_longest_role) throw;
      }
      const auto waited =
          std::chrono::duration_cast<std::chrono::seconds>(platform_.clock.now() - begun);
      wait(fmt::format("waiting for the role to be felt (up to 30 minutes): {}",
                       format_duration(waited)));
    }
  }

  const Platform& platform_;
  const Workspace& workspace_;
  const SetupOptions& options_;
  WorkspaceAccess access_;
  sinks::AzureArm arm_;
  sinks::WorkspaceResource resource_;
  SetupTarget target_;
};

}  // namespace

std::vector<SetupLine> setup_workspace(const Platform& platform, const std::string& name,
                                       const SetupOptions& options) {
  const Workspace workspace = load_workspace(platform, name);
  return Setup(platform, workspace, options).run();
}

std::string workspace_bicep(const Platform& platform, const std::string& name,
                            const SetupOptions& options) {
  const Workspace workspace = load_workspace(platform, name);
  return Setup(platform, workspace, options).bicep();
}

}  // namespace itsmc::client
