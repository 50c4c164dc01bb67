#include <catch2/catch.hpp>

#include "http/oauth_bench.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::failed_answer;
using test::json_answer;
using test::plain_answer;

TEST_CASE("A bad moment that Entra words as a 400 is tried again") {
  OauthBench bench;
  bench.endpoint("busy", json_answer(R"({"error":"temporarily_unavailable"})", 400));
  bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
  CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
}

TEST_CASE("No 4xx of the token endpoint is ever tried again") {
  for (const int status : {400, 401, 403, 404, 405, 408, 415}) {
    CAPTURE(status);
    OauthBench bench;
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
    OauthBench bench;
    bench.endpoint(row.name, row.answer);
    bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
    CHECK(bench.oauth()->authorization({}) == "Bearer access-1");
    CHECK(bench.clock.waits() == std::vector{row.wait});
  }
}

TEST_CASE("A refresh, or a client's own grant, is tried again after a lost answer") {
  for (const bool refreshes : {true, false}) {
    CAPTURE(refreshes);
    OauthBench bench;
    if (refreshes) bench.tokens.keep("prod", kept_token(seconds(-1)));
    if (!refreshes) bench.options.grant = "client_credentials";
    bench.endpoint("cut", failed_answer(FailureCause::cut, true));
    bench.endpoint("bad gateway", plain_answer(502, "<html>", {}));
    bench.endpoint("sign-in", json_answer(tokens_json("access-1")));
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
    OauthBench bench;
    bench.endpoint(row.name, row.answer, row.requests);
    CHECK(failure_of(*bench.oauth()).kind() == ErrorKind::unavailable);
    CHECK(std::ssize(bench.network.requests()) == row.requests);
  }
}

TEST_CASE("A token endpoint that stays away is unavailable, and waiting threads do not ask anew") {
  OauthBench bench;
  bench.endpoint("down", failed_answer(FailureCause::refused, false), 2);
  const auto oauth = bench.oauth();
  CHECK(failure_of(*oauth).kind() == ErrorKind::unavailable);
  CHECK(failure_of(*oauth).kind() == ErrorKind::unavailable);
  CHECK(bench.network.requests().size() == 2);
  bench.clock.advance(seconds(30));
  bench.endpoint("back", json_answer(tokens_json("access-1")));
  CHECK(oauth->authorization({}) == "Bearer access-1");
}

}  // namespace
}  // namespace itsmc::http
