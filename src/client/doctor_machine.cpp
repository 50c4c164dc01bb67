#include <algorithm>
#include <array>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "client/certificate_file.hpp"
#include "client/doctor_parts.hpp"
#include "client/workspace_access.hpp"
#include "config/secret_places.hpp"
#include "core/check_line.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/core/text.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {
namespace {

namespace fs = std::filesystem;

// Where distributions keep what libcurl is built to trust: Debian, Fedora, openSUSE, Alpine.
constexpr std::array k_root_places{
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

Check check_roots() {
  for (const char* place : k_root_places) {
    const std::size_t count = certificates_of(place);
    if (count > 0)
      return good_line("tls-roots", fmt::format("{} certificates in {}", count, place));
  }
  return doubtful_line("tls-roots", "no file of trusted certificates is where it usually is",
                       {.cause = "https works only for a connection that names its --ca-file",
                        .hint = "apt install ca-certificates"});
}

/// libcurl is told each connection's own proxy: what other programs obey does not count here.
Check check_proxy(const Platform& platform, const std::vector<Connection>& connections) {
  std::vector<std::string> without;
  for (const Connection& connection : connections) {
    if (connection.proxy.empty()) without.push_back(connection.name);
  }
  for (const char* variable : {"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}) {
    const std::optional<std::string> value = platform.getenv(variable);
    if (!value || value->empty() || (without.empty() && !connections.empty())) continue;
    const std::string its_own = "a connection's own proxy counts";
    return doubtful_line(
        "proxy", fmt::format("{} is set, and is not obeyed", variable),
        without.empty() ? Trouble{.cause = its_own, .hint = "itsmc connection add NAME --proxy URL"}
                        : Trouble{.cause = its_own + "; none has: " + join(without, ", "),
                                  .hint = fmt::format(
                                      "itsmc connection edit {} --proxy URL, where it needs one",
                                      without.front())});
  }
  const std::size_t with = connections.size() - without.size();
  return good_line("proxy",
                   with == 0 ? std::string("none") : fmt::format("of {} connections", with));
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_bindings(std::vector<Check>& checks, const Platform& platform,
                    const std::vector<Connection>& connections) {
  const std::vector<std::string> workspaces = workspace_names(platform);
  for (const Connection& connection : connections) {
    if (connection.workspace.empty() || contains(workspaces, connection.workspace)) continue;
    checks.push_back(bad_line(
        "connection " + connection.name,
        fmt::format("is bound to workspace \"{}\", which is not there", connection.workspace),
        {.cause = "what it syncs reaches no workspace",
         .hint = fmt::format("itsmc connection edit {} --workspace ''", connection.name)}));
  }
}

void check_actions(std::vector<Check>& checks, const Platform& platform) {
  const std::vector<std::string> connections = connection_names(platform);
  for (const std::string& name : action_names(platform)) {
    try {
      const Action action = load_action(platform, name);
      if (contains(connections, action.connection)) continue;
      checks.push_back(
          bad_line("action " + name,
                   fmt::format("is for connection \"{}\", which is not there", action.connection),
                   {.cause = "its alerts become no work items",
                    .hint = fmt::format("itsmc action remove {}", name)}));
    } catch (const Error&) {
      continue;  // told of under "configuration"
    }
  }
}

/// "prod.token.json", "prod.client-secret", "workspace.law.client-secret": whose it is. Empty for
/// any other file.
std::string owner_of(const std::string& file) {
  for (const std::string_view ending : {".token.json", ".client-secret", ".refusal.json"}) {
    if (file.ends_with(ending)) return file.substr(0, file.size() - ending.size());
  }
  return {};
}

/// Whose secrets are in the keyring, by the names that their files would have.
std::vector<std::string> owners_in_keyring(const Platform& platform) {
  std::vector<std::string> owners;
  for (const Connection& connection : load_every_connection(platform).ready) {
    if (connection.secret_store == SecretStore::keyring) owners.push_back(connection.name);
  }
  for (const std::string& name : workspace_names(platform)) {
    try {
      const Workspace workspace = load_workspace(platform, name);
      if (workspace.secret_store == SecretStore::keyring) owners.push_back(secret_key(name));
    } catch (const Error&) {
      continue;  // told of under "configuration"
    }
  }
  return owners;
}

void check_left_secrets(std::vector<Check>& checks, const Platform& platform) {
  const std::vector<std::string> in_keyring = owners_in_keyring(platform);
  std::vector<std::string> owners = connection_names(platform);
  for (const std::string& name : workspace_names(platform)) owners.push_back(secret_key(name));
  std::error_code error;
  fs::directory_iterator entry(platform.state_dir / "secrets", error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string owner = owner_of(entry->path().filename().string());
    if (contains(in_keyring, owner)) {
      checks.push_back(doubtful_line(
          "secret",
          fmt::format("{} is a file, and its owner's store is the keyring", entry->path().string()),
          {.cause = "the store was changed by hand, or a run was at work meanwhile",
           .hint = fmt::format("rm {}", entry->path().string())}));
      continue;
    }
    if (owner.empty() || contains(owners, owner)) continue;
    // Azure's tokens stand under "workspace.NAME.AUDIENCE".
    const bool of_workspace = std::any_of(owners.begin(), owners.end(), [&](const auto& known) {
      return known.starts_with("workspace.") && owner.starts_with(known + ".");
    });
    if (of_workspace) continue;
    checks.push_back(doubtful_line(
        "secret", fmt::format("{} belongs to no connection or workspace", entry->path().string()),
        {.cause =
             "what it was for is no longer there, or variables that are not set here define it",
         .hint = fmt::format("rm {}", entry->path().string())}));
  }
}

/// A renewal that was at work while the store was changed leaves its token behind.
void check_left_entries(std::vector<Check>& checks, const Platform& platform) {
  // Without a session's bus there is no keyring to ask.
  if (platform.getenv("DBUS_SESSION_BUS_ADDRESS").value_or(std::string()).empty()) return;
  const config::SecretKeyring keyring(platform.state_dir);
  const std::vector<std::string> in_keyring = owners_in_keyring(platform);
  for (const std::string& owner : keyring.owners()) {
    if (contains(in_keyring, owner)) continue;
    checks.push_back(doubtful_line(
        "secret", fmt::format("the keyring holds secrets of \"{}\", which keeps none there", owner),
        {.cause = "the store was changed while a run was at work, or the owner is no longer there",
         .hint = fmt::format("secret-tool clear application itsmc state-directory {} owner {}",
                             keyring.directory(), owner)}));
  }
}

/// What a connection leaves behind when it goes without its rows, or its file was deleted by hand.
void check_left_rows(std::vector<Check>& checks, const Platform& platform) {
  const std::vector<std::string> connections = connection_names(platform);
  std::set<std::string> left;
  const store::Store store(platform.data_dir / "itsmc.db", store::OpenMode::read_only);
  for (const store::StreamStatus& stream : store.status()) {
    if (!contains(connections, stream.stream.connection)) left.insert(stream.stream.connection);
  }
  for (const std::string& name : left) {
    const std::int64_t rows = store.rows_of(name);
    if (rows == 0) continue;
    checks.push_back(doubtful_line(
        "rows of " + name,
        fmt::format("{} rows in the store are of no connection", with_separators(rows)),
        {.cause = fmt::format(
             "connection \"{}\" is no longer there, or variables that are not set here define it: "
             "no sync keeps them up to date",
             name),
         .hint = fmt::format("itsmc connection remove {} --purge", name)}));
  }
}

}  // namespace

std::vector<Check> check_machine(const Platform& platform) {
  return {check_roots(), check_proxy(platform, load_every_connection(platform).ready)};
}

std::vector<Check> check_orphans(const Platform& platform) {
  std::vector<Check> checks;
  check_bindings(checks, platform, load_every_connection(platform).ready);
  check_actions(checks, platform);
  check_left_secrets(checks, platform);
  try {
    check_left_entries(checks, platform);
  } catch (const Error&) {
    // Whoever keeps secrets there is told of it under "secrets".
  }
  try {
    check_left_rows(checks, platform);
  } catch (const Error&) {
    // Told of under "store".
  }
  if (checks.empty()) checks.push_back(good_line("orphans", "nothing names what is not there"));
  return checks;
}

}  // namespace itsmc::client
