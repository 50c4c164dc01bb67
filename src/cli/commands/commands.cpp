#include "cli/commands/commands.hpp"

#include <array>

namespace itsmc::cli {
namespace {

constexpr std::array k_nouns{
    Noun{"connection", "Named links to instances"},
    Noun{"sync", "Bring work items into the local store"},
    Noun{"workitem", "Work items of the local store, and new ones"},
    Noun{"action", "Saved recipes that turn an alert into a work item"},
    Noun{"alert", "Azure's alerts"},
    Noun{"ci", "Configuration items of an instance"},
    Noun{"template", "An instance's templates for work items"},
    Noun{"workspace", "Log Analytics workspaces that receive the work items"},
    Noun{"dashboard", "Work items, impacted computers, connectors and alert rules at a glance"},
    Noun{"query", "Read-only SQL over the local store"},
    Noun{"support", "What to hand on when something is wrong"},
    Noun{"completion", "Words completed in bash, zsh and fish"},
    Noun{"schedule", "Syncs that run by themselves"},
    Noun{"config", "What is configured, and where it stands"},
    Noun{"doctor", "Look for whatever is wrong around a sync"},
};

constexpr std::string_view k_secrets =
    "A secret never is an option's value. On a terminal you are asked for it, unseen; elsewhere\n"
    "give --password-stdin, --password-file FILE, --password-command COMMAND or ITSMC_PASSWORD,\n"
    "and the same for the client secret. With both --password-stdin and --client-secret-stdin\n"
    "the standard input has two lines, the password first.";

constexpr std::string_view k_azure_sign_in =
    "--auth auto takes the first that is there when a command runs: a client secret, a\n"
    "certificate, AZURE_FEDERATED_TOKEN_FILE, the managed identity of the machine or app, az.\n"
    "Where tenant, client id and secret are not given, AZURE_TENANT_ID, AZURE_CLIENT_ID,\n"
    "AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH are read; \"workspace test\" says\n"
    "which it was. With --tenant and --client-id it is that app or nobody: neither machine nor\n"
    "az. A secret never is an option's value; on a terminal it is asked for.";

constexpr std::array k_commands{
    Command{"connection", "add", "Check, try and save a connection", k_secrets,
            "itsmc connection add prod --partner servicenow --url https://acme.service-now.com "
            "--username itsmc --client-id 0a1b2c\n"
            "printf '%s\\n%s\\n' \"$PW\" \"$CS\" | itsmc connection add prod --partner servicenow "
            "--url acme.service-now.com --username itsmc --client-id 0a1b2c --password-stdin "
            "--client-secret-stdin",
            build_connection_add, SettingsUse::applied, Sorting::none, Prints::notes},
    Command{"connection",
            "list",
            "All connections",
            {},
            "itsmc connection list -o json",
            build_connection_list,
            SettingsUse::applied,
            Sorting::offered},
    Command{"connection", "show",
            "One connection, where its secrets are kept and when its sign-in ends",
            "Never shows a secret.", "itsmc connection show prod", build_connection_show},
    Command{"connection", "edit", "Change fields of a connection",
            "Only options of the command line change a field, never variables or config.toml.\n"
            "A flag is switched off by --create-ci=false. Where the url then leads to another\n"
            "instance than the synced rows came from, say what becomes of them: --keep-rows (the\n"
            "same instance under a new url) or --purge.",
            "itsmc connection edit prod --sync-days 60 --work-items incident",
            build_connection_edit, SettingsUse::applied, Sorting::none, Prints::notes},
    Command{
        "connection", "remove", "Forget a connection and its secrets",
        "Its synced rows stay in the store unless --purge. An answer of no leaves all as it was\n"
        "(exit 2).",
        "itsmc connection remove prod --purge --yes", build_connection_remove, SettingsUse::applied,
        Sorting::none, Prints::notes},
    Command{"connection", "test", "Check everything that a sync needs, without writing",
            "Exits 4 when sign-in or permissions fail, 5 for the rest.",
            "itsmc connection test prod -o json", build_connection_test},
    Command{
        "connection", "profile", "Draft a table map from a Provance instance's metadata",
        "Prints a profile (TOML) for you to look over: for each type the table and the columns\n"
        "whose names fit best, with comments on what else fits and what must be decided.",
        "itsmc connection profile prod > my-profile.toml\n"
        "itsmc connection edit prod --profile my-profile.toml",
        build_connection_profile, SettingsUse::applied, Sorting::none, Prints::notes},
    Command{"connection", "login", "Sign in anew", k_secrets,
            "itsmc connection login prod --password-file /run/secrets/prod", build_connection_login,
            SettingsUse::applied, Sorting::none, Prints::notes},
    Command{"connection",
            "logout",
            "Forget the sign-in of a connection",
            {},
            "itsmc connection logout prod",
            build_connection_logout,
            SettingsUse::applied,
            Sorting::none,
            Prints::notes},
    Command{"sync", "run", "Bring over what changed; all connections when none is named",
            "What was finished is safe whenever it is stopped; the next run goes on from there.",
            "itsmc sync run\nitsmc sync run prod --full --max-duration 30m -o json",
            build_sync_run},
    Command{"sync",
            "status",
            "Where each stream stands",
            {},
            "itsmc sync status --max-age 30m",
            build_sync_status,
            SettingsUse::applied,
            Sorting::offered},
    Command{"sync",
            "history",
            "The ledger of runs, newest first",
            {},
            "itsmc sync history --limit 10",
            build_sync_history,
            SettingsUse::applied,
            Sorting::offered},
    Command{"workitem", "list", "Work items, the last changed first",
            "Filters are joined by \"and\"; words of one filter by \"or\".",
            "itsmc workitem list --open --type incident --updated-since 2h\n"
            "itsmc workitem list --limit 0 --fields number,title,state -o csv",
            build_workitem_list},
    Command{"workitem",
            "show",
            "One work item, by id or number",
            {},
            "itsmc workitem show INC0010023",
            build_workitem_show},
    Command{"workitem",
            "summary",
            "How many there are, by connection, type and state",
            {},
            "itsmc workitem summary --updated-since 7d",
            build_workitem_summary,
            SettingsUse::applied,
            Sorting::offered},
    Command{
        "workitem", "create", "Make a work item in the product, once",
        "With --key, and for whatever carries an identity of its own, the same again is the same\n"
        "work item: it is looked up before it is made. Choices are labels or codes; what the\n"
        "product would refuse is told before anything is sent.",
        "itsmc workitem create --connection prod --title 'Disk full on vm01' --urgency High "
        "--ci vm01 --key disk-vm01\n"
        "itsmc workitem create --connection prod --from tickets.ndjson -o ndjson\n"
        "itsmc workitem create --connection prod --from-alert alert.json --dry-run\n"
        "itsmc workitem create --connection prod --from-query 'Heartbeat | where Computer == "
        "\"vm01\"' --workspace law --title 'vm01 is silent'",
        build_workitem_create},
    Command{
        "action", "add", "Save a recipe that turns an alert into a work item",
        "Every action whose --match fits an alert is applied to it. Terms are joined by \"and\";\n"
        "* stands for anything, case does not matter. Without --urgency and --impact the alert's\n"
        "severity decides: Sev0 High/High, Sev1 High/Medium, Sev2 Medium/Medium,\n"
        "Sev3 Medium/Low, Sev4 Low/Low; of events 1, 2, 4, 4, 5. The instance is asked whether it\n"
        "would take the fields; when it cannot be asked, the action is saved and that is said.",
        "itsmc action add cpu --connection prod --match 'rule=CPU*,severity<=2' --per rule "
        "--set assignment_group=Operations",
        build_action_add, SettingsUse::applied, Sorting::none, Prints::notes},
    Command{"action", "edit", "Change fields of an action",
            "A field goes by an empty value; --set and --match replace all that the action had.",
            "itsmc action edit cpu --set assignment_group=Operations\n"
            "itsmc action edit cpu --match ''",
            build_action_edit, SettingsUse::applied, Sorting::none, Prints::notes},
    Command{"action",
            "list",
            "All actions",
            {},
            "itsmc action list -o json",
            build_action_list,
            SettingsUse::applied,
            Sorting::offered},
    Command{"action", "show", "One action", {}, "itsmc action show cpu", build_action_show},
    Command{"action", "remove", "Forget an action", "What it made stays.",
            "itsmc action remove cpu --yes", build_action_remove, SettingsUse::applied,
            Sorting::none, Prints::notes},
    Command{
        "alert", "forward", "Apply the actions to what changed among Azure's alerts",
        "A new alert becomes a work item, a resolved one resolves its own. The next run goes on\n"
        "where this one ended; an alert whose work item could not be made comes again. One that\n"
        "the product refuses is told with alert and action (exit 6), set aside, and tried again:\n"
        "now and then, when its action was changed, and with --since. Azure keeps alerts for 30\n"
        "days.",
        "itsmc alert forward --workspace law --dry-run\n"
        "itsmc alert forward --workspace law --every 60s --acknowledge",
        build_alert_forward},
    Command{"ci", "find", "Look a configuration item up", "Exits 7 when nothing matches.",
            "itsmc ci find --connection prod --name vm01", build_ci_find, SettingsUse::applied,
            Sorting::offered},
    Command{"ci", "create", "Make a configuration item, unless one matches",
            "Never guesses between two matches: then exit 7 with both named.",
            "itsmc ci create --connection prod --name vm01 --fqdn vm01.contoso.example --dry-run",
            build_ci_create},
    Command{"ci", "list", "Configuration items that the store's work items affect",
            "The most affected first. Needs no network.", "itsmc ci list --connection prod",
            build_ci_list, SettingsUse::applied, Sorting::offered},
    Command{"template", "list", "Templates, those that cannot be used with the reason",
            "Kept in the store; --refresh asks the instance again.",
            "itsmc template list --connection prod", build_template_list, SettingsUse::applied,
            Sorting::offered},
    Command{"template",
            "show",
            "What a template sets",
            {},
            "itsmc template show 'Server down' --connection prod",
            build_template_show},
    Command{"workspace", "add", "Try and save a workspace", k_azure_sign_in,
            "itsmc workspace add law --endpoint "
            "https://itsmc-abcd.westeurope-1.ingest.monitor.azure.com --rule-id "
            "dcr-0123456789abcdef0123456789abcdef --stream Custom-ServiceDesk\n"
            "itsmc connection edit prod --workspace law",
            build_workspace_add, SettingsUse::applied, Sorting::none, Prints::notes},
    Command{"workspace", "edit", "Change fields of a workspace, and try it",
            "Only options of the command line change a field. A field goes by an empty value.",
            "itsmc workspace edit law --auth managed-identity --tenant '' --client-id ''\n"
            "itsmc workspace edit law --client-secret-file ./new-secret",
            build_workspace_edit, SettingsUse::applied, Sorting::none, Prints::notes},
    Command{"workspace",
            "list",
            "All workspaces",
            {},
            "itsmc workspace list -o json",
            build_workspace_list,
            SettingsUse::applied,
            Sorting::offered},
    Command{"workspace", "show", "One workspace, where its secret is kept and who is bound to it",
            "Never shows a secret.", "itsmc workspace show law", build_workspace_show},
    Command{"workspace", "remove", "Forget a workspace, its secret and what it has received",
            "Nothing is deleted in Azure. Added again, it is owed every row.",
            "itsmc workspace remove law --yes", build_workspace_remove, SettingsUse::applied,
            Sorting::none, Prints::notes},
    Command{
        "workspace", "setup", "Make what a workspace needs to receive work items",
        "The tables ServiceDesk_CL and ServiceDeskLog_CL, a data collection rule of kind Direct,\n"
        "the role \"Monitoring Metrics Publisher\" on it for the identity that sends, and the\n"
        "saved function ServiceDesk_Latest. What stands there is completed, never taken away.\n"
        "A new role is felt after up to 30 minutes: setup waits for it and can be run again.",
        "itsmc workspace setup law --dry-run\n"
        "itsmc workspace setup law\n"
        "itsmc workspace setup law --bicep itsmc.bicep",
        build_workspace_setup},
    Command{"workspace", "test", "Check everything that sending and asking need, without writing",
            "Exits 4 when sign-in or permissions fail, 5 for the rest.",
            "itsmc workspace test law -o json", build_workspace_test},
    Command{"workspace", "push", "Send what is owed; all workspaces when none is named",
            "A sync run sends by itself. What a workspace refuses for good is set aside with the\n"
            "reason and does not hold the rest.",
            "itsmc workspace push law\nitsmc workspace push law --rejected --resend",
            build_workspace_push},
    Command{
        "workspace", "query", "Ask a workspace in KQL",
        "The table ServiceDesk_CL holds every version of a work item, some of them twice. With\n"
        "--latest the query goes over the last version of each that is not deleted. An answer\n"
        "in part prints the rows that came and exits 6.",
        "itsmc workspace query law 'ServiceDesk_CL | take 10'\n"
        "itsmc workspace query law '| summarize count() by IncidentState_s' --latest -o csv",
        build_workspace_query, SettingsUse::applied, Sorting::none, Prints::answer},
    Command{"dashboard", "",
            "Work items, impacted computers, connectors and alert rules at a glance",
            "On the terminal, or as one HTML file that asks nobody for anything. The file holds\n"
            "number, title, state and configuration item of every work item it counts: share it\n"
            "as you would share them. An earlier page is replaced; --force replaces any file.",
            "itsmc dashboard --days 30\n"
            "itsmc dashboard --part computers --limit 0 -o csv\n"
            "itsmc dashboard --html dashboard.html",
            build_dashboard},
    Command{
        "query", "", "Read-only SQL over the local store",
        "The view work_items has the fields of a work item as \"workitem list\" names them, the\n"
        "view ServiceDesk_CL the column names of Azure's connector, both with times as texts in\n"
        "UTC; the table creation has what was made from here, with the alert rule behind it.\n"
        "These three stay. All other tables are the store's own: they can be read, and may be\n"
        "others in the next version. Names may stand in double quotes, texts in single ones.",
        "itsmc query 'PRAGMA table_info(work_items)' --fields name\n"
        "itsmc query 'select number, title from work_items where open order by created_at'\n"
        "itsmc query \"select IncidentState_s, count(*) from ServiceDesk_CL group by 1\"\n"
        "itsmc query - -o csv < report.sql",
        build_query, SettingsUse::applied, Sorting::none, Prints::answer},
    Command{
        "support", "bundle", "One JSON file that says how things stand, without secrets",
        "Holds versions, the names of the variables that are set, connections and workspaces\n"
        "(each text but for a few is only said to be given), where each stream stands, the\n"
        "last 50 runs with their messages, and what \"doctor --no-network\" finds: of a damaged\n"
        "configuration what is wrong and where, not the file's own words. No secret, no work\n"
        "item. Look it over all the same. An earlier bundle is replaced; --force replaces\n"
        "any file.",
        "itsmc support bundle itsmc-support.json", build_support_bundle, SettingsUse::looked_at,
        Sorting::none, Prints::text},
    Command{"completion", "", "The script that completes itsmc's words in a shell",
            "It completes commands, options, their values, and what this machine knows: names of\n"
            "connections, workspaces and actions, fields, states, templates. It asks no instance.",
            "source <(itsmc completion bash)\n"
            "itsmc completion zsh > ~/.zfunc/_itsmc\n"
            "itsmc completion fish > ~/.config/fish/completions/itsmc.fish",
            build_completion, SettingsUse::applied, Sorting::none, Prints::text},
    Command{
        "schedule", "print", "A systemd service with its timer, or a crontab line",
        "Prints to stdout; nothing is installed. For systemd put each unit into the file that its\n"
        "first line names, then: systemctl --user enable --now NAME.timer, and once\n"
        "loginctl enable-linger, so that it runs while nobody is logged in. A crontab line ends "
        "in\n"
        "its name, itsmc-sync or itsmc-sync-CONNECTION: by that an earlier one is taken out.",
        "itsmc schedule print systemd --connection prod --every 15m\n"
        "itsmc schedule print systemd --unit timer > ~/.config/systemd/user/itsmc-sync.timer\n"
        "(crontab -l | grep -v '# itsmc-sync$'; itsmc schedule print cron) | crontab -",
        build_schedule_print, SettingsUse::applied, Sorting::none, Prints::text},
    Command{
        "config", "explain", "The value of a key and where it comes from",
        "The first that is there counts: the command line, ITSMC_<OPTION>, the connection, its\n"
        "variables ITSMC_CONNECTION_<NAME>_<KEY> before its file, config.toml, the default.",
        "itsmc config explain output\nitsmc config explain sync-days --connection prod",
        build_config_explain, SettingsUse::looked_at},
    Command{"config", "validate", "Check every file of the configuration",
            "Names file, line and column of whatever cannot be used, and the nearest key. Exits 3 "
            "then.",
            "itsmc config validate", build_config_validate, SettingsUse::looked_at},
    Command{"doctor", "", "Look for whatever is wrong around a sync",
            "Files and permissions, configuration, store, certificates, proxy, what names nothing\n"
            "any more, and each connection's sign-in, door and clock. Changes nothing, and works\n"
            "with a broken configuration. Exits 3 when files or store are damaged, else 4 for\n"
            "sign-ins, else 5; 0 with warnings alone.",
            "itsmc doctor --no-network\nitsmc doctor -o json", build_doctor,
            SettingsUse::looked_at},
};

}  // namespace

std::span<const Command> commands() noexcept {
  return k_commands;
}
std::span<const Noun> nouns() noexcept {
  return k_nouns;
}

}  // namespace itsmc::cli
