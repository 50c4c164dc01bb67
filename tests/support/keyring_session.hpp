#pragma once

#include <sys/types.h>

#include "support/temp_dir.hpp"

namespace itsmc::test {

/// A message bus and an unlocked GNOME Keyring of their own, in a directory that goes with them;
/// this process's DBUS_SESSION_BUS_ADDRESS names the bus from then on. One for a process: libsecret
/// stays with the bus that it found first.
class KeyringSession {
 public:
  KeyringSession();
  ~KeyringSession();
  KeyringSession(const KeyringSession&) = delete;
  KeyringSession& operator=(const KeyringSession&) = delete;

 private:
  TempDir home_;
  pid_t bus_ = -1;
};

/// Every test that may ask a keyring calls this first: else it would be its developer's own.
void need_keyring();

}  // namespace itsmc::test
