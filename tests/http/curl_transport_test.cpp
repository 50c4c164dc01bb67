#include <future>
#include <thread>

#include <catch2/catch.hpp>

#include "http/url.hpp"
#include "itsmc/core/files.hpp"
#include "itsmc/http/transport.hpp"
#include "support/certificates.hpp"
#include "support/fake_server.hpp"
#include "support/temp_dir.hpp"

namespace itsmc::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::chunked_answer;
using test::FakeServer;
using test::http_answer;
using test::ServerConnection;

const std::string k_json_type = "Content-Type: application/json";

Request get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

Exchange send(const Request& request, const TransportOptions& options = {}) {
  return make_curl_transport(options)->send(request, {});
}

/// Answers every request of every connection alike.
FakeServer::Script always(std::string answer) {
  return [answer = std::move(answer)](ServerConnection& connection) {
    while (connection.read_request()) {
      if (!connection.write(answer)) return;
    }
  };
}

/// Answers the first request so and hangs up.
FakeServer::Script once(std::string answer) {
  return [answer = std::move(answer)](ServerConnection& connection) {
    if (connection.read_request()) connection.write(answer);
  };
}

bool has_line(const std::string& request, const std::string& line) {
  return request.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST_CASE("split_url finds the parts of a url") {
  struct Row {
    const char *url, *scheme, *authority, *host, *path;
  };
  for (const Row& row :
       {Row{"https://x.example/a?b=1", "https", "x.example", "x.example", "/a?b=1"},
        Row{"http://[::1]:8080/", "http", "[::1]:8080", "::1", "/"},
        Row{"http://u:p@h:1", "http", "h:1", "h", ""}, Row{"https://h?x", "https", "h", "h", "?x"},
        Row{"", "", "", "", ""}, Row{"/login.do", "", "", "", "/login.do"}}) {
    CAPTURE(row.url);
    const UrlParts parts = split_url(row.url);
    CHECK(parts.scheme == row.scheme);
    CHECK(parts.authority == row.authority);
    CHECK(parts.host == row.host);
    CHECK(parts.path == row.path);
  }
}

TEST_CASE("The transport sends what it was given and no more") {
  FakeServer server(always(http_answer("{}", {k_json_type, "X-Transaction-ID: abc"})));
  Request request = get(server.url("/api/now/table/incident?sysparm_query=a%3Db"));
  request.headers = {{"Accept", "application/json"}, {"X-Empty", ""}};
  const Exchange answer = send(request);
  REQUIRE(answer.response);
  CHECK(answer.response->status == 200);
  CHECK(answer.response->body == "{}");
  CHECK(answer.response->header("x-transaction-id") == "abc");
  CHECK_FALSE(answer.response->header("Set-Cookie"));

  REQUIRE(server.requests().size() == 1);
  const std::string sent = server.requests().front();
  CHECK(sent.starts_with("GET /api/now/table/incident?sysparm_query=a%3Db HTTP/1.1\r\n"));
  CHECK(has_line(sent, "Accept-Encoding: gzip"));
  CHECK(has_line(sent, "Accept: application/json"));
  CHECK(has_line(sent, "X-Empty:"));
  CHECK(sent.find("Expect") == std::string::npos);
  CHECK(sent.find("Cookie") == std::string::npos);
}

TEST_CASE("The transport sends bodies with any method and the caller's type") {
  FakeServer server(always(http_answer("{}", {k_json_type})));
  for (const std::string method : {"POST", "PATCH", "PUT", "DELETE"}) {
    CAPTURE(method);
    Request request = get(server.url("/x"));
    request.method = method;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::string("{\"a\":\0}", 7);
    REQUIRE(send(request).response);
    const std::string sent = server.requests().back();
    CHECK(sent.starts_with(method + " /x HTTP/1.1\r\n"));
    CHECK(has_line(sent, "Content-Type: application/json"));
    CHECK(sent.ends_with("\r\n\r\n" + request.body));
  }
}

TEST_CASE("The transport keeps its connection between reads, but never repeats a write on it") {
  FakeServer server(always(http_answer("{}", {k_json_type})));
  const auto transport = make_curl_transport({});
  for (int i = 0; i < 3; ++i) REQUIRE(transport->send(get(server.url()), {}).response);
  CHECK(server.connections() == 1);

  // A kept connection that dies under a write: libcurl would send the write again by itself.
  FakeServer dying([](ServerConnection& connection) {
    while (const auto request = connection.read_request()) {
      if (request->starts_with("POST")) return;
      connection.write(http_answer("{}", {k_json_type}));
    }
  });
  REQUIRE(transport->send(get(dying.url()), {}).response);
  Request write = get(dying.url());
  write.method = "POST";
  const Exchange lost = transport->send(write, {});
  CHECK_FALSE(lost.response);
  CHECK(lost.failure.cause == FailureCause::cut);
  CHECK(lost.failure.sent);
  CHECK(dying.requests().size() == 2);
}

TEST_CASE("A write that may arrive twice travels on the kept connection; others on their own") {
  struct Case {
    WriteOver over;
    int connections;
  };
  for (const Case& expected :
       {Case{WriteOver::kept_connection, 1}, Case{WriteOver::new_connection, 3}}) {
    FakeServer server(always(http_answer("{}", {k_json_type})));
    const auto transport = make_curl_transport({});
    Request write = get(server.url());
    write.method = "POST";
    write.write_over = expected.over;
    for (int i = 0; i < 3; ++i) REQUIRE(transport->send(write, {}).response);
    CHECK(server.connections() == expected.connections);
  }
}

TEST_CASE("The transport keeps no cookie and follows no redirect") {
  FakeServer elsewhere(always(http_answer("{}")));
  FakeServer server(always(http_answer(
      "", {"Set-Cookie: JSESSIONID=1; Path=/", "Location: " + elsewhere.url("/login_with_sso.do")},
      "302 Found")));
  const auto transport = make_curl_transport({});
  for (int i = 0; i < 2; ++i) {
    const Exchange answer = transport->send(get(server.url()), {});
    REQUIRE(answer.response);
    CHECK(answer.response->status == 302);
    CHECK(answer.response->header("location") == elsewhere.url("/login_with_sso.do"));
  }
  CHECK(elsewhere.connections() == 0);
  CHECK(server.requests().back().find("Cookie") == std::string::npos);
}

TEST_CASE("The transport leaves gzip bodies as they are and joins chunks") {
  const std::string packed("\x1F\x8B\x08 raw \0 bytes", 15);
  FakeServer server([&packed](ServerConnection& connection) {
    (void)connection.read_request();
    connection.write(http_answer(packed, {k_json_type, "Content-Encoding: gzip"}));
    (void)connection.read_request();
    connection.write(chunked_answer({"{\"result\":", "[", std::string(300'000, ' '), "]}"}));
  });
  const auto transport = make_curl_transport({});
  const Exchange raw = transport->send(get(server.url()), {});
  REQUIRE(raw.response);
  CHECK(raw.response->body == packed);
  const Exchange joined = transport->send(get(server.url()), {});
  REQUIRE(joined.response);
  CHECK(joined.response->body.size() == 300'013);
  CHECK(joined.response->body.ends_with(" ]}"));
}

TEST_CASE("An answer that is not whole is never an answer") {
  struct Row {
    const char* name;
    std::string bytes;
  };
  const std::string chunked = chunked_answer({"{\"result\":[", "]}"});
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  for (const Row& row :
       {Row{"shorter than announced", head + "Content-Length: 100\r\n\r\n{\"result\":[]}"},
        Row{"no last chunk", chunked.substr(0, chunked.size() - 5)},
        Row{"in the middle of a chunk", chunked.substr(0, chunked.size() - 9)},
        Row{"a chunk length that is none", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"},
        Row{"in the header", "HTTP/1.1 200 OK\r\nContent-Le"}, Row{"nothing at all", ""}}) {
    CAPTURE(row.name);
    FakeServer server(once(row.bytes));
    const Exchange answer = send(get(server.url()));
    CHECK_FALSE(answer.response);
    CHECK(answer.failure.cause == FailureCause::cut);
    CHECK(answer.failure.sent);
    CHECK_FALSE(answer.failure.text.empty());
  }
}

TEST_CASE("A reset in the middle of the body is a cut") {
  FakeServer server([](ServerConnection& connection) {
    (void)connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{\"result\":[");
    connection.wait(milliseconds(50));
    connection.reset();
  });
  const Exchange answer = send(get(server.url()));
  CHECK_FALSE(answer.response);
  CHECK(answer.failure.cause == FailureCause::cut);
}

TEST_CASE("A connection works again after an answer was cut off") {
  FakeServer server([](ServerConnection& connection) {
    (void)connection.read_request();
    if (connection.number() == 1) {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
      return;
    }
    connection.write(http_answer("{\"second\":1}"));
  });
  const auto transport = make_curl_transport({});
  CHECK_FALSE(transport->send(get(server.url()), {}).response);
  const Exchange second = transport->send(get(server.url()), {});
  REQUIRE(second.response);
  CHECK(second.response->body == "{\"second\":1}");
}

TEST_CASE("A body larger than the limit is refused, announced or not") {
  TransportOptions options;
  options.max_body_bytes = 1000;
  struct Row {
    std::string answer;
    bool good;
  };
  for (const Row& row :
       {Row{http_answer(std::string(1000, 'x')), true},
        Row{http_answer(std::string(1001, 'x')), false},
        Row{chunked_answer({std::string(600, 'x'), std::string(600, 'y')}), false}}) {
    FakeServer server(once(row.answer));
    const Exchange answer = send(get(server.url()), options);
    CHECK(answer.response.has_value() == row.good);
    if (!row.good) CHECK(answer.failure.cause == FailureCause::too_large);
  }
}

TEST_CASE("Statuses are values, whatever they are") {
  for (const std::string status : {"204 No Content", "401 Unauthorized", "429 Too Many Requests",
                                   "503 Service Unavailable", "599 Whatever"}) {
    CAPTURE(status);
    FakeServer server(once(http_answer("", {}, status)));
    const Exchange answer = send(get(server.url()));
    REQUIRE(answer.response);
    CHECK(std::to_string(answer.response->status) == status.substr(0, 3));
  }
}

TEST_CASE("An interim answer is not the answer") {
  FakeServer server(once("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n" + http_answer("{}")));
  const Exchange answer = send(get(server.url()));
  REQUIRE(answer.response);
  CHECK(answer.response->status == 200);
  CHECK_FALSE(answer.response->header("X-Interim"));
}

TEST_CASE("Nobody there: the cause is named and nothing was sent") {
  const Exchange refused =
      send(get("http://127.0.0.1:" + std::to_string(test::unused_port()) + "/"));
  CHECK(refused.failure.cause == FailureCause::refused);
  CHECK_FALSE(refused.failure.sent);
  const Exchange unknown = send(get("http://no-such-host.invalid/"));
  CHECK(unknown.failure.cause == FailureCause::dns);
  CHECK_FALSE(unknown.failure.sent);
  CHECK(unknown.failure.text.find("no-such-host.invalid") != std::string::npos);
}

TEST_CASE("What failed once is asked for again, and whatever is asked for next") {
  FakeServer server(once(http_answer("{}")));
  const auto transport = make_curl_transport({});
  for (int tries = 0; tries < 3; ++tries) {
    const Exchange unknown = transport->send(get("http://no-such-host.invalid/"), {});
    CHECK(unknown.failure.cause == FailureCause::dns);
  }
  CHECK(transport->send(get(server.url()), {}).response);
}

TEST_CASE("A server that says nothing runs into the total timeout") {
  FakeServer server([](ServerConnection& connection) {
    (void)connection.read_request();
    connection.wait(milliseconds(5000));
  });
  TransportOptions options;
  options.total_timeout = milliseconds(200);
  const Exchange answer = send(get(server.url()), options);
  CHECK(answer.failure.cause == FailureCause::timeout);
  CHECK(answer.failure.sent);
}

TEST_CASE("Other protocols are refused") {
  const Exchange answer = send(get("file:///etc/hostname"));
  CHECK_FALSE(answer.response);
  CHECK(answer.failure.cause == FailureCause::other);
  CHECK_FALSE(answer.failure.sent);
}

TEST_CASE("A stop ends a request at once, in whatever state it is") {
  FakeServer server([](ServerConnection& connection) {
    const auto request = connection.read_request();
    if (request && request->find("/body") != std::string::npos) {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      for (int i = 0; i < 100 && connection.write("x"); ++i) connection.wait(milliseconds(50));
    }
    connection.wait(milliseconds(5000));
  });
  for (const char* path : {"/silence", "/body"}) {
    CAPTURE(path);
    std::stop_source stop;
    const auto transport = make_curl_transport({});
    auto answer = std::async(std::launch::async, [&] {
      return transport->send(get(server.url(path)), stop.get_token());
    });
    std::this_thread::sleep_for(milliseconds(150));
    const auto asked = steady_clock::now();
    stop.request_stop();
    CHECK(answer.get().failure.cause == FailureCause::cancelled);
    CHECK(steady_clock::now() - asked < milliseconds(2000));  // not the 5 s of silence
  }
  std::stop_source before;
  before.request_stop();
  const Exchange never = make_curl_transport({})->send(get(server.url()), before.get_token());
  CHECK(never.failure.cause == FailureCause::cancelled);
  CHECK_FALSE(never.failure.sent);
}

TEST_CASE("A proxy is used when given, but never for loopback") {
  FakeServer server(always(http_answer("{}")));
  FakeServer proxy(always(http_answer("{\"by\":\"proxy\"}")));
  TransportOptions options;
  options.proxy = proxy.url();
  CHECK(send(get(server.url()), options).response);
  CHECK(proxy.connections() == 0);
  const Exchange through = send(get("http://instance.invalid/x"), options);
  REQUIRE(through.response);
  CHECK(through.response->body == "{\"by\":\"proxy\"}");
  CHECK(proxy.requests().front().starts_with("GET http://instance.invalid/x HTTP/1.1\r\n"));
}

TEST_CASE("A proxy that refuses or is not there is named as such") {
  FakeServer proxy(once(http_answer("", {}, "407 Proxy Authentication Required")));
  TransportOptions options;
  options.proxy = proxy.url();
  const Exchange refused = send(get("https://instance.invalid/x"), options);
  CHECK(refused.failure.cause == FailureCause::proxy);
  CHECK_FALSE(refused.failure.sent);
  options.proxy = "http://127.0.0.1:" + std::to_string(test::unused_port());
  CHECK(send(get("https://instance.invalid/x"), options).failure.cause == FailureCause::proxy);
  options.proxy = "http://no-such-proxy.invalid:3128";
  CHECK(send(get("https://instance.invalid/x"), options).failure.cause == FailureCause::proxy);
}

/// A private authority whose certificate lies in a file.
struct PrivateAuthority {
  PrivateAuthority() {
    write_atomically(directory / "ca.pem", authority.certificate(), Privacy::shared);
    options.ca_file = (directory / "ca.pem").string();
  }
  test::TempDir directory;
  test::Authority authority{"Example Private CA"};
  TransportOptions options;
};

TEST_CASE("TLS with a private authority works when its certificate is given") {
  const PrivateAuthority ca;
  FakeServer server(always(http_answer("{}")), ca.authority.issue({}));
  const Exchange answer = send(get(server.url()), ca.options);
  INFO(answer.failure.text);
  CHECK(answer.response);
}

TEST_CASE("Each TLS trouble has its own cause, and nothing is sent") {
  const PrivateAuthority ca;
  struct Row {
    const char* name;
    test::CertificateWish wish;
    bool trusted;
    FailureCause cause;
  };
  test::CertificateWish other_host;
  other_host.alternative_names = "DNS:other.example";
  test::CertificateWish expired;
  expired.begins = -std::chrono::hours(48);
  expired.ends = -std::chrono::hours(24);
  test::CertificateWish too_early;
  too_early.begins = std::chrono::hours(24);
  too_early.ends = std::chrono::hours(48);
  for (const Row& row : {Row{"unknown authority", {}, false, FailureCause::tls_chain},
                         Row{"another host", other_host, true, FailureCause::tls_host},
                         Row{"expired", expired, true, FailureCause::tls_expired},
                         Row{"not yet valid", too_early, true, FailureCause::tls_expired}}) {
    CAPTURE(row.name);
    FakeServer server(always(http_answer("{}")), ca.authority.issue(row.wish));
    const Exchange answer = send(get(server.url()), row.trusted ? ca.options : TransportOptions{});
    CHECK_FALSE(answer.response);
    CAPTURE(answer.failure.text);
    CHECK(answer.failure.cause == row.cause);
    CHECK_FALSE(answer.failure.sent);
    CHECK(server.requests().empty());
  }
}

TEST_CASE("TLS with something that does not speak it") {
  FakeServer server([](ServerConnection& connection) {
    connection.write(http_answer("{}", {}, "400 Bad Request"));
  });
  std::string url = server.url();
  url.replace(0, 4, "https");
  const Exchange answer = send(get(url));
  CHECK(answer.failure.cause == FailureCause::tls_other);
  TransportOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  CHECK(send(get(url), options).failure.cause == FailureCause::tls_other);
}

}  // namespace
}  // namespace itsmc::http
