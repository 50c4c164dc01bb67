#include "cli/topics.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/globals.hpp"
#include "cli/help.hpp"

namespace itsmc::cli {
namespace {

constexpr std::array k_topics{
    Topic{"exit-codes", "What each exit code means", exit_code_parts},
    Topic{"environment", "The variables that are read", environment_parts},
    Topic{"files", "Where everything is kept", file_parts},
    Topic{"filters", "How work items are chosen", filter_parts},
    Topic{"partners", "The products, and what each needs", partner_parts},
};

std::string spelled(const Option& option) {
  return option.value.empty() ? "--" + option.name
                              : fmt::format("--{} {}", option.name, option.value);
}

/// "ITSMC_LIMIT" and the commands that read it; for every command: none named.
std::vector<TopicRow> option_variables() {
  GlobalOptions unused;
  OptionSet common;
  add_globals(common, unused);
  std::map<std::string, std::string> variables;
  for (const Option& option : common.options()) {
    if (option.sources == Sources::command_line) continue;
    variables.emplace(environment_name(option.name), "every command");
  }
  for (const Command& command : commands()) {
    OptionSet options;
    const Action action = command.build(options);
    if (command.sorting == Sorting::offered) add_sort(options, unused);
    for (const Option& option : options.options()) {
      if (option.sources == Sources::command_line) continue;
      std::string& users = variables[environment_name(option.name)];
      users += (users.empty() ? "" : ", ") + words_of(command);
    }
  }
  std::vector<TopicRow> rows;
  rows.reserve(variables.size());
  for (const auto& [name, users] : variables) rows.push_back({name, users});
  return rows;
}

}  // namespace

std::span<const Topic> topics() noexcept {
  return k_topics;
}

const Topic* find_topic(std::string_view name) noexcept {
  const auto* const found = std::find_if(k_topics.begin(), k_topics.end(),
                                         [name](const Topic& topic) { return topic.name == name; });
  return found == k_topics.end() ? nullptr : found;
}

std::vector<TopicPart> exit_code_parts() {
  return {{{},
           {},
           {{"0", "Done; also: there was nothing to do."},
            {"1", "Unforeseen: a fault of itsmc."},
            {"2", "Wrong usage, invalid values, or the answer to a question was no."},
            {"3", "Configuration or store damaged, or a file or directory that cannot be used."},
            {"4", "Sign-in or permission."},
            {"5",
             "Not reachable, throttled, or an answer that is not the product's: trying later "
             "may help."},
            {"6", "Partly done: some streams, rows or work items failed."},
            {"7", "Not found, or ambiguous."},
            {"8", "Another run holds the lock."},
            {"9", "Stale or soon to expire; only where asked for (--max-age)."},
            {"130, 143", "Interrupted by INT or TERM; what was finished is safe."}}}};
}

std::vector<std::string> own_variables() {
  std::vector<std::string> names;
  for (const TopicRow& row : option_variables()) names.push_back(row.word);
  for (const std::string_view name :
       {"ITSMC_PASSWORD", "ITSMC_CLIENT_SECRET", "ITSMC_PAGER", "ITSMC_ARC_KEYS"}) {
    names.emplace_back(name);
  }
  return names;
}

std::vector<TopicPart> environment_parts() {
  return {
      {"Options",
       "Every long option but --help and --version has a variable; a flag's says true or false, an "
       "empty one counts as unset (an empty value of the command line is refused, but where it "
       "empties a field). An option of the command line wins, then the variable, then the "
       "connection's file, then config.toml. A command reads the variables of its own options and "
       "passes over all others; a name that is nearly one of these is warned of. A value that a "
       "command cannot take is an error that names the variable; a default of config.toml that it "
       "cannot take is passed over where another command can; a bad one ends the commands "
       "that have the option, and \"itsmc config validate\" tells them all.",
       option_variables()},
      {"Connections",
       "Variables define a connection without any file, or win over its file key by key.",
       {{"ITSMC_CONNECTION_<NAME>_<KEY>",
         "A field of the connection: ITSMC_CONNECTION_PROD_CLIENT_ID is the client-id of prod. In "
         "a variable's name - is _; without a file the connection's name is in lower case."},
        {"ITSMC_WORK_ITEMS, ITSMC_SYNC_DAYS, ITSMC_CREATE_CI, ITSMC_IN_FLIGHT, ITSMC_TIMEOUT, "
         "ITSMC_CA_FILE, ITSMC_PROXY",
         "A field of every connection, where its own variable says nothing; it wins over the "
         "file. With other work items or days a sync reads the window again. What says which "
         "instance, or as whom (ITSMC_URL, ITSMC_USERNAME), is read by connection add and edit "
         "alone."},
        {"ITSMC_CONNECTION_<NAME>_PASSWORD, ITSMC_CONNECTION_<NAME>_CLIENT_SECRET",
         "Its secrets; they win over those that are kept."}}},
      {"Secrets",
       {},
       {{"ITSMC_PASSWORD", "The password, where a sign-in needs one and no other way is given."},
        {"ITSMC_CLIENT_SECRET", "The client secret, in the same way."},
        {"CREDENTIALS_DIRECTORY",
         "Set by systemd: its files NAME.password, NAME.client-secret and "
         "workspace.NAME.client-secret win over what is kept."},
        {"AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, "
         "AZURE_CLIENT_CERTIFICATE_PASSWORD, AZURE_FEDERATED_TOKEN_FILE",
         "The sign-in to a workspace with --auth auto."},
        {"IDENTITY_ENDPOINT, IDENTITY_HEADER, IDENTITY_SERVER_THUMBPRINT, IMDS_ENDPOINT, "
         "AZURE_POD_IDENTITY_AUTHORITY_HOST",
         "Where the managed identity of the app or machine is asked; Azure sets them."},
        {"ITSMC_ARC_KEYS",
         "The directory of the keys of a machine under Azure Arc, where it is "
         "another than Azure's own."}}},
      {"The surroundings",
       {},
       {{"XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME",
         "Where the directories are: see the files."},
        {"HOME", "Where the directories are without those; without it, the user's entry counts."},
        {"NO_COLOR", "Anything in it: no colour, unless --color always."},
        {"TERM", "\"dumb\": neither colour nor a pager."},
        {"ITSMC_PAGER, PAGER",
         "What shows long output on a terminal, the first that is set; empty: nothing does. "
         "Without them it is less."},
        {"LC_ALL, LC_CTYPE, LANG", "Whether bars are drawn in UTF-8 or in plain signs."},
        {"LESS, LV", "How the pagers less and lv show it; else FRX and -c."},
        {"HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy, ALL_PROXY, all_proxy, NO_PROXY, "
         "no_proxy",
         "Not obeyed: a connection's or workspace's own proxy counts (--proxy, ITSMC_PROXY)."},
        {"PATH", "Where sh, az and the programs of commands are looked for."},
        {"DBUS_SESSION_BUS_ADDRESS", "Where the keyring is asked."}}}};
}

std::vector<TopicPart> file_parts() {
  return {
      {{},
       "--config-dir, --data-dir and --state-dir put the three directories elsewhere. Files are "
       "replaced in one step: written beside, flushed, renamed.",
       {{"$XDG_CONFIG_HOME/itsmc/config.toml",
         "Defaults for options. The directory is ~/.config/itsmc where the variable is not "
         "set. It holds no secret, is made to be edited, and may be kept in git."},
        {"$XDG_CONFIG_HOME/itsmc/connections/NAME.toml", "A connection."},
        {"$XDG_CONFIG_HOME/itsmc/workspaces/NAME.toml", "A Log Analytics workspace."},
        {"$XDG_CONFIG_HOME/itsmc/actions/NAME.toml", "A recipe for alerts."},
        {"$XDG_DATA_HOME/itsmc/itsmc.db",
         "The store, one SQLite file; ~/.local/share/itsmc where the variable is not set."},
        {"$XDG_STATE_HOME/itsmc",
         "Secrets (each readable by you alone; with --secret-store keyring they are not here) and "
         "locks; ~/.local/state/itsmc where the variable is not set."},
        {"/usr/share/doc/itsmc",
         "Where a package puts docs (guides, the gateway for Service Manager, JSON schemas) and "
         "examples (systemd units); below another prefix: share/doc/itsmc."},
        {"$CREDENTIALS_DIRECTORY/NAME.client-secret, NAME.password",
         "Secrets that systemd hands to a service (LoadCredential=)."}}}};
}

std::vector<TopicPart> filter_parts() {
  TopicPart part{
      {},
      "The filters of \"workitem list\" are joined by \"and\", the words of one filter by "
      "\"or\". Most of them are those of \"workitem summary\" too.",
      {}};
  OptionSet options;
  const Action action = find_command("workitem", "list")->build(options);
  for (const Option& option : options.options()) {
    part.rows.push_back({spelled(option), option.help});
  }
  const TopicPart beyond{
      "Beyond filters",
      "\"itsmc query\" takes one read-only SQL statement over the store: the view work_items has "
      "the fields as columns, the view ServiceDesk_CL the column names of Azure's connector.",
      {}};
  return {part, beyond};
}

}  // namespace itsmc::cli
