#pragma once

#include <chrono>
#include <mutex>
#include <stop_token>
#include <vector>

#include "itsmc/core/time.hpp"

namespace itsmc::test {

/// A clock that the test sets. Waiting moves it forward at once and is recorded. Safe from several
/// threads.
class FakeClock : public Clock {
 public:
  /// Begins at 2026-01-02T03:04:05Z, or where the test says.
  explicit FakeClock(Timestamp now = Timestamp(std::chrono::seconds(1'767'323'045))) : now_(now) {}

  [[nodiscard]] Timestamp now() const override {
    const std::scoped_lock hold(mutex_);
    return now_;
  }
  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
    const std::scoped_lock hold(mutex_);
    return steady_;
  }
  /// False, and no time passes, when `stop` was requested.
  bool wait_for(std::chrono::milliseconds wait, std::stop_token stop) override {
    const std::scoped_lock hold(mutex_);
    if (stop.stop_requested()) return false;
    waits_.push_back(wait);
    now_ += wait;
    steady_ += wait;
    return true;
  }

  /// Only the wall clock jumps.
  void set(Timestamp now) {
    const std::scoped_lock hold(mutex_);
    now_ = now;
  }
  void advance(std::chrono::milliseconds by) {
    const std::scoped_lock hold(mutex_);
    now_ += by;
    steady_ += by;
  }
  [[nodiscard]] std::vector<std::chrono::milliseconds> waits() const {
    const std::scoped_lock hold(mutex_);
    return waits_;
  }

 private:
  mutable std::mutex mutex_;
  Timestamp now_;
  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1)};
  std::vector<std::chrono::milliseconds> waits_;
};

}  // namespace itsmc::test
