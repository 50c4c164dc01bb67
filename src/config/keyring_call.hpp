#pragma once

#include <string>

#include "config/keyring_library.hpp"

namespace itsmc::config {

/// One call to the keyring's service: what libsecret does in the background is awaited in a loop of
/// its own, and ended after 3 s. One object, one call, one thread.
class KeyringCall {
 public:
  /// `owner` as in SecretPlace: for the hint.
  KeyringCall(const KeyringLibrary& library, const std::string& owner);
  ~KeyringCall();
  KeyringCall(const KeyringCall&) = delete;
  KeyringCall& operator=(const KeyringCall&) = delete;

  /// What the call is begun with: cancellable, callback and its argument.
  [[nodiscard]] GCancellable* cancellable() const noexcept { return cancellable_; }
  [[nodiscard]] static GAsyncReadyCallback callback() noexcept { return on_ready; }
  [[nodiscard]] gpointer argument() noexcept { return this; }

  /// Waits until the call is answered. Throws Error(unavailable) after 3 s.
  GAsyncResult* await();
  /// Where the finishing function puts its error.
  [[nodiscard]] GError** error() noexcept { return &error_; }
  /// Throws Error(unavailable) with the service's words when there is one.
  void throw_error() const;

 private:
  static void on_ready(GObject* source, GAsyncResult* result, gpointer call);
  static gboolean on_late(gpointer call);
  static gboolean on_lost(gpointer call);
  void drop_result();
  GSource* wake_after(unsigned milliseconds, GSourceFunc wake);

  const KeyringLibrary& library_;
  std::string owner_;
  GMainContext* context_;
  GCancellable* cancellable_;
  GAsyncResult* result_ = nullptr;
  GError* error_ = nullptr;
  bool late_ = false, lost_ = false;
};

/// The commands that help when the keyring does not.
[[nodiscard]] std::string keyring_hint(const std::string& owner);

}  // namespace itsmc::config
