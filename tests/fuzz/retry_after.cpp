#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "itsmc/http/retry.hpp"

/// Any header value gives nothing or a wait that is not negative, and next_wait obeys its budget.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace itsmc;
  const std::string_view value(reinterpret_cast<const char*>(bytes), size);
  const Timestamp now(std::chrono::seconds(1'767'323'045));
  const auto asked = http::parse_retry_after(value, now);
  if (asked && asked->count() < 0) std::abort();

  const http::RetryPolicy policy;
  const http::Attempt attempt{.tries = 1, .status = 429, .retry_after = asked};
  const auto wait = http::next_wait(policy, attempt, 0.5);
  if (wait && (*wait > policy.budget || wait->count() <= 0)) std::abort();
  if (wait && asked && *wait < *asked) std::abort();
  if (!wait && !asked) std::abort();
  return 0;
}
