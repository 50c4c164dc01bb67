#include <atomic>
#include <latch>
#include <thread>

#include <catch2/catch.hpp>

#include "http/oauth_bench.hpp"

namespace itsmc::http {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::json_answer;
using test::plain_answer;

TEST_CASE("A token that could not be renewed early is used to its end") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(seconds(60), ""));
  bench.options.grant = "client_credentials";
  bench.endpoint("down", json_answer("{}", 503), 4);
  const auto oauth = bench.oauth();
  CHECK(oauth->authorization({}) == "Bearer access-0");
  const std::size_t asked = bench.network.requests().size();
  CHECK(oauth->authorization({}) == "Bearer access-0");
  CHECK(bench.network.requests().size() == asked);
  bench.clock.set(k_begin + seconds(75));
  bench.endpoint("up", json_answer(tokens_json("access-1")));
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("A token about to end is refreshed, and the refresh token keeps its age") {
  struct Row {
    const char* name;
    std::string body;
    std::string refresh;
  };
  for (const Row& row :
       {Row{"none comes back", R"({"access_token":"access-1","expires_in":1800})", "refresh-0"},
        Row{"the same comes back", tokens_json("access-1", "refresh-0"), "refresh-0"},
        Row{"another comes back", tokens_json("access-1", "refresh-1"), "refresh-1"}}) {
    CAPTURE(row.name);
    OauthBench bench;
    bench.tokens.keep("prod", kept_token(seconds(60)));
    bench.endpoint("refresh", json_answer(row.body));
    CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
    CHECK(bench.form(0) ==
          "grant_type=refresh_token&refresh_token=refresh-0&client_id=client%2Bid"
          "&client_secret=client%26secret%3D");
    CHECK(bench.password_asked == 0);
    const auto kept = bench.tokens.load("prod");
    CHECK(kept->refresh.reveal() == row.refresh);
    CHECK(kept->refresh_issued_at == k_begin - hours(24 * 30));
  }
}

TEST_CASE("A product that does not say how it refuses a refresh is asked with the password") {
  const auto meets = [](Exchange answer, int tries, OAuthOptions::AfterRefresh when) {
    OauthBench bench;
    bench.options.grant_when = when;
    bench.tokens.keep("prod", kept_token(seconds(0)));
    bench.endpoint("refresh", std::move(answer), tries);
    const bool granted = when == OAuthOptions::AfterRefresh::answered;
    if (granted) bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
    const auto oauth = bench.oauth();
    if (granted) {
      CHECK(oauth->authorization({}) == "Bearer access-1");
    } else {
      CHECK(failure_of(*oauth).kind() != ErrorKind::auth);
    }
    CHECK(bench.password_asked == (granted ? 1 : 0));
  };
  for (const auto when :
       {OAuthOptions::AfterRefresh::refused, OAuthOptions::AfterRefresh::answered}) {
    meets(plain_answer(404, "gone", {}), 1, when);
    meets(plain_answer(500, "<html>", {{"Content-Type", "text/html"}}), 4, when);
  }
  OauthBench without;
  without.options.grant_when = OAuthOptions::AfterRefresh::answered;
  without.options.password = nullptr;
  without.tokens.keep("prod", kept_token(seconds(0)));
  without.endpoint("refresh", plain_answer(500, "", {}), 4);
  CHECK(failure_of(*without.oauth()).kind() == ErrorKind::unavailable);
}

TEST_CASE("Where a refresh extends the refresh token, its age begins anew") {
  OauthBench bench;
  bench.options.refresh_extends_refresh_token = true;
  bench.tokens.keep("prod", kept_token(seconds(0)));
  bench.endpoint("refresh", json_answer(tokens_json("access-1")));
  (void)bench.oauth()->authorization({});
  CHECK(bench.tokens.load("prod")->refresh_issued_at == k_begin);
}

