#pragma once

#include <memory>
#include <string>

#include "itsmc/client/platform.hpp"
#include "itsmc/config/kept_secrets.hpp"

namespace itsmc::client {

struct StoreChange {
  SecretStore from, to;
};

/// Takes what is kept for an owner from one secret store to another. They are copied when it is
/// made, so that the new place can be tried; what was copied goes again unless `finish` is called.
/// A keyring that cannot be asked keeps what it has, with a warning: somebody may be leaving it for
/// that. Does nothing when the store stays. One thread; the platform outlives it.
class SecretMove {
 public:
  /// Throws what SecretPlace throws, but for a keyring that is left.
  SecretMove(const Platform& platform, std::string owner, StoreChange change);
  ~SecretMove();
  SecretMove(const SecretMove&) = delete;
  SecretMove& operator=(const SecretMove&) = delete;

  /// Removes them from the old place.
  void finish();

 private:
  void copy();
  void drop_copies() noexcept;

  const Platform& platform_;
  std::string owner_;
  std::unique_ptr<config::SecretPlace> from_, to_;  // none: nothing moves
  bool finished_ = false;
};

/// Token and client secret of an owner that goes. A keyring that cannot be asked is warned of.
void forget_secrets(const Platform& platform, const std::string& owner, SecretStore store);

}  // namespace itsmc::client
