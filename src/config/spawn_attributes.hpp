#pragma once

#include <spawn.h>

namespace itsmc::config {

/// How every child is started: our signal mask and ignored signals are not for it.
class SpawnAttributes {
 public:
  /// `flags`: of posix_spawnattr_setflags(3), beside those for the signals.
  explicit SpawnAttributes(int flags);
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes();
  [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace itsmc::config
