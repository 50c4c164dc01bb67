#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "http/oauth_bench.hpp"

namespace itsmc::http {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::failed_answer;
using test::json_answer;
using test::plain_answer;

TEST_CASE("A kept token that is still good asks nobody") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(seconds(61)));
  const auto oauth = bench.oauth();
  CHECK(oauth->authorization({}) == "Bearer access-0");
  CHECK(oauth->authorization({}) == "Bearer access-0");
}

TEST_CASE("Without a kept token the password is granted one, every value encoded") {
  OauthBench bench;
  bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
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

TEST_CASE("Without token and password a sign-in is needed") {
  OauthBench bench;
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
    OauthBench bench;
    bench.options.address_option = row.option;
    bench.endpoint("nobody", failed_answer(row.cause, false),
                   row.cause == FailureCause::dns ? 2 : 1);
    CHECK(failure_of(*bench.oauth()).hint() == row.hint);
  }
}

TEST_CASE("A refused sign-in is one request, however often and by however many it is asked") {
  OauthBench bench;
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

TEST_CASE("A server that repeats our secrets does not get them into the message") {
  for (const char* const body :
       {R"({"error":"invalid_client","error_description":"no such p%ss w\u00F6rd+ for it"})",
        R"(<html><title>no such p%ss wörd+</title></html>)",
        R"({"error":"invalid_client","error_description":"got client&secret= from you"})",
        R"({"error":"invalid_client","error_description":"got client%26secret%3D from you"})"}) {
    CAPTURE(body);
    OauthBench bench;
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

TEST_CASE("A page, or an answer without a token, is an error and not tried again as a sign-in") {
  OauthBench bench;
  bench.endpoint("no token", json_answer("{}"));
  CHECK(failure_of(*bench.oauth()).kind() == ErrorKind::protocol);
  OauthBench hibernating;
  hibernating.endpoint("page", plain_answer(200, "<title>Hibernating</title>", {}));
  CHECK(failure_of(*hibernating.oauth()).kind() == ErrorKind::unavailable);
}

TEST_CASE("The client's own grant sends no user and needs no password") {
  OauthBench bench;
  bench.options.grant = "client_credentials";
  bench.options.password = nullptr;
  bench.endpoint("grant", json_answer(R"({"access_token":"access-1","expires_in":1800})"));
  CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
  CHECK(bench.form(0) ==
        "grant_type=client_credentials&client_id=client%2Bid&client_secret=client%26secret%3D");
  CHECK_FALSE(bench.tokens.load("prod")->refresh_issued_at);
}

TEST_CASE("sign_in grants anew whatever is kept, and keeps the old token when refused") {
  OauthBench bench;
  bench.tokens.keep("prod", kept_token(hours(1)));
  bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
  CHECK(sign_in(bench.options, bench.wire(), {}).access.reveal() == "access-1");
  CHECK(bench.tokens.load("prod")->access.reveal() == "access-1");
  bench.endpoint("refused", refused());
  CHECK_THROWS_AS(sign_in(bench.options, bench.wire(), {}), Error);
  CHECK(bench.tokens.load("prod")->access.reveal() == "access-1");
  bench.options.password = [] { return std::nullopt; };
  CHECK_THROWS_AS(sign_in(bench.options, bench.wire(), {}), Error);
}

TEST_CASE("A stop ends a sign-in as cancelled, and is not remembered as a failure") {
  OauthBench bench;
  bench.endpoint("interrupted", failed_answer(FailureCause::cancelled, true));
  const auto oauth = bench.oauth();
  CHECK(failure_of(*oauth).kind() == ErrorKind::cancelled);
  bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

TEST_CASE("No secret is in any log line or error, whatever the endpoint answers") {
  std::string talk;
  const std::string fresh = tokens_json("access-1", "refresh-1");
  for (const Exchange& answer :
       {json_answer(fresh), refused(), plain_answer(200, "<title>Log in</title>", {}),
        json_answer("{}"), failed_answer(FailureCause::tls_chain, false),
        json_answer(fresh.substr(0, fresh.size() - 5)),
        plain_answer(200, "access_token=access-1&refresh_token=refresh-1", {}),
        json_answer(tokens_json("acc\\ness-1"))}) {
    OauthBench bench;
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
