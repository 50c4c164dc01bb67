#include "itsmc/http/client.hpp"

#include <catch2/catch.hpp>

#include "http/client_bench.hpp"

namespace itsmc::http {
namespace {

using Bench = ClientBench;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::failed_answer;
using test::json_answer;
using test::plain_answer;

TEST_CASE("A good answer is returned as it came, with its cost counted") {
  Bench bench;
  bench.answer("page", json_answer("{\"result\":[]}", 200, {{"X-Transaction-ID", "t1"}}));
  CHECK(bench.exchange().body == "{\"result\":[]}");
  CHECK(bench.client.traffic().requests == 1);
  CHECK(bench.client.traffic().retries == 0);
  CHECK(bench.client.traffic().bytes == 13);
  const Request sent = bench.network.requests().front();
  CHECK(test::header_of(sent, "Authorization") == "Bearer token-1");
  CHECK(test::header_of(sent, "Accept") == "application/json");
}

TEST_CASE("url joins base, path and the encoded query") {
  const Bench bench;
  CHECK(bench.client.url("/api/now/table/incident", {}) ==
        "https://x.example/api/now/table/incident");
  CHECK(bench.client.url("/a", {{"sysparm_query", "active=true^ORDERBYsys_id"}, {"b", "1 2"}}) ==
        "https://x.example/a?sysparm_query=active%3Dtrue%5EORDERBYsys_id&b=1%202");
}

TEST_CASE("get reads JSON, and names JSON that is not complete") {
  Bench bench;
  bench.answer("whole", json_answer("{\"result\":[{\"a\":1}]}"));
  CHECK(bench.client.get("/x", {{"q", "1"}}, {})["result"][0]["a"] == 1);
  bench.answer("truncated", json_answer("{\"result\":[{\"a\":1"));
  try {
    (void)bench.client.get("/x", {}, {});
    FAIL("truncated JSON was taken");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK(contains(error.text(), "not complete"));
  }
}

TEST_CASE("Each status has its kind, the server's words and its request id") {
  struct Row {
    int status;
    ErrorKind kind;
    int tries;
  };
  for (const Row& row : {Row{400, ErrorKind::protocol, 1}, Row{403, ErrorKind::denied, 1},
                         Row{404, ErrorKind::not_found, 1}, Row{405, ErrorKind::protocol, 1},
                         Row{408, ErrorKind::unavailable, 4}, Row{429, ErrorKind::throttled, 4},
                         Row{500, ErrorKind::unavailable, 4}, Row{503, ErrorKind::unavailable, 4},
                         Row{501, ErrorKind::unavailable, 1}, Row{206, ErrorKind::protocol, 1}}) {
    CAPTURE(row.status);
    Bench bench;
    bench.network.add({.name = "failure",
                       .url_part = "/x",
                       .answer = json_answer(error_body("User Not Authorized"), row.status,
                                             {{"X-Transaction-ID", "9f3c"}})},
                      row.tries);
    const Error error = bench.failure();
    CHECK(error.kind() == row.kind);
    CHECK(contains(error.text(), "ServiceNow"));
    CHECK(contains(error.text(), "User Not Authorized"));
    CHECK(contains(error.text(), std::to_string(row.status)));
    CHECK(error.request_id() == "9f3c");
    CHECK(bench.client.traffic().retries == row.tries - 1);
  }
}

TEST_CASE("A 2xx is not proof") {
  struct Row {
    const char* name;
    Exchange answer;
    ErrorKind kind;
    const char* says;
  };
  const Header html{"Content-Type", "text/html;charset=UTF-8"};
  for (const Row& row :
       {Row{"202 empty", plain_answer(202, "", {}), ErrorKind::unavailable,
            "put the request aside"},
        Row{"200 empty", json_answer(""), ErrorKind::protocol, "empty body"},
        Row{"204", plain_answer(204, "", {}), ErrorKind::protocol, "empty body"},
        Row{"206", json_answer("{\"result\":[]}", 206), ErrorKind::protocol, "(206)"},
        Row{"foreign page", plain_answer(200, "<h1>Your instance is hibernating</h1>", {html}),
            ErrorKind::unavailable, "the instance is hibernating"},
        Row{"a page", plain_answer(200, "<html><title>Log\n in</title>\x01</html>", {html}),
            ErrorKind::protocol, "\"Log in\""},
        Row{"no type", plain_answer(200, "hello", {}), ErrorKind::protocol, "hello"}}) {
    CAPTURE(row.name);
    Bench bench;
    bench.answer(row.name, row.answer);
    const Error error = bench.failure();
    CAPTURE(error.text());
    CHECK(error.kind() == row.kind);
    CHECK(contains(error.text(), row.says));
  }
  Bench untyped;
  untyped.answer("JSON without a type", plain_answer(200, " {\"result\":[]}", {}));
  CHECK(untyped.exchange().status == 200);
}

TEST_CASE("A page that is not JSON names the host that sent it") {
  Bench bench;
  bench.answer("page", plain_answer(200, "<p>hello", {{"Content-Type", "text/html"}}));
  CHECK(contains(bench.failure().text(), "\"x.example\""));
}

TEST_CASE("A redirect is not followed, and named with its host") {
  Bench bench;
  bench.answer("sign-on",
               plain_answer(302, "", {{"Location", "https://sso.example/login?SAMLRequest=abc"}}));
  const Error error = bench.failure();
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK(contains(error.text(), "\"sso.example\""));
  CHECK_FALSE(contains(error.text(), "SAMLRequest"));
}

TEST_CASE("A DELETE may be answered with nothing") {
  Bench bench;
  bench.network.add({.name = "deleted", .method = "DELETE", .answer = plain_answer(204, "", {})});
  Request request;
  request.method = "DELETE";
  request.url = "https://x.example/x";
  CHECK(bench.client.exchange(request, Replay::never, {}).status == 204);
}

TEST_CASE("A 401 renews once and tries once more") {
  Bench bench;
  bench.answer("expired", json_answer(error_body("User is not authenticated"), 401));
  bench.answer("renewed", json_answer("{}"));
  CHECK(bench.exchange().status == 200);
  CHECK(bench.renewals == 1);
  CHECK(test::header_of(bench.network.requests().back(), "Authorization") == "Bearer token-2");
}

TEST_CASE("A 401 after the renewal is the end, and so is one that cannot be renewed") {
  for (const int available : {5, 0}) {
    CAPTURE(available);
    Bench bench(available);
    bench.network.add({.name = "refused",
                       .url_part = "/x",
                       .answer = json_answer(error_body("User is not authenticated"), 401)},
                      available == 0 ? 1 : 2);
    const Error error = bench.failure();
    CHECK(error.kind() == ErrorKind::auth);
    CHECK(error.hint() == "itsmc connection login prod");
    CHECK(bench.renewals == (available == 0 ? 0 : 1));
  }
}

TEST_CASE("What may pass is repeated after a wait, and counted") {
  Bench bench;
  bench.answer("bad gateway", plain_answer(502, "<html>", {{"Content-Type", "text/html"}}));
  bench.answer("cut", failed_answer(FailureCause::cut, true));
  bench.answer("good", json_answer("{}"));
  CHECK(bench.exchange().status == 200);
  CHECK(bench.clock.waits() == std::vector{milliseconds(500), milliseconds(1000)});
  CHECK(bench.client.traffic().requests == 3);
  CHECK(bench.client.traffic().retries == 2);
  CHECK(bench.client.traffic().throttled_ms == 0);
  CHECK(bench.network.transports_made() == 1);
}

TEST_CASE("A write whose answer was lost is not repeated, one that never left is") {
  Bench lost;
  lost.answer("lost", failed_answer(FailureCause::cut, true));
  CHECK(lost.failure(Replay::never).kind() == ErrorKind::unavailable);
  Bench unsent;
  unsent.answer("refused", failed_answer(FailureCause::refused, false));
  unsent.answer("good", json_answer("{}", 201));
  CHECK(unsent.exchange(Replay::never).status == 201);
}

TEST_CASE("No answer ends in the transport's words") {
  Bench bench;
  bench.network.add(
      {.name = "dns",
       .url_part = "/x",
       .answer = failed_answer(FailureCause::dns, false, "no such host \"x.example\"")},
      4);
  const Error error = bench.failure();
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK(error.text() == "no answer from ServiceNow: no such host \"x.example\"");
  CHECK(error.hint() == "itsmc connection test prod");
}

TEST_CASE("What asking again cannot change is not asked again") {
  for (const auto cause : {FailureCause::tls_chain, FailureCause::tls_host,
                           FailureCause::tls_expired, FailureCause::too_large}) {
    Bench bench;
    bench.answer("lasting", failed_answer(cause, false));
    const Error error = bench.failure();
    CHECK(error.kind() ==
          (cause == FailureCause::too_large ? ErrorKind::protocol : ErrorKind::unavailable));
  }
}

TEST_CASE("raw returns what exchange would throw, once the tries are used up") {
  Bench bench;
  Request request;
  request.url = "https://x.example/x";
  bench.answer("denied", json_answer(error_body("no"), 403));
  CHECK(bench.client.raw(request, Replay::safe, {}).status == 403);
  bench.network.add({.name = "broken", .answer = json_answer("{}", 500)}, 4);
  const Response broken = bench.client.raw(request, Replay::safe, {});
  CHECK(broken.status == 500);
  REQUIRE(bench.client.failure_of(broken));
  CHECK(bench.client.failure_of(broken)->kind() == ErrorKind::unavailable);
}

TEST_CASE("A server error that the product calls lasting is not asked again") {
  Bench bench;
  ClientOptions options = Bench::options({});
  options.judge.lasting = [](const Request& request, const Response&, std::string_view body) {
    return contains(request.url, "/page") && contains(std::string(body), "gone");
  };
  Client client(
      options, nullptr,
      {bench.network.transports(), bench.clock, bench.tokens, bench.log.log(), [] { return 0.0; }});
  const auto ask = [&](const std::string& path) {
    Request request;
    request.url = client.url(path, {});
    return client.raw(request, Replay::safe, {}).status;
  };
  bench.network.add({.name = "gone", .url_part = "/page", .answer = json_answer("gone", 500)});
  CHECK(ask("/page") == 500);
  bench.network.add({.name = "busy", .url_part = "/page", .answer = json_answer("busy", 500)}, 4);
  CHECK(ask("/page") == 500);
  bench.network.add({.name = "elsewhere", .url_part = "/x", .answer = json_answer("gone", 500)}, 4);
  CHECK(ask("/x") == 500);
  bench.network.add({.name = "limit", .url_part = "/page", .answer = json_answer("gone", 429)}, 4);
  CHECK(ask("/page") == 429);
}

TEST_CASE("What a JSON body names goes before what the status says") {
  struct Row {
    int status;
    bool named;
  };
  for (const Row& row : {Row{500, true}, Row{402, true}, Row{404, true}, Row{401, false},
                         Row{408, false}, Row{429, false}, Row{200, false}}) {
    CAPTURE(row.status);
    Bench bench;
    ClientOptions options = Bench::options({.max_tries = 1});
    options.judge.named = [](const Response&, std::string_view body) -> std::optional<Error> {
      if (!contains(std::string(body), "RECORDNOTFOUND")) return std::nullopt;
      return Error(ErrorKind::ambiguous, "named");
    };
    const Client client(options, nullptr,
                        {bench.network.transports(), bench.clock, bench.tokens, bench.log.log(),
                         [] { return 0.0; }});
    const auto failure =
        client.failure_of(*json_answer("{\"errorCode\":\"RECORDNOTFOUND\"}", row.status).response);
    CHECK((failure && failure->kind() == ErrorKind::ambiguous) == row.named);
    const auto other = client.failure_of(*json_answer("{}", row.status).response);
    CHECK((!other || other->kind() != ErrorKind::ambiguous));
  }
}

TEST_CASE("served_at is the server's clock once it has spoken") {
  Bench bench;
  bench.clock.set(Timestamp(seconds(1'000)));
  CHECK(bench.client.served_at() == Timestamp(seconds(1'000)));
  bench.answer("page", json_answer("{}"));
  (void)bench.exchange();
  CHECK(format_rfc3339(bench.client.served_at()) == "2026-01-02T03:04:05Z");
  bench.answer("page with a broken date", plain_answer(200, "{}", {{"Date", "yesterday"}}));
  (void)bench.exchange();
  CHECK(format_rfc3339(bench.client.served_at()) == "2026-01-02T03:04:05Z");
}

TEST_CASE("A stop ends requests, waits and everything else as cancelled") {
  Bench before;
  before.stop.request_stop();
  CHECK(before.failure().kind() == ErrorKind::cancelled);
  CHECK(before.network.requests().empty());

  Bench during;
  during.answer("interrupted", failed_answer(FailureCause::cancelled, true, "interrupted"));
  CHECK(during.failure().kind() == ErrorKind::cancelled);

  Bench waiting;
  waiting.network.add({.name = "limit",
                       .answer = json_answer("{}", 429, {{"Retry-After", "60"}}),
                       .before = [&waiting](const Request&) { waiting.stop.request_stop(); }});
  CHECK(waiting.failure().kind() == ErrorKind::cancelled);
}

TEST_CASE("The log says what was asked and what came, but never the credentials") {
  Bench bench;
  bench.answer(
      "page", json_answer("{\"password\":\"in-the-body\"}", 200, {{"X-Transaction-ID", "t-4711"}}));
  bench.answer("cut", failed_answer(FailureCause::cut, true, "it was cut off"));
  bench.answer("good", json_answer("{}"));
  (void)bench.client.get("/x", {{"sysparm_limit", "1"}}, {});
  (void)bench.exchange();
  const std::string log = bench.log.text();
  CHECK(contains(log, "GET x.example/x?sysparm_limit=1: 200, 26 bytes, content-type: "));
  CHECK(contains(log, ", 0 ms, request t-4711"));
  CHECK(contains(log, "GET x.example/x: it was cut off"));
  CHECK(contains(log, "prod: no answer, try 2 of 4"));
  CHECK_FALSE(contains(log, "token-1"));
  CHECK_FALSE(contains(log, "in-the-body"));
}

TEST_CASE("An error body may be gzip, or damaged") {
  Bench bench;
  bench.answer("damaged",
               json_answer("not gzip at all, not at all", 403, {{"Content-Encoding", "gzip"}}));
  const Error error = bench.failure();
  CHECK(error.kind() == ErrorKind::denied);
  CHECK(error.text() == "ServiceNow refused the request (403)");
}

}  // namespace
}  // namespace itsmc::http