TEST_CASE("After a refused refresh there is one sign-in with the password, if it is at hand") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(seconds(0)));
  bench.endpoint("refresh", refused());
  bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
  CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
  CHECK(bench.tokens.load("prod")->refresh_issued_at == k_begin);

  OauthBench without;
  without.options.password = [] { return std::nullopt; };
  without.tokens.keep("prod", kept_token(seconds(0)));
  without.endpoint("refresh", refused());
  const auto oauth = without.oauth();
  const Error error = failure_of(*oauth);
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(error.hint() == "itsmc connection login prod");
  CHECK(error.text().find("access_denied") != std::string::npos);
  CHECK(failure_of(*oauth).kind() == ErrorKind::auth);  // asks nobody: no stub is left
}

TEST_CASE("A refused token is renewed once, whoever asks") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  bench.endpoint("refresh", json_answer(tokens_json("access-1")));
  const auto oauth = bench.oauth();
  const std::string used = oauth->authorization({});
  CHECK(oauth->renew(used, {}));
  CHECK(oauth->renew(used, {}));  // a second thread with the old token: nothing is asked
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("A token that another process renewed is taken over without asking") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  const auto oauth = bench.oauth();
  const std::string used = oauth->authorization({});
  bench.tokens.keep("prod", {Secret("access-7"), Secret("refresh-7"), k_begin + hours(1), {}});
  CHECK(oauth->renew(used, {}));
  CHECK(oauth->authorization({}) == "Bearer access-7");
}

TEST_CASE("A kept token that another process left behind expired is renewed all the same") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  const auto oauth = bench.oauth();
  (void)oauth->authorization({});
  bench.tokens.keep("prod", {Secret("access-7"), Secret("refresh-7"), k_begin + hours(2), {}});
  bench.clock.advance(hours(3));
  bench.endpoint("refresh", json_answer(tokens_json("access-8")));
  CHECK(oauth->authorization({}) == "Bearer access-8");
  CHECK(bench.form(0).find("refresh_token=refresh-7") != std::string::npos);
}

TEST_CASE("An instance that gives the refused token again is not asked a second time") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  bench.endpoint("refresh", json_answer(tokens_json("access-0")));
  const auto oauth = bench.oauth();
  const std::string used = oauth->authorization({});
  CHECK_FALSE(oauth->renew(used, {}));
  CHECK_FALSE(oauth->renew(used, {}));
}

TEST_CASE("A token that lives for a moment is not renewed before each request") {
  OauthBench bench;
  bench.endpoint("sign-in", json_answer(R"({"access_token":"access-1","expires_in":40})"));
  const auto oauth = bench.oauth();
  CHECK(oauth->authorization({}) == "Bearer access-1");
  bench.clock.advance(seconds(29));
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("Eight threads with a refused token make one refresh, and all go on") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  constexpr int k_threads = 8;
  std::latch together(k_threads);
  bench.network.add({.name = "expired",
                     .url_part = "/api",
                     .answer = json_answer("{}", 401),
                     .before = [&together](const Request&) { together.arrive_and_wait(); }},
                    k_threads);
  bench.endpoint("refresh", json_answer(tokens_json("access-1")));
  bench.network.add({.name = "good", .url_part = "/api", .answer = json_answer("{\"ok\":1}")},
                    k_threads);
  ClientOptions options;
  options.connection = "prod";
  options.base_url = "https://x.example";
  options.judge.partner = "ServiceNow";
  Client client(options, bench.oauth(), bench.wire());
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    threads.reserve(k_threads);
    for (int i = 0; i < k_threads; ++i) {
      threads.emplace_back([&] {
        Request request;
        request.url = client.url("/api", {});
        if (client.exchange(request, Replay::safe, {}).status == 200) ++good;
      });
    }
  }
  CHECK(good == k_threads);
  CHECK(bench.network.requests().size() == 2 * k_threads + 1);
}

}  // namespace
}  // namespace itsmc::http
