#include "dataverse/limits.hpp"

#include "dataverse/answers.hpp"
#include "dataverse/refusal.hpp"

namespace itsmc::sim::dataverse {

Reply too_many_requests() {
  return error_reply({429, k_too_many_requests,
                      "Number of requests exceeded the limit of 6000 over time window of 300 "
                      "seconds."});
}

Reply too_much_time() {
  return error_reply({429, k_too_much_time,
                      "Combined execution time of incoming requests exceeded limit of 1200000 "
                      "milliseconds over time window of 300 seconds. Decrease number of concurrent "
                      "requests or reduce the duration of requests and try again later."});
}

Reply too_many_at_once() {
  return error_reply(
      {429, k_too_many_at_once, "Number of concurrent requests exceeded the limit of 52."});
}

void Limits::set(std::size_t requests, std::int64_t seconds) {
  const std::lock_guard lock(mutex_);
  most_ = requests;
  window_ms_ = seconds * 1000;
  blocked_until_ms_ = 0;
  seen_.clear();
}

void Limits::set_at_once(int most) {
  const std::lock_guard lock(mutex_);
  at_once_ = most;
}

std::optional<Reply> Limits::enter(std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  ++in_flight_;
  if (at_once_ > 0 && in_flight_ > at_once_) {
    Reply reply = too_many_at_once();
    reply.set_header("Retry-After", "2");
    return reply;
  }
  if (most_ == 0) return std::nullopt;
  while (!seen_.empty() && seen_.front() <= now_ms - window_ms_) seen_.pop_front();
  const bool blocked = now_ms < blocked_until_ms_;
  if (!blocked && seen_.size() < most_) {
    seen_.push_back(now_ms);
    return std::nullopt;
  }
  const std::int64_t until = seen_.empty() ? now_ms : seen_.front() + window_ms_;
  blocked_until_ms_ = blocked ? blocked_until_ms_ + 1000 : until;
  Reply reply = too_many_requests();
  reply.set_header("Retry-After", std::to_string((blocked_until_ms_ - now_ms + 999) / 1000));
  return reply;
}

void Limits::leave() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
}

std::size_t Limits::remaining() const {
  const std::lock_guard lock(mutex_);
  if (most_ == 0) return 5999;
  return most_ > seen_.size() ? most_ - seen_.size() : 0;
}

}  // namespace itsmc::sim::dataverse
