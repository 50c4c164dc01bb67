#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/files.hpp"

namespace itsmc::client {

/// The lock of whatever syncs into the store, held as long as the value lives. Waits for another
/// run at most so long. Throws Error(locked), which names the holder, with `hint`.
[[nodiscard]] FileLock lock_run(const Platform& platform, std::chrono::milliseconds wait,
                                const char* hint);

/// The same lock at once, for what takes rows or secrets away: not from under a sync. Absent where
/// nothing was ever synced. Throws Error(locked) with `doing` before the holder.
[[nodiscard]] std::optional<FileLock> hold_off_syncs(const Platform& platform,
                                                     const std::string& doing);

}  // namespace itsmc::client
