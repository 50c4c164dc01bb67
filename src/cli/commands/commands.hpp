#pragma once

#include "cli/command.hpp"

namespace itsmc::cli {

// One builder a command: declares its options, returns its action.
[[nodiscard]] Action build_connection_add(OptionSet& options);
[[nodiscard]] Action build_connection_list(OptionSet& options);
[[nodiscard]] Action build_connection_show(OptionSet& options);
[[nodiscard]] Action build_connection_edit(OptionSet& options);
[[nodiscard]] Action build_connection_remove(OptionSet& options);
[[nodiscard]] Action build_connection_test(OptionSet& options);
[[nodiscard]] Action build_connection_profile(OptionSet& options);
[[nodiscard]] Action build_connection_login(OptionSet& options);
[[nodiscard]] Action build_connection_logout(OptionSet& options);
[[nodiscard]] Action build_sync_run(OptionSet& options);
[[nodiscard]] Action build_sync_status(OptionSet& options);
[[nodiscard]] Action build_sync_history(OptionSet& options);
[[nodiscard]] Action build_workitem_list(OptionSet& options);
[[nodiscard]] Action build_workitem_show(OptionSet& options);
[[nodiscard]] Action build_workitem_summary(OptionSet& options);
[[nodiscard]] Action build_workitem_create(OptionSet& options);
[[nodiscard]] Action build_action_add(OptionSet& options);
[[nodiscard]] Action build_action_edit(OptionSet& options);
[[nodiscard]] Action build_action_list(OptionSet& options);
[[nodiscard]] Action build_action_show(OptionSet& options);
[[nodiscard]] Action build_action_remove(OptionSet& options);
[[nodiscard]] Action build_alert_forward(OptionSet& options);
[[nodiscard]] Action build_ci_find(OptionSet& options);
[[nodiscard]] Action build_ci_create(OptionSet& options);
[[nodiscard]] Action build_ci_list(OptionSet& options);
[[nodiscard]] Action build_template_list(OptionSet& options);
[[nodiscard]] Action build_template_show(OptionSet& options);
[[nodiscard]] Action build_workspace_add(OptionSet& options);
[[nodiscard]] Action build_workspace_edit(OptionSet& options);
[[nodiscard]] Action build_workspace_list(OptionSet& options);
[[nodiscard]] Action build_workspace_show(OptionSet& options);
[[nodiscard]] Action build_workspace_remove(OptionSet& options);
[[nodiscard]] Action build_workspace_setup(OptionSet& options);
[[nodiscard]] Action build_workspace_test(OptionSet& options);
[[nodiscard]] Action build_workspace_push(OptionSet& options);
[[nodiscard]] Action build_workspace_query(OptionSet& options);
[[nodiscard]] Action build_dashboard(OptionSet& options);
[[nodiscard]] Action build_support_bundle(OptionSet& options);
[[nodiscard]] Action build_query(OptionSet& options);
[[nodiscard]] Action build_completion(OptionSet& options);
[[nodiscard]] Action build_doctor(OptionSet& options);
[[nodiscard]] Action build_config_explain(OptionSet& options);
[[nodiscard]] Action build_config_validate(OptionSet& options);
[[nodiscard]] Action build_schedule_print(OptionSet& options);

}  // namespace itsmc::cli
