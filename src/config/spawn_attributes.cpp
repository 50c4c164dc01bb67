#include "config/spawn_attributes.hpp"

#include <signal.h>

namespace itsmc::config {

SpawnAttributes::SpawnAttributes(int flags) {
  ::posix_spawnattr_init(&attributes_);
  sigset_t none, usual;
  ::sigemptyset(&none);
  ::sigemptyset(&usual);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT, SIGCHLD}) {
    ::sigaddset(&usual, signal);
  }
  ::posix_spawnattr_setsigmask(&attributes_, &none);
  ::posix_spawnattr_setsigdefault(&attributes_, &usual);
  ::posix_spawnattr_setflags(
      &attributes_, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | flags));
}

SpawnAttributes::~SpawnAttributes() {
  ::posix_spawnattr_destroy(&attributes_);
}

}  // namespace itsmc::config
