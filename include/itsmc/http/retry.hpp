#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "itsmc/core/time.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::http {

enum class Replay { never, safe };  // safe: a read, or a write that carries a correlation id

struct RetryPolicy {
  int max_tries = 4;
  std::chrono::milliseconds budget{120'000};  // of waiting, for one request
  std::chrono::milliseconds cap{30'000};
};

/// What has happened so far to one request.
struct Attempt {
  int tries = 1;
  int status = 0;    // 0: no answer
  bool sent = true;  // false: the request surely never reached the server
  Replay replay = Replay::safe;
  std::optional<std::chrono::milliseconds> retry_after;
  std::chrono::milliseconds waited{0};
};

/// The wait before the next try, or nothing when the failure is final. Pure; jitter in [0,1).
/// Architecture section (c), retry table: 408, 429, 500, 502, 503, 504 and "no answer".
[[nodiscard]] std::optional<std::chrono::milliseconds> next_wait(const RetryPolicy& policy,
                                                                 const Attempt& attempt,
                                                                 double jitter);

/// "120" or an HTTP date (then `now` is the server's). Absent when unreadable. Never negative.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                                         Timestamp now);

}  // namespace itsmc::http
