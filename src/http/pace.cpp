#include "http/pace.hpp"

#include <algorithm>

namespace itsmc::http {

using std::chrono::milliseconds;

void Client::Pace::hold_until(SteadyTime until) {
  const std::scoped_lock hold(mutex_);
  not_before_ = std::max(not_before_, until);
}

milliseconds Client::Pace::left(SteadyTime now) const {
  const std::scoped_lock hold(mutex_);
  if (not_before_ <= now) return milliseconds(0);
  return std::chrono::ceil<milliseconds>(not_before_ - now);
}

void Client::Pace::begin_wait(SteadyTime now) {
  const std::scoped_lock hold(mutex_);
  if (waiting_++ == 0) waiting_since_ = now;
}

milliseconds Client::Pace::end_wait(SteadyTime now) {
  const std::scoped_lock hold(mutex_);
  if (--waiting_ > 0) return milliseconds(0);
  return std::chrono::round<milliseconds>(now - waiting_since_);
}

std::optional<Timestamp> Client::Pace::served_at() const {
  const std::int64_t value = served_at_ms_;
  if (value == k_unknown) return std::nullopt;
  return Timestamp(milliseconds(value));
}

}  // namespace itsmc::http
