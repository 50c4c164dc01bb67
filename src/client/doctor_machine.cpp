#include <algorithm>
#include <array>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "client/check_list.hpp"
#include "client/doctor_parts.hpp"
#include "client/workspace_access.hpp"
#include "config/secret_places.hpp"
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
constexpr std::string_view k_certificate = "-----BEGIN CERTIFICATE-----";

std::size_t certificates_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(k_certificate); at != std::string_view::npos;
       at = text.find(k_certificate, at + 1)) {
    ++count;
  }
  return count;
}

/// 0: the file is not there, cannot be read, or holds none.
std::size_t certificates_of(const fs::path& file) {
  try {
    return certificates_in(read_file(file).value_or(std::string()));
  } catch (const Error&) {
    return 0;
  }
}

Check check_roots() {
  for (const char* place : k_root_places) {
    const std::size_t count = certificates_of(place);
    if (count > 0) return good("tls-roots", fmt::format("{} certificates in {}", count, place));
  }
  return doubtful("tls-roots", "no file of trusted certificates is where it usually is",
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
    if (!value || value->empty() || without.empty()) continue;
    return doubtful("proxy", fmt::format("{} is set, and is not obeyed", variable),
                    {.cause = "a connection's own proxy counts; none has: " + join(without, ", "),
                     .hint = fmt::format("itsmc connection edit {} --proxy URL, where it needs one",
                                         without.front())});
  }
  const std::size_t with = connections.size() - without.size();
  return good("proxy", with == 0 ? std::string("none") : fmt::format("of {} connections", with));
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_bindings(std::vector<Check>& checks, const Platform& platform,
                    const std::vector<Connection>& connections) {
  const std::vector<std::string> workspaces = workspace_names(platform);
  for (const Connection& connection : connections) {
    if (connection.workspace.empty() || contains(workspaces, connection.workspace)) continue;
    checks.push_back(
        bad("connection " + connection.name,
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
          bad("action " + name,
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
  for (const std::string_view ending : {".token.json", ".client-secret"}) {
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
      checks.push_back(doubtful(
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
    checks.push_back(doubtful(
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
    checks.push_back(doubtful(
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
    checks.push_back(doubtful(
        "rows of " + name,
        fmt::format("{} rows in the store are of no connection", with_separators(rows)),
        {.cause = fmt::format(
             "connection \"{}\" is no longer there, or variables that are not set here define it: "
             "no sync keeps them up to date",
             name),
         .hint = fmt::format("itsmc connection remove {} --purge", name)}));
  }
}

std::string day(Timestamp time) {
  return format_rfc3339(time).substr(0, 10);
}

std::string or_nowhere(const std::string& place) {
  return place.empty() ? std::string("none") : place;
}

/// Nobody is signed in, or the sign-in has run out.
Check without_sign_in(const Connection& connection, const SignInState& state,
                      const std::string& because) {
  const std::string by = signs_in_by(connection, state);
  if (!by.empty()) return good("sign-in", fmt::format("{}; signs in by {}", because, by));
  return bad("sign-in", because,
             {.cause = "no secret is kept that could sign in anew",
              .hint = "itsmc connection login " + connection.name,
              .kind = ErrorKind::auth});
}

Check judge_sign_in(const Connection& connection, const SignInState& state, Timestamp now) {
  if (state.token_place.empty()) return without_sign_in(connection, state, "not signed in");
  const std::optional<Timestamp> end =
      state.refresh_expires ? state.refresh_expires : state.access_expires;
  if (end && *end <= now) {
    return without_sign_in(connection, state, "the sign-in ran out on " + day(*end));
  }
  std::string message = "signed in";
  if (state.signed_in_at) message += " on " + day(*state.signed_in_at);
  if (end) message += ", holds until " + format_rfc3339(*end);
  const bool soon = state.refresh_expires && *state.refresh_expires - now < std::chrono::days(7);
  if (!soon || !signs_in_by(connection, state).empty()) return good("sign-in", message);
  return doubtful("sign-in", message,
                  {.cause = "it ends in less than 7 days, and no secret can sign in anew",
                   .hint = "itsmc connection login " + connection.name,
                   .kind = ErrorKind::auth});
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
  if (checks.empty()) checks.push_back(good("orphans", "nothing names what is not there"));
  return checks;
}

std::vector<Check> check_sign_in(const Platform& platform, const Connection& connection) {
  std::vector<Check> checks;
  if (!connection.ca_file.empty()) {
    const std::size_t count = certificates_of(connection.ca_file);
    checks.push_back(count > 0 ? good("ca-file", fmt::format("{} certificates", count))
                               : bad("ca-file",
                                     connection.ca_file + " holds no certificate that can be read",
                                     {.cause = "https cannot trust the instance",
                                      .hint = fmt::format("itsmc connection edit {} --ca-file FILE",
                                                          connection.name)}));
  }
  try {
    const SignInState state = sign_in_state(platform, connection);
    checks.push_back(good("secrets", fmt::format("client secret: {}; password: {}; kept in: {}",
                                                 or_nowhere(state.client_secret_place),
                                                 or_nowhere(state.password_place),
                                                 to_string(connection.secret_store))));
    checks.push_back(judge_sign_in(connection, state, platform.clock.now()));
  } catch (const Error& error) {
    checks.push_back(bad("secrets", "cannot be read",
                         {.cause = error.text(), .hint = error.hint(), .kind = error.kind()}));
  }
  return checks;
}

}  // namespace itsmc::client
