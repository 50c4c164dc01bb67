#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "http/client_bench.hpp"

namespace itsmc::http {
namespace {

using Bench = ClientBench;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::json_answer;

TEST_CASE("Retry-After is obeyed and its wait counted") {
  Bench bench;
  bench.answer("slow down",
               json_answer(error_body("Rate limit exceeded"), 429, {{"Retry-After", "20"}}));
  bench.answer("good", json_answer("{}"));
  CHECK(bench.exchange().status == 200);
  CHECK(bench.clock.waits() == std::vector{milliseconds(20'000)});
  CHECK(bench.client.traffic().throttled_ms == 20'000);
}

TEST_CASE("A wait that does not fit says until when") {
  struct Row {
    const char* name;
    Header header;
  };
  // The fake clock begins at 03:04:05, the answers' Date says the same.
  for (const Row& row : {Row{"seconds", {"Retry-After", "3600"}},
                         Row{"a date", {"Retry-After", "Fri, 02 Jan 2026 04:04:05 GMT"}},
                         Row{"a rate limit's reset", {"X-RateLimit-Reset", "1767326645"}}}) {
    CAPTURE(row.name);
    Bench bench;
    bench.answer("limit", json_answer(error_body("Rate limit exceeded"), 429, {row.header}));
    const Error error = bench.failure();
    CHECK(error.kind() == ErrorKind::throttled);
    CHECK(contains(error.text(), "rate limit until 04:04:05Z"));
    CHECK(contains(error.text(), "Rate limit exceeded"));
    REQUIRE(error.retry_at());
    CHECK(format_rfc3339(*error.retry_at()) == "2026-01-02T04:04:05Z");
    CHECK(bench.clock.waits().empty());

    // Nobody else of this connection asks before that, either.
    const Error next = bench.failure();
    CHECK(next.kind() == ErrorKind::throttled);
    CHECK(contains(next.text(), "rate limit until 04:04:05Z"));
    CHECK(bench.client.traffic().requests == 1);
    bench.clock.advance(std::chrono::hours(1));
    bench.answer("good again", json_answer("{}"));
    CHECK(bench.exchange().status == 200);
  }
}

TEST_CASE("The date form of Retry-After is read by the server's clock, not ours") {
  Bench bench;
  bench.clock.set(Timestamp(seconds(1'767'323'045) + std::chrono::hours(5)));
  bench.answer("limit", json_answer("{}", 429, {{"Retry-After", "Fri, 02 Jan 2026 03:04:35 GMT"}}));
  bench.answer("good", json_answer("{}"));
  CHECK(bench.exchange().status == 200);
  CHECK(bench.clock.waits() == std::vector{milliseconds(30'000)});
}

TEST_CASE("A Retry-After that cannot be read is ignored") {
  Bench bench;
  bench.answer("limit", json_answer("{}", 429, {{"Retry-After", "soon"}}));
  bench.answer("good", json_answer("{}"));
  CHECK(bench.exchange().status == 200);
  CHECK(bench.clock.waits() == std::vector{milliseconds(5'000)});
}

TEST_CASE("All threads wait for what one was told, and the wait counts once") {
  Bench bench;
  bench.network.add({.name = "limit",
                     .url_part = "/x",
                     .answer = json_answer("{}", 429, {{"Retry-After", "60"}})});
  bench.network.add({.name = "good",
                     .url_part = "/x",
                     .answer = json_answer("{}"),
                     .before =
                         [&bench](const Request&) {
                           const auto begun = Timestamp(seconds(1'767'323'045));
                           if (bench.clock.now() < begun + seconds(60)) {
                             throw std::runtime_error("asked too early");
                           }
                         }},
                    4);
  {
    std::jthread first([&] {
      Request request;
      request.url = "https://x.example/x";
      (void)bench.client.raw(request, Replay::safe, {});
    });
  }
  std::vector<std::jthread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&] { (void)bench.exchange(); });
  }
  others.clear();
  CHECK(bench.client.traffic().throttled_ms == 60'000);
  CHECK(bench.client.traffic().requests == 5);
}

TEST_CASE("Threads lease a transport each and give it back") {
  Bench bench;
  constexpr int k_threads = 4;
  std::latch together(k_threads);
  bench.network.add({.name = "page",
                     .answer = json_answer("{}"),
                     .before = [&together](const Request&) { together.arrive_and_wait(); }},
                    k_threads);
  std::vector<std::jthread> threads;
  for (int i = 0; i < k_threads; ++i) threads.emplace_back([&] { (void)bench.exchange(); });
  threads.clear();
  CHECK(bench.network.transports_made() == k_threads);
  bench.answer("one more", json_answer("{}"));
  (void)bench.exchange();
  CHECK(bench.network.transports_made() == k_threads);
}

}  // namespace
}  // namespace itsmc::http
