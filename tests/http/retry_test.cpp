#include "itsmc/http/retry.hpp"

#include <catch2/catch.hpp>

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Wait = std::optional<milliseconds>;

// 2026-01-02T03:04:05Z
const Timestamp k_now(seconds(1'767'323'045));

Attempt attempt(int status, int tries = 1, Replay replay = Replay::safe) {
  Attempt made;
  made.status = status;
  made.tries = tries;
  made.replay = replay;
  return made;
}

TEST_CASE("next_wait repeats what may pass and nothing else") {
  const RetryPolicy policy;
  for (const int status : {0, 408, 500, 502, 504}) {
    CAPTURE(status);
    CHECK(next_wait(policy, attempt(status), 0) == Wait(milliseconds(500)));
  }
  for (const int status : {429, 503}) {
    CAPTURE(status);
    CHECK(next_wait(policy, attempt(status), 0) == Wait(seconds(5)));
  }
  for (const int status : {200, 202, 302, 400, 401, 403, 404, 405, 409, 413, 501, 505}) {
    CAPTURE(status);
    CHECK_FALSE(next_wait(policy, attempt(status), 0));
  }
}

TEST_CASE("next_wait repeats an unsafe write only when nothing can have been done") {
  const RetryPolicy policy;
  struct Row {
    int status;
    bool sent;
    bool again;
  };
  for (const Row& row : {Row{0, true, false}, Row{0, false, true}, Row{429, true, true},
                         Row{408, true, false}, Row{500, true, false}, Row{502, true, false},
                         Row{503, true, false}, Row{504, true, false}}) {
    CAPTURE(row.status, row.sent);
    Attempt made = attempt(row.status, 1, Replay::never);
    made.sent = row.sent;
    CHECK(next_wait(policy, made, 0).has_value() == row.again);
  }
}

TEST_CASE("next_wait doubles, up to the cap") {
  RetryPolicy policy;
  policy.max_tries = 10;
  policy.budget = seconds(1000);
  CHECK(next_wait(policy, attempt(500, 1), 0) == Wait(milliseconds(500)));
  CHECK(next_wait(policy, attempt(500, 2), 0) == Wait(milliseconds(1000)));
  CHECK(next_wait(policy, attempt(500, 3), 0) == Wait(milliseconds(2000)));
  CHECK(next_wait(policy, attempt(500, 9), 0) == Wait(seconds(30)));
  CHECK(next_wait(policy, attempt(429, 2), 0) == Wait(seconds(10)));
  CHECK(next_wait(policy, attempt(429, 3), 0) == Wait(seconds(20)));
  CHECK(next_wait(policy, attempt(429, 4), 0) == Wait(seconds(30)));
}

TEST_CASE("next_wait spreads waits by jitter, never above the cap") {
  const RetryPolicy policy;
  CHECK(next_wait(policy, attempt(500), 0.5) == Wait(milliseconds(625)));
  CHECK(next_wait(policy, attempt(429), 0.999) < Wait(milliseconds(7500)));
  CHECK(next_wait(policy, attempt(429, 3), 0.999) == Wait(milliseconds(29'990)));
  RetryPolicy patient;
  patient.max_tries = 10;
  CHECK(next_wait(patient, attempt(429, 4), 0.999) == Wait(seconds(30)));
}

TEST_CASE("next_wait takes Retry-After as a floor that the cap does not lower") {
  const RetryPolicy policy;
  struct Row {
    milliseconds asked;
    Wait wait;
  };
  for (const Row& row : {Row{seconds(2), seconds(5)}, Row{seconds(7), seconds(7)},
                         Row{seconds(60), seconds(60)}, Row{seconds(120), seconds(120)},
                         Row{seconds(121), std::nullopt}, Row{seconds(3600), std::nullopt}}) {
    CAPTURE(row.asked.count());
    Attempt made = attempt(429);
    made.retry_after = row.asked;
    CHECK(next_wait(policy, made, 0) == row.wait);
  }
}

TEST_CASE("next_wait makes a small wait of Retry-After: 0") {
  Attempt made = attempt(429);
  made.retry_after = milliseconds(0);
  CHECK(next_wait(RetryPolicy{}, made, 0) == Wait(milliseconds(500)));
}

TEST_CASE("next_wait ends with the tries and with the budget") {
  const RetryPolicy policy;
  CHECK(next_wait(policy, attempt(500, 3), 0));
  CHECK_FALSE(next_wait(policy, attempt(500, 4), 0));
  CHECK_FALSE(next_wait(policy, attempt(500, 5), 0));
  Attempt late = attempt(429);
  late.waited = seconds(115);
  CHECK(next_wait(policy, late, 0) == Wait(seconds(5)));
  late.waited = milliseconds(115'001);
  CHECK_FALSE(next_wait(policy, late, 0));
}

TEST_CASE("parse_retry_after reads seconds and dates and nothing else") {
  struct Row {
    const char* value;
    Wait wait;
  };
  for (const Row& row :
       {Row{"120", seconds(120)}, Row{"0", seconds(0)}, Row{" 7 ", seconds(7)},
        Row{"99999999999999999999999", seconds(365 * 24 * 3600)},
        Row{"9999999999999", seconds(365 * 24 * 3600)},
        Row{"Fri, 02 Jan 2026 03:05:05 GMT", seconds(60)},
        Row{"Fri, 02 Jan 2026 03:04:00 GMT", seconds(0)},
        Row{"Fri Jan  2 03:04:06 2026", seconds(1)}, Row{"", std::nullopt}, Row{" ", std::nullopt},
        Row{"-5", std::nullopt}, Row{"1.5", std::nullopt}, Row{"120s", std::nullopt},
        Row{"soon", std::nullopt}, Row{"+3", std::nullopt}, Row{"0x10", std::nullopt}}) {
    CAPTURE(row.value);
    CHECK(parse_retry_after(row.value, k_now) == row.wait);
  }
}

}  // namespace
}  // namespace itsmc::http
