#pragma once

namespace itsmc::test {

/// While it lives, SQLite files are opened on a disk that has room for so many more writes and then
/// stays full: a write fails with SQLITE_FULL, a growing lock file with SQLITE_IOERR_SHMSIZE, as
/// SQLite 3.40's unix files fail. One at a time; what is opened meanwhile is closed before it ends.
class FullDisk {
 public:
  explicit FullDisk(int writes_left);
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  /// Whether a write was refused.
  [[nodiscard]] bool was_met() const noexcept;
};

}  // namespace itsmc::test
