#include <atomic>
#include <iterator>
#include <latch>
#include <thread>

#include <catch2/catch.hpp>

#include "http/oauth_bench.hpp"
#include "itsmc/http/auth.hpp"
#include "itsmc/http/client.hpp"

namespace itsmc::http {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::failed_answer;
using test::json_answer;
using test::plain_answer;

TEST_CASE("A kept token that is still good asks nobody") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(seconds(61)));
  const auto oauth = bench.oauth();
  CHECK(oauth->authorization({}) == "Bearer access-0");
  CHECK(oauth->authorization({}) == "Bearer access-0");
}

TEST_CASE("Without a kept token the password is granted one, every value encoded") {
  Bench bench;
  bench.endpoint("sign-in", json_answer(granted_body("access-1")));
  CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
  const Request sent = bench.network.requests().front();
  CHECK(sent.body ==
        "grant_type=password&username=api%20user&password=p%25ss%20w%C3%B6rd%2B"
        "&client_id=client%2Bid&client_secret=client%26secret%3D");
  CHECK(test::header_of(sent, "Content-Type") == "application/x-www-form-urlencoded");
  const auto kept = bench.tokens.load("prod");
  REQUIRE(kept);
  CHECK(kept->access.reveal() == "access-1");
  CHECK(kept->expires_at == k_begin + seconds(1800));
  CHECK(kept->refresh_issued_at == k_begin);
}

TEST_CASE("A token that could not be renewed early is used to its end") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(seconds(60), ""));
  bench.options.grant = "client_credentials";
  bench.endpoint("down", json_answer("{}", 503), 4);
  const auto oauth = bench.oauth();
  CHECK(oauth->authorization({}) == "Bearer access-0");
  const std::size_t asked = bench.network.requests().size();
  CHECK(oauth->authorization({}) == "Bearer access-0");
  CHECK(bench.network.requests().size() == asked);
  bench.clock.set(k_begin + seconds(75));
  bench.endpoint("up", json_answer(granted_body("access-1")));
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
        Row{"the same comes back", granted_body("access-1", "refresh-0"), "refresh-0"},
        Row{"another comes back", granted_body("access-1", "refresh-1"), "refresh-1"}}) {
    CAPTURE(row.name);
    Bench bench;
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
    Bench bench;
    bench.options.grant_when = when;
    bench.tokens.keep("prod", kept_token(seconds(0)));
    bench.endpoint("refresh", std::move(answer), tries);
    const bool granted = when == OAuthOptions::AfterRefresh::answered;
    if (granted) bench.endpoint("sign-in", json_answer(granted_body("access-1")));
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
  Bench without;
  without.options.grant_when = OAuthOptions::AfterRefresh::answered;
  without.options.password = nullptr;
  without.tokens.keep("prod", kept_token(seconds(0)));
  without.endpoint("refresh", plain_answer(500, "", {}), 4);
  CHECK(failure_of(*without.oauth()).kind() == ErrorKind::unavailable);
}

TEST_CASE("Where a refresh extends the refresh token, its age begins anew") {
  Bench bench;
  bench.options.refresh_extends_refresh_token = true;
  bench.tokens.keep("prod", kept_token(seconds(0)));
  bench.endpoint("refresh", json_answer(granted_body("access-1")));
  (void)bench.oauth()->authorization({});
  CHECK(bench.tokens.load("prod")->refresh_issued_at == k_begin);
}

TEST_CASE("After a refused refresh there is one sign-in with the password, if it is at hand") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(seconds(0)));
  bench.endpoint("refresh", refused());
  bench.endpoint("sign-in", json_answer(granted_body("access-1")));
  CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
  CHECK(bench.tokens.load("prod")->refresh_issued_at == k_begin);

  Bench without;
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

TEST_CASE("Without token and password a sign-in is needed") {
  Bench bench;
  bench.options.password = nullptr;
  const Error error = failure_of(*bench.oauth());
  CHECK(error.kind() == ErrorKind::auth);
  CHECK(error.text() == "ServiceNow needs a sign-in");
  CHECK(error.hint() == "itsmc connection login prod");
}

