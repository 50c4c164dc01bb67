#include "config/keyring_call.hpp"

#include <fmt/format.h>

#include "config/secret_places.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::config {
namespace {

constexpr unsigned k_longest_ms = 3000;
// A call that was cancelled still has to say so; one that does not is left to itself.
constexpr unsigned k_lost_ms = k_longest_ms + 500;

}  // namespace

std::string keyring_hint(const std::string& owner) {
  const bool of_workspace = owner.starts_with(k_of_workspace);
  return fmt::format(
      "unlock it by signing in to the desktop; without one, keep secrets in files: itsmc {} edit "
      "{} --secret-store file --no-verify",
      of_workspace ? "workspace" : "connection",
      of_workspace ? owner.substr(k_of_workspace.size()) : owner);
}

KeyringCall::KeyringCall(const KeyringLibrary& library, const std::string& owner)
    : library_(library),
      owner_(owner),
      context_(library.context_new()),
      cancellable_(library.cancellable_new()) {
  library_.context_push(context_);
}

KeyringCall::~KeyringCall() {
  if (error_ != nullptr) library_.error_free(error_);
  drop_result();
  while (library_.context_iteration(context_, FALSE) != FALSE) {
    // What objects of this loop still have to free; also an answer that came after all.
  }
  drop_result();
  library_.context_pop(context_);
  library_.object_unref(cancellable_);
  library_.context_unref(context_);
}

void KeyringCall::drop_result() {
  if (result_ != nullptr) library_.object_unref(result_);
  result_ = nullptr;
}

GAsyncResult* KeyringCall::await() {
  GSource* const late = wake_after(k_longest_ms, on_late);
  GSource* const lost = wake_after(k_lost_ms, on_lost);
  while (result_ == nullptr && !lost_) library_.context_iteration(context_, TRUE);
  for (GSource* const source : {late, lost}) {
    library_.source_destroy(source);
    library_.source_unref(source);
  }
  if (!late_) return result_;
  throw Error(ErrorKind::unavailable,
              fmt::format("the keyring did not answer within {} s: it may wait to be unlocked",
                          k_longest_ms / 1000),
              keyring_hint(owner_));
}

void KeyringCall::throw_error() const {
  if (error_ == nullptr) return;
  throw Error(ErrorKind::unavailable,
              fmt::format("the keyring cannot be used: {}", error_->message), keyring_hint(owner_));
}

void KeyringCall::on_ready(GObject* /*source*/, GAsyncResult* result, gpointer call) {
  auto* const self = static_cast<KeyringCall*>(call);
  self->result_ = static_cast<GAsyncResult*>(self->library_.object_ref(result));
}

gboolean KeyringCall::on_late(gpointer call) {
  auto* const self = static_cast<KeyringCall*>(call);
  self->late_ = true;
  self->library_.cancel(self->cancellable_);
  return FALSE;
}

gboolean KeyringCall::on_lost(gpointer call) {
  static_cast<KeyringCall*>(call)->lost_ = true;
  return FALSE;
}

GSource* KeyringCall::wake_after(unsigned milliseconds, GSourceFunc wake) {
  GSource* const source = library_.timeout_new(milliseconds);
  library_.source_set_callback(source, wake, this, nullptr);
  library_.source_attach(source, context_);
  return source;
}

}  // namespace itsmc::config
