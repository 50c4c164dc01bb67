#include "itsmc/core/error.hpp"

#include <array>
#include <utility>

namespace itsmc {
namespace {

struct KindRow {
  ErrorKind kind;
  int exit;
  bool retryable;
  std::string_view word;
};

// product.md section 4, in one place.
constexpr std::array k_kinds{
    KindRow{ErrorKind::unforeseen, 1, false, "unforeseen"},
    KindRow{ErrorKind::storage, 3, false, "storage"},
    KindRow{ErrorKind::usage, 2, false, "usage"},
    KindRow{ErrorKind::invalid, 2, false, "invalid"},
    KindRow{ErrorKind::config, 3, false, "config"},
    KindRow{ErrorKind::damaged, 3, false, "damaged"},
    KindRow{ErrorKind::auth, 4, false, "auth"},
    KindRow{ErrorKind::denied, 4, false, "denied"},
    KindRow{ErrorKind::unavailable, 5, true, "unavailable"},
    KindRow{ErrorKind::throttled, 5, true, "throttled"},
    KindRow{ErrorKind::protocol, 5, true, "protocol"},
    KindRow{ErrorKind::partly, 6, true, "partly"},
    KindRow{ErrorKind::not_found, 7, false, "not_found"},
    KindRow{ErrorKind::ambiguous, 7, false, "ambiguous"},
    KindRow{ErrorKind::locked, 8, true, "locked"},
    KindRow{ErrorKind::stale, 9, true, "stale"},
    KindRow{ErrorKind::cancelled, 130, true, "cancelled"},
};

const KindRow& row(ErrorKind kind) noexcept {
  for (const KindRow& candidate : k_kinds) {
    if (candidate.kind == kind) return candidate;
  }
  return k_kinds.front();
}

}  // namespace

int exit_code(ErrorKind kind) noexcept {
  return row(kind).exit;
}
std::string_view to_string(ErrorKind kind) noexcept {
  return row(kind).word;
}
bool is_retryable(ErrorKind kind) noexcept {
  return row(kind).retryable;
}

Error::Error(ErrorKind kind, std::string text, std::string hint)
    : kind_(kind), text_(std::move(text)), hint_(std::move(hint)) {}

Error& Error::with_hint(std::string hint) {
  hint_ = std::move(hint);
  return *this;
}

Error& Error::with_request_id(std::string request_id) {
  request_id_ = std::move(request_id);
  return *this;
}

Error& Error::with_retry_at(std::chrono::sys_seconds at) {
  retry_at_ = at;
  return *this;
}

Error& Error::while_doing(std::string_view doing) {
  text_ = std::string(doing) + ": " + text_;
  return *this;
}

}  // namespace itsmc
