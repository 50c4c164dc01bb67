#include <array>

#include "servicenow/instance.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

struct ChoicePlan {
  std::string_view table, element, value, label;
};

// servicenow reference 4. The incident states come with the data: a log has older ones.
constexpr auto k_choices = std::to_array<ChoicePlan>({
    {"task", "state", "-5", "Pending"},
    {"task", "state", "1", "Open"},
    {"task", "state", "2", "Work in Progress"},
    {"task", "state", "3", "Closed Complete"},
    {"task", "state", "4", "Closed Incomplete"},
    {"task", "state", "7", "Closed Skipped"},
    {"task", "impact", "1", "1 - High"},
    {"task", "impact", "2", "2 - Medium"},
    {"task", "impact", "3", "3 - Low"},
    {"task", "urgency", "1", "1 - High"},
    {"task", "urgency", "2", "2 - Medium"},
    {"task", "urgency", "3", "3 - Low"},
    {"task", "priority", "1", "1 - Critical"},
    {"task", "priority", "2", "2 - High"},
    {"task", "priority", "3", "3 - Moderate"},
    {"task", "priority", "4", "4 - Low"},
    {"task", "priority", "5", "5 - Planning"},
    {"task", "escalation", "0", "Normal"},
    {"task", "escalation", "1", "Moderate"},
    {"task", "escalation", "2", "High"},
    {"task", "escalation", "3", "Overdue"},
    {"task", "contact_type", "phone", "Phone"},
    {"task", "contact_type", "email", "Email"},
    {"task", "contact_type", "self-service", "Self-service"},
    {"task", "contact_type", "walk-in", "Walk-in"},
    {"task", "approval", "not requested", "Not Yet Requested"},
    {"task", "approval", "requested", "Requested"},
    {"task", "approval", "approved", "Approved"},
    {"task", "approval", "rejected", "Rejected"},
    {"task", "upon_approval", "proceed", "Proceed to Next Task"},
    {"task", "upon_reject", "cancel", "Cancel all future Tasks"},
    {"incident", "severity", "1", "1 - High"},
    {"incident", "severity", "2", "2 - Medium"},
    {"incident", "severity", "3", "3 - Low"},
    {"incident", "hold_reason", "1", "Awaiting Caller"},
    {"incident", "hold_reason", "3", "Awaiting Problem"},
    {"incident", "hold_reason", "4", "Awaiting Vendor"},
    {"incident", "hold_reason", "5", "Awaiting Change"},
    {"incident", "notify", "1", "Do Not Notify"},
    {"incident", "notify", "2", "Send Email"},
    {"incident", "category", "inquiry", "Inquiry / Help"},
    {"incident", "category", "software", "Software"},
    {"incident", "category", "hardware", "Hardware"},
    {"incident", "category", "network", "Network"},
    {"incident", "category", "database", "Database"},
    {"incident", "subcategory", "vpn", "VPN"},
    {"incident", "subcategory", "email", "Email"},
    {"incident", "subcategory", "os", "Operating System"},
    {"incident", "subcategory", "disk", "Disk"},
    {"incident", "subcategory", "dns", "DNS"},
    {"incident", "close_code", "Solved (Permanently)", "Solved (Permanently)"},
    {"incident", "close_code", "Solved (Work Around)", "Solved (Work Around)"},
    {"incident", "close_code", "Solution provided", "Solution provided"},
    {"incident", "close_code", "Closed/Resolved by Caller", "Closed/Resolved by Caller"},
    {"change_request", "state", "-5", "New"},
    {"change_request", "state", "-4", "Assess"},
    {"change_request", "state", "-3", "Authorize"},
    {"change_request", "state", "-2", "Scheduled"},
    {"change_request", "state", "-1", "Implement"},
    {"change_request", "state", "0", "Review"},
    {"change_request", "state", "3", "Closed"},
    {"change_request", "state", "4", "Canceled"},
    {"change_request", "type", "normal", "Normal"},
    {"change_request", "type", "standard", "Standard"},
    {"change_request", "type", "emergency", "Emergency"},
    {"change_request", "risk", "1", "Very High"},
    {"change_request", "risk", "2", "High"},
    {"change_request", "risk", "3", "Moderate"},
    {"change_request", "risk", "4", "Low"},
    {"change_request", "scope", "3", "Medium"},
    {"change_request", "phase", "requested", "Requested"},
    {"change_request", "phase_state", "open", "Open"},
    {"change_request", "category", "Other", "Other"},
    {"change_request", "category", "Software", "Software"},
    {"change_request", "category", "Network", "Network"},
    {"change_request", "conflict_status", "Not Run", "Not Run"},
    {"change_request", "conflict_status", "No Conflict", "No Conflict"},
    {"change_request", "conflict_status", "Conflict", "Conflict"},
    {"change_request", "close_code", "successful", "Successful"},
    {"change_request", "close_code", "unsuccessful", "Unsuccessful"},
    {"cmdb_ci", "install_status", "1", "Installed"},
    {"cmdb_ci", "install_status", "7", "Retired"},
    {"cmdb_ci", "discovery_source", "ServiceNow", "ServiceNow"},
    {"cmdb_ci", "discovery_source", "Manual Entry", "Manual Entry"},
    {"cmdb_ci", "discovery_source", "Other Automated", "Other Automated"},
    {"cmdb_ci", "operational_status", "1", "Operational"},
    {"cmdb_ci", "operational_status", "2", "Non-Operational"},
});

