#include <algorithm>

#include <fmt/format.h>

#include "client/connection_parts.hpp"
#include "client/environment_connections.hpp"
#include "client/run_lock.hpp"
#include "client/secret_move.hpp"
#include "client/store_check.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {
namespace {

bool has_file(const Platform& platform, const std::string& name) {
  const std::vector<std::string> names = files_of(platform).names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A store that cannot be read keeps no connection from being removed.
store::Purged stored_of(const Platform& platform, const std::string& name, bool has_file) try {
  return purgeable(platform, name);
} catch (const Error&) {
  if (has_file) return {};
  throw;
}

// Before the secrets go: a file that stays would name a connection without its password.
void refuse_unwritable_files(const Platform& platform, const std::string& name) {
  const std::filesystem::path place = platform.config_dir / "connections";
  const std::string cause = refusal_to_write(place);
  if (cause.empty()) return;
  throw Error(ErrorKind::storage,
              fmt::format("{}: not removed: {} cannot be written: {}", name, place.string(), cause),
              "nothing was deleted; make the directory writable, then repeat the command");
}

/// Nobody can sign out where the file does not say of what: a product that counts sign-ins goes on
/// counting this one.
void warn_of_session(const Platform& platform, const std::string& name) {
  const config::KeptSecrets kept(platform.state_dir, platform.clock, SecretStore::file);
  std::error_code unknown;
  const bool signed_in =
      std::filesystem::exists(kept.where(name, config::SecretKind::token), unknown);
  platform.log(
      LogLevel::warning,
      fmt::format("{}: its file cannot be read, so {}; a product that counts licences (Cherwell) "
                  "holds one until it times out",
                  name,
                  signed_in ? "its session could not be ended"
                            : "a session that it may have (with secrets in the keyring) could not "
                              "be ended"));
}

}  // namespace

void refuse_without_file(const Platform& platform, const std::string& name) {
  if (has_file(platform, name)) return;
  throw Error(ErrorKind::usage, name + ": is defined by variables of the environment, in no file",
              fmt::format("change or unset {}", environment_variable(name, "...")));
}

store::Purged purgeable(const Platform& platform, const std::string& name) {
  return store::Store(platform.data_dir / "itsmc.db", store::OpenMode::read_only).purgeable(name);
}

Removable find_removable(const Platform& platform, const std::string& name) {
  Removable found;
  // A file that cannot be read can still be removed; one that is not there cannot.
  found.has_file = has_file(platform, name);
  found.stored = stored_of(platform, name, found.has_file);
  if (found.has_file) return found;
  const std::vector<std::string> known = connection_names(platform);
  const bool of_variables = std::find(known.begin(), known.end(), name) != known.end();
  if (of_variables) refuse_without_file(platform, name);
  if (found.stored.rows == 0)
    static_cast<void>(load_connection(platform, name));  // not found, the nearest
  return found;
}

store::Purged remove_connection(const Platform& platform, const std::string& name, Rows rows) {
  const config::ConnectionFiles files = files_of(platform);
  const Removable found = find_removable(platform, name);
  if (!found.has_file && rows == Rows::keep) {
    throw Error(ErrorKind::not_found,
                fmt::format("no connection is called \"{}\"; {} rows of one that was are in the "
                            "store",
                            name, with_separators(found.stored.rows)),
                fmt::format("itsmc connection remove {} --purge", name));
  }
  if (found.has_file) refuse_unwritable_files(platform, name);
  const std::optional<FileLock> lock = hold_off_syncs(platform, name + ": not removed");
  store::Purged purged;
  if (rows == Rows::purge && !absent_store(platform)) {
    purged = store::Store(platform.data_dir / "itsmc.db", store::OpenMode::read_write).purge(name);
  }
  SecretStore store = SecretStore::file;
  try {
    const Connection connection = load_connection(platform, name);
    store = connection.secret_store;
    end_session(platform, connection);
  } catch (const Error&) {
    // A file that cannot be read names no instance, and no keyring.
    warn_of_session(platform, name);
  }
  forget_secrets(platform, name, store);
  files.remove(name);
  return purged;
}

}  // namespace itsmc::client
