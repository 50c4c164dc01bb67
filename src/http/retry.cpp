#include "itsmc/http/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds k_throttle_start{5'000};
constexpr milliseconds k_failure_start{500};
/// Longer than any run; keeps a hostile number out of the arithmetic.
constexpr seconds k_longest_retry_after{365 * 24 * 3600};

constexpr bool is_throttle(int status) {
  return status == 429 || status == 503;
}

constexpr bool may_pass(int status) {
  constexpr std::array k_statuses{0, 408, 429, 500, 502, 503, 504};
  return std::find(k_statuses.begin(), k_statuses.end(), status) != k_statuses.end();
}

/// A write that may not be repeated goes again only when nothing can have been done: it was never
/// sent, or refused before any work (429). A 503 or a lost answer may hide a done write.
constexpr bool is_harmless(const Attempt& attempt) {
  if (attempt.replay == Replay::safe || attempt.status == 429) return true;
  return attempt.status == 0 && !attempt.sent;
}

milliseconds backoff(const RetryPolicy& policy, const Attempt& attempt, double jitter) {
  // "Retry-After: 0" on a 429 says that the limit is over already: the short step, not the long.
  const bool over = attempt.retry_after == milliseconds(0);
  milliseconds step = is_throttle(attempt.status) && !over ? k_throttle_start : k_failure_start;
  for (int doubled = 1; doubled < attempt.tries && step < policy.cap; ++doubled) step *= 2;
  const double spread = 1.0 + std::clamp(jitter, 0.0, 1.0) / 2;
  const auto spread_step =
      milliseconds(static_cast<milliseconds::rep>(static_cast<double>(step.count()) * spread));
  return std::min(spread_step, policy.cap);
}

}  // namespace

std::optional<milliseconds> next_wait(const RetryPolicy& policy, const Attempt& attempt,
                                      double jitter) {
  if (!may_pass(attempt.status) || !is_harmless(attempt)) return std::nullopt;
  if (attempt.tries >= policy.max_tries) return std::nullopt;
  const milliseconds floor = attempt.retry_after.value_or(milliseconds(0));
  const milliseconds wait = std::max(backoff(policy, attempt, jitter), floor);
  if (wait > policy.budget - attempt.waited) return std::nullopt;
  return wait;
}

std::optional<milliseconds> parse_retry_after(std::string_view value, Timestamp now) {
  const std::string_view text = trim(value);
  if (text.empty()) return std::nullopt;
  if (text.find_first_not_of("0123456789") == std::string_view::npos) {
    seconds::rep count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec == std::errc::result_out_of_range) return k_longest_retry_after;
    return std::min(seconds(count), k_longest_retry_after);
  }
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  return std::clamp<milliseconds>(*date - now, milliseconds(0), k_longest_retry_after);
}

}  // namespace itsmc::http