struct TrapPlan {
  std::string_view table, element, value, label, language, inactive;
};

// Rows that a reader of sys_choice must not take: retired ones and other languages.
constexpr auto k_traps = std::to_array<TrapPlan>({
    {"incident", "state", "2", "Work in Progress (old)", "en", "true"},
    {"incident", "state", "2", "Aktiv (de)", "de", "false"},
    {"incident", "state", "7", "Geschlossen", "de", "false"},
    {"incident", "priority", "3", "3 - Mittel", "de", "false"},
    {"change_request", "state", "0", "Überprüfung", "de", "false"},
    {"change_request", "state", "-2", "Planned (old)", "en", "true"},
    {"problem", "state", "2", "Known Error", "en", "false"},
});

constexpr std::array k_roles{"itil",
                             "personalize_choices",
                             "import_transformer",
                             "import_set_loader",
                             "x_mioms_microsoft.user",
                             "template_editor",
                             "view_changer",
                             "evt_mgmt_integration",
                             "evt_mgmt_operator",
                             "snc_internal"};

void add_choices(Instance& instance, std::int64_t now) {
  auto& table = *instance.table("sys_choice");
  const auto add = [&](const TrapPlan& plan) {
    const std::string seed = std::string(plan.table) + "." + std::string(plan.element) + "." +
                             std::string(plan.value) + "." + std::string(plan.language) +
                             std::string(plan.inactive);
    RowMaker maker(table.schema(), key_for("sys_choice", seed), now);
    maker.set("name", plan.table).set("element", plan.element).set("value", plan.value);
    maker.set("label", plan.label).set("language", plan.language).set("inactive", plan.inactive);
    table.insert(std::move(maker.row));
  };
  for (const auto& trap : k_traps) add(trap);
  for (const auto& choice : k_choices) {
    instance.add_choice(choice.table, choice.element, choice.value, choice.label);
    add({choice.table, choice.element, choice.value, choice.label, "en", "false"});
  }
}

void add_properties(Instance& instance, std::int64_t now) {
  auto& table = *instance.table("sys_properties");
  constexpr std::string_view k_tag = "glide-xanadu-07-02-2024__patch4-hotfix1-12-11-2024";
  const auto add = [&](std::string_view name, std::string_view value) {
    RowMaker maker(table.schema(), key_for("sys_properties", name), now);
    maker.set("name", name).set("value", value).set("type", "string");
    table.insert(std::move(maker.row));
  };
  add("glide.buildtag", k_tag);
  add("glide.buildtag.last", k_tag);
  add("glide.buildname", "Xanadu");
  add("glide.war", "glide-xanadu-07-02-2024__patch4-hotfix1-12-11-2024_12-20-2024_1243.zip");
  add("glide.servlet.uri", "https://dev00000.service-now.com/");
}

void add_user(Instance& instance, std::string_view user_name, std::string_view name,
              std::int64_t now) {
  auto& table = *instance.table("sys_user");
  RowMaker maker(table.schema(), key_for("sys_user", user_name), now);
  maker.set("user_name", user_name).set("name", name);
  maker.set("email", std::string(user_name) + "@example.com");
  maker.set("time_zone", "America/Los_Angeles").set("date_format", "yyyy-MM-dd");
  table.insert(std::move(maker.row));
}

void add_roles(Instance& instance, const Credentials& credentials, std::int64_t now) {
  auto& roles = *instance.table("sys_user_role");
  auto& held = *instance.table("sys_user_has_role");
  for (const std::string_view role : k_roles) {
    RowMaker maker(roles.schema(), key_for("sys_user_role", role), now);
    maker.set("name", role);
    roles.insert(std::move(maker.row));
    RowMaker grant(held.schema(), key_for("sys_user_has_role", role), now);
    grant.set("user", key_for("sys_user", credentials.user).text());
    grant.set("role", key_for("sys_user_role", role).text());
    held.insert(std::move(grant.row));
  }
}

}  // namespace

void add_base_rows(Instance& instance, const Credentials& credentials, std::int64_t now) {
  const std::int64_t installed = now - 400L * 86400;
  add_choices(instance, installed);
  add_properties(instance, installed);
  add_user(instance, credentials.user, "ITSM Integration", installed);
  add_user(instance, "admin", "System Administrator", installed);
  add_user(instance, "guest", "Guest", installed);
  add_roles(instance, credentials, installed);
  auto& groups = *instance.table("sys_user_group");
  // A shipped row whose sys_id is a word (servicenow reference 3.4, 6).
  RowMaker global(groups.schema(), Key("global"), installed);
  global.set("name", "global");
  groups.insert(std::move(global.row));
  RowMaker operations(groups.schema(), key_for("sys_user_group", "Operations"), installed);
  operations.set("name", "Operations");
  groups.insert(std::move(operations.row));
  // Made by a person in the product, as no call of a client does: something to choose.
  auto& templates = *instance.table("sys_template");
  RowMaker down(templates.schema(), key_for("sys_template", "Server down"), installed);
  down.set("name", "Server down").set("table", "incident");
  down.set("template", "urgency=1^impact=2^EQ");
  templates.insert(std::move(down.row));
  instance.settle();
}

}  // namespace itsmc::sim::servicenow
