#include "client/run_lock.hpp"

#include <utility>

#include "itsmc/core/error.hpp"

namespace itsmc::client {

FileLock lock_run(const Platform& platform, std::chrono::milliseconds wait, const char* hint) {
  const std::filesystem::path file = platform.data_dir / "sync.lock";
  std::optional<FileLock> lock =
      FileLock::acquire(file, platform.process, wait, platform.clock, platform.stop);
  if (lock) return std::move(*lock);
  const std::string holder = FileLock::holder_of(file);
  throw Error(ErrorKind::locked,
              "another run holds the lock: " + (holder.empty() ? "unknown" : holder), hint);
}

std::optional<FileLock> hold_off_syncs(const Platform& platform, const std::string& doing) {
  std::error_code unknown;
  const auto has = [&](const char* file) {
    return std::filesystem::exists(platform.data_dir / file, unknown);
  };
  if (!has("itsmc.db") && !has("sync.lock")) return std::nullopt;
  try {
    return lock_run(platform, std::chrono::milliseconds(0),
                    "wait until it has ended, then the same command again");
  } catch (Error& error) {
    throw Error(error.while_doing(doing));
  }
}

}  // namespace itsmc::client
