// Service protection: 6000 requests and 1200 s of work in 300 s, 52 at once (reference 6).
#pragma once
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "shared/message.hpp"

namespace itsmc::sim::dataverse {

// The limits ARE one user's allowance on one web server. Off until a control sets smaller ones, as
// a simulator is asked much more than an organisation. Thread-safe.
class Limits {
 public:
  // At most that many requests in that time; 0 requests: no limit.
  void set(std::size_t requests, std::int64_t seconds);
  // At most that many at once; 0: no limit.
  void set_at_once(int most);
  // Counts a request at that steady moment: an answer of 429, or nothing. Each refusal lengthens
  // the wait, for who goes on sending is not forgiven.
  std::optional<Reply> enter(std::int64_t now_ms);
  void leave();
  // What x-ms-ratelimit-burst-remaining-xrm-requests says.
  [[nodiscard]] std::size_t remaining() const;

 private:
  mutable std::mutex mutex_;
  std::deque<std::int64_t> seen_;
  std::size_t most_ = 0;
  std::int64_t window_ms_ = 300'000;
  std::int64_t blocked_until_ms_ = 0;
  int at_once_ = 0;
  int in_flight_ = 0;
};

// 429 in the product's words, without Retry-After.
Reply too_many_requests();
Reply too_much_time();
Reply too_many_at_once();

}  // namespace itsmc::sim::dataverse
