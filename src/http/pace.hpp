#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "itsmc/core/time.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::http {

/// What all threads of a connection share about the server's patience: the moment before which
/// nobody asks again, and how long anybody has been waiting for it. Safe from several threads.
struct Client::Pace {
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// Nobody asks before `until`; an earlier moment changes nothing.
  void hold_until(SteadyTime until);
  /// What is left to wait at `now`.
  [[nodiscard]] std::chrono::milliseconds left(SteadyTime now) const;

  /// Between these two a thread waits. Returns the wall time that ended with it: several threads
  /// that wait together count once.
  void begin_wait(SteadyTime now);
  [[nodiscard]] std::chrono::milliseconds end_wait(SteadyTime now);

  void note_served_at(Timestamp time) { served_at_ms_ = time.time_since_epoch().count(); }
  [[nodiscard]] std::optional<Timestamp> served_at() const;

 private:
  static constexpr std::int64_t k_unknown = INT64_MIN;
  mutable std::mutex mutex_;
  SteadyTime not_before_{};
  SteadyTime waiting_since_{};
  int waiting_ = 0;
  std::atomic<std::int64_t> served_at_ms_{k_unknown};
};

}  // namespace itsmc::http