TEST_CASE("A sign-in that finds nobody names the option that says where it is") {
  struct Case {
    FailureCause cause;
    std::string_view option;
    std::string hint;
  };
  for (const Case& row :
       {Case{FailureCause::dns, "authority",
             "see to this machine's network and DNS; behind a proxy: itsmc connection edit prod "
             "--proxy "
             "http://HOST:PORT; if its host is mistyped: itsmc connection edit prod --authority "
             "https://HOST"},
        Case{FailureCause::tls_chain, "authority",
             "itsmc connection edit prod --ca-file /path/to/authority.pem"},
        Case{FailureCause::tls_chain, "url",
             "itsmc connection edit prod --ca-file /path/to/authority.pem"},
        Case{FailureCause::dns, "url", "itsmc connection test prod"}}) {
    Bench bench;
    bench.options.address_option = row.option;
    bench.endpoint("nobody", failed_answer(row.cause, false),
                   row.cause == FailureCause::dns ? 2 : 1);
    CHECK(failure_of(*bench.oauth()).hint() == row.hint);
  }
}

TEST_CASE("A refused sign-in is one request, however often and by however many it is asked") {
  Bench bench;
  bench.endpoint("sign-in", refused());
  const auto oauth = bench.oauth();
  std::atomic<int> auth_errors{0};
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const Error error = failure_of(*oauth);
        if (error.kind() == ErrorKind::auth && error.hint() == "check the password") ++auth_errors;
      });
    }
  }
  CHECK(auth_errors == 8);
  bench.clock.advance(hours(1));
  CHECK(failure_of(*oauth).kind() == ErrorKind::auth);
  CHECK(bench.network.requests().size() == 1);

  bench.tokens.keep("prod", {Secret("access-9"), Secret(), bench.clock.now() + hours(1), {}});
  CHECK(oauth->authorization({}) == "Bearer access-9");  // somebody signed in elsewhere
}

TEST_CASE("A bad moment that Entra words as a 400 is tried again") {
  Bench bench;
  bench.endpoint("busy", json_answer(R"({"error":"temporarily_unavailable"})", 400));
  bench.endpoint("sign-in", json_answer(granted_body("access-1")));
  CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
}

