#include "client/secret_move.hpp"

#include <utility>

#include <fmt/format.h>

#include "itsmc/core/error.hpp"

namespace itsmc::client {
namespace {

using config::k_secret_kinds;
using config::SecretKind;

/// Only a keyring is ever unavailable.
void warn_of_keyring(const Platform& platform, const std::string& owner, const Error& error) {
  if (error.kind() != ErrorKind::unavailable) throw Error(error);
  platform.log(LogLevel::warning,
               fmt::format("{}: what the keyring has of it stays there: {}", owner, error.text()));
}

}  // namespace

SecretMove::SecretMove(const Platform& platform, std::string owner, StoreChange change)
    : platform_(platform), owner_(std::move(owner)) {
  if (change.from == change.to) return;
  from_ = config::make_secret_place(change.from, platform.state_dir);
  to_ = config::make_secret_place(change.to, platform.state_dir);
  // A store that cannot be asked is refused here, with nothing to move too.
  static_cast<void>(to_->read(owner_, SecretKind::token));
  try {
    copy();
  } catch (...) {
    drop_copies();
    throw;
  }
}

SecretMove::~SecretMove() {
  if (to_ && !finished_) drop_copies();
}

void SecretMove::finish() {
  finished_ = true;
  if (!from_) return;
  try {
    from_->remove_all(owner_);
  } catch (const Error& error) {
    warn_of_keyring(platform_, owner_, error);
  }
}

void SecretMove::copy() {
  for (const SecretKind kind : k_secret_kinds) {
    std::optional<Secret> text;
    try {
      text = from_->read(owner_, kind);
    } catch (const Error& error) {
      warn_of_keyring(platform_, owner_, error);
      return;
    }
    if (text) to_->write(owner_, kind, *text);
  }
}

void SecretMove::drop_copies() noexcept {
  try {
    to_->remove_all(owner_);
  } catch (const Error& error) {
    platform_.log(LogLevel::warning,
                  fmt::format("{}: a copy of its secrets stays: {}", owner_, error.text()));
  }
}

void forget_secrets(const Platform& platform, const std::string& owner, SecretStore store) {
  const auto place = config::make_secret_place(store, platform.state_dir);
  try {
    place->remove_all(owner);
  } catch (const Error& error) {
    warn_of_keyring(platform, owner, error);
  }
}

}  // namespace itsmc::client
