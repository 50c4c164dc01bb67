#include "client/run_lock.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/file_refusal.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

namespace fs = std::filesystem;

/// Whether all that can be seen in it is of itsmc: what others keep there is not ours to open.
bool holds_ours_alone(const fs::path& directory) {
  std::error_code error;
  std::size_t ours = 0;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with("itsmc.db") && !name.ends_with(".lock")) return false;
    ++ours;
  }
  return !error && ours > 0;
}

/// The lock is the first of several files: who is refused it is refused the store next, and opens
/// them by one command.
void hint_at_closed_store(Error& error, const fs::path& data_dir) {
  const std::string refusal = std::generic_category().message(EACCES);
  const bool is_refusal = error.kind() == ErrorKind::storage && error.text().ends_with(refusal);
  if (!is_refusal || !holds_ours_alone(data_dir)) return;
  const std::string mend = hint_of_closed_tree(data_dir);
  if (mend.empty()) return;
  error.with_hint(or_elsewhere(mend, "data-dir"));
}

std::optional<FileLock> acquired(const Platform& platform, const fs::path& file,
                                 std::chrono::milliseconds wait) {
  try {
    return FileLock::acquire(file, platform.process, wait, platform.clock, platform.stop);
  } catch (Error& error) {
    hint_at_closed_store(error, platform.data_dir);
    throw;
  }
}

}  // namespace

FileLock lock_run(const Platform& platform, std::chrono::milliseconds wait, const char* hint) {
  const std::filesystem::path file = platform.data_dir / "sync.lock";
  std::optional<FileLock> lock = acquired(platform, file, wait);
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