TEST_CASE("A server that repeats our secrets does not get them into the message") {
  for (const char* const body :
       {R"({"error":"invalid_client","error_description":"no such p%ss w\u00F6rd+ for it"})",
        R"(<html><title>no such p%ss wörd+</title></html>)",
        R"({"error":"invalid_client","error_description":"got client&secret= from you"})",
        R"({"error":"invalid_client","error_description":"got client%26secret%3D from you"})"}) {
    CAPTURE(body);
    Bench bench;
    bench.endpoint("refused", json_answer(body, 401));
    const auto oauth = bench.oauth();
    const Error error = failure_of(*oauth);
    CHECK(error.kind() == ErrorKind::auth);
    CHECK(error.text().find("***") != std::string::npos);
    for (const char* const secret : {"rd+", "secret=", "secret%3D"}) {
      CHECK(error.text().find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("No 4xx of the token endpoint is ever tried again") {
  for (const int status : {400, 401, 403, 404, 405, 408, 415}) {
    CAPTURE(status);
    Bench bench;
    bench.endpoint("sign-in", plain_answer(status, "", {}));
    (void)failure_of(*bench.oauth());
    CHECK(bench.network.requests().size() == 1);
  }
}

TEST_CASE("A token endpoint without an answer, or with a passing trouble, is tried again") {
  struct Row {
    const char* name;
    Exchange answer;
    milliseconds wait;
  };
  for (const Row& row :
       {Row{"dns", failed_answer(FailureCause::dns, false), milliseconds(500)},
        Row{"waking", plain_answer(503, "<html>", {}), milliseconds(5000)},
        Row{"rate limit", plain_answer(429, "", {{"Retry-After", "9"}}), milliseconds(9000)}}) {
    CAPTURE(row.name);
    Bench bench;
    bench.endpoint(row.name, row.answer);
    bench.endpoint("sign-in", json_answer(granted_body("access-1")));
    CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
    CHECK(bench.clock.waits() == std::vector{row.wait});
  }
}

TEST_CASE("A refresh, or a client's own grant, is tried again after a lost answer") {
  for (const bool refreshes : {true, false}) {
    CAPTURE(refreshes);
    Bench bench;
    if (refreshes) bench.tokens.keep("prod", kept_token(seconds(-1)));
    if (!refreshes) bench.options.grant = "client_credentials";
    bench.endpoint("cut", failed_answer(FailureCause::cut, true));
    bench.endpoint("bad gateway", plain_answer(502, "<html>", {}));
    bench.endpoint("sign-in", json_answer(granted_body("access-1")));
    CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
    CHECK(bench.clock.waits() == std::vector{milliseconds(500), milliseconds(1000)});
  }
}

TEST_CASE("A password that may have been counted is not sent again, an unsent one once") {
  struct Row {
    const char* name;
    Exchange answer;
    int requests;
  };
  for (const Row& row : {Row{"cut", failed_answer(FailureCause::cut, true), 1},
                         Row{"timeout", failed_answer(FailureCause::timeout, true), 1},
                         Row{"broken", plain_answer(500, "<html>", {}), 1},
                         Row{"bad gateway", plain_answer(502, "<html>", {}), 1},
                         Row{"dns", failed_answer(FailureCause::dns, false), 2},
                         Row{"refused", failed_answer(FailureCause::refused, false), 2}}) {
    CAPTURE(row.name);
    Bench bench;
    bench.endpoint(row.name, row.answer, row.requests);
    CHECK(failure_of(*bench.oauth()).kind() == ErrorKind::unavailable);
    CHECK(std::ssize(bench.network.requests()) == row.requests);
  }
}

TEST_CASE("A token endpoint that stays away is unavailable, and waiting threads do not ask anew") {
  Bench bench;
  bench.endpoint("down", failed_answer(FailureCause::refused, false), 2);
  const auto oauth = bench.oauth();
  CHECK(failure_of(*oauth).kind() == ErrorKind::unavailable);
  CHECK(failure_of(*oauth).kind() == ErrorKind::unavailable);
  CHECK(bench.network.requests().size() == 2);
  bench.clock.advance(seconds(30));
  bench.endpoint("back", json_answer(granted_body("access-1")));
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("A page, or an answer without a token, is an error and not tried again as a sign-in") {
  Bench bench;
  bench.endpoint("no token", json_answer("{}"));
  CHECK(failure_of(*bench.oauth()).kind() == ErrorKind::protocol);
  Bench hibernating;
  hibernating.endpoint("page", plain_answer(200, "<title>Hibernating</title>", {}));
  CHECK(failure_of(*hibernating.oauth()).kind() == ErrorKind::unavailable);
}

TEST_CASE("A refused token is renewed once, whoever asks") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  bench.endpoint("refresh", json_answer(granted_body("access-1")));
  const auto oauth = bench.oauth();
  const std::string used = oauth->authorization({});
  CHECK(oauth->renew(used, {}));
  CHECK(oauth->renew(used, {}));  // a second thread with the old token: nothing is asked
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("A token that another process renewed is taken over without asking") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  const auto oauth = bench.oauth();
  const std::string used = oauth->authorization({});
  bench.tokens.keep("prod", {Secret("access-7"), Secret("refresh-7"), k_begin + hours(1), {}});
  CHECK(oauth->renew(used, {}));
  CHECK(oauth->authorization({}) == "Bearer access-7");
}

TEST_CASE("A kept token that another process left behind expired is renewed all the same") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  const auto oauth = bench.oauth();
  (void)oauth->authorization({});
  bench.tokens.keep("prod", {Secret("access-7"), Secret("refresh-7"), k_begin + hours(2), {}});
  bench.clock.advance(hours(3));
  bench.endpoint("refresh", json_answer(granted_body("access-8")));
  CHECK(oauth->authorization({}) == "Bearer access-8");
  CHECK(bench.form(0).find("refresh_token=refresh-7") != std::string::npos);
}

TEST_CASE("An instance that gives the refused token again is not asked a second time") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  bench.endpoint("refresh", json_answer(granted_body("access-0")));
  const auto oauth = bench.oauth();
  const std::string used = oauth->authorization({});
  CHECK_FALSE(oauth->renew(used, {}));
  CHECK_FALSE(oauth->renew(used, {}));
}

TEST_CASE("A token that lives for a moment is not renewed before each request") {
  Bench bench;
  bench.endpoint("sign-in", json_answer(R"({"access_token":"access-1","expires_in":40})"));
  const auto oauth = bench.oauth();
  CHECK(oauth->authorization({}) == "Bearer access-1");
  bench.clock.advance(seconds(29));
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("The client's own grant sends no user and needs no password") {
  Bench bench;
  bench.options.grant = "client_credentials";
  bench.options.password = nullptr;
  bench.endpoint("grant", json_answer(R"({"access_token":"access-1","expires_in":1800})"));
  CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
  CHECK(bench.form(0) ==
        "grant_type=client_credentials&client_id=client%2Bid&client_secret=client%26secret%3D");
  CHECK_FALSE(bench.tokens.load("prod")->refresh_issued_at);
}

TEST_CASE("sign_in grants anew whatever is kept, and keeps the old token when refused") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  bench.endpoint("sign-in", json_answer(granted_body("access-1")));
  CHECK(sign_in(bench.options, bench.wire(), {}).access.reveal() == "access-1");
  CHECK(bench.tokens.load("prod")->access.reveal() == "access-1");
  bench.endpoint("refused", refused());
  CHECK_THROWS_AS(sign_in(bench.options, bench.wire(), {}), Error);
  CHECK(bench.tokens.load("prod")->access.reveal() == "access-1");
  bench.options.password = [] { return std::nullopt; };
  CHECK_THROWS_AS(sign_in(bench.options, bench.wire(), {}), Error);
}

TEST_CASE("A stop ends a sign-in as cancelled, and is not remembered as a failure") {
  Bench bench;
  bench.endpoint("interrupted", failed_answer(FailureCause::cancelled, true));
  const auto oauth = bench.oauth();
  CHECK(failure_of(*oauth).kind() == ErrorKind::cancelled);
  bench.endpoint("sign-in", json_answer(granted_body("access-1")));
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("Eight threads with a refused token make one refresh, and all go on") {
  Bench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  constexpr int k_threads = 8;
  std::latch together(k_threads);
  bench.network.add({.name = "expired",
                     .url_part = "/api",
                     .answer = json_answer("{}", 401),
                     .before = [&together](const Request&) { together.arrive_and_wait(); }},
                    k_threads);
  bench.endpoint("refresh", json_answer(granted_body("access-1")));
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

TEST_CASE("No secret is in any log line or error, whatever the endpoint answers") {
  std::string talk;
  const std::string fresh = granted_body("access-1", "refresh-1");
  for (const Exchange& answer :
       {json_answer(fresh), refused(), plain_answer(200, "<title>Log in</title>", {}),
        json_answer("{}"), failed_answer(FailureCause::tls_chain, false),
        json_answer(fresh.substr(0, fresh.size() - 5)),
        plain_answer(200, "access_token=access-1&refresh_token=refresh-1", {}),
        json_answer(granted_body("acc\\ness-1"))}) {
    Bench bench;
    bench.tokens.keep("prod", kept_token(seconds(0), ""));
    bench.endpoint("sign-in", answer);
    const Error error = failure_of(*bench.oauth());
    talk += error.text() + error.hint() + bench.log.text();
  }
  CHECK(talk.find("POST x.example/oauth_token.do: 200, 0 ms") != std::string::npos);
  for (const char* secret : {"p%ss", "p%25ss", "client&secret", "client%26secret", "access-0",
                             "access-1", "refresh-0", "refresh-1", "acc\n"}) {
    CAPTURE(secret);
    CHECK(talk.find(secret) == std::string::npos);
  }
}

}  // namespace
}  // namespace itsmc::http
