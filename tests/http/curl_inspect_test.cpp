#include "http/curl_inspect.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/files.hpp"
#include "itsmc/http/transport.hpp"
#include "support/certificates.hpp"
#include "support/fake_server.hpp"
#include "support/temp_dir.hpp"

namespace itsmc::http {
namespace {

using test::FakeServer;
using test::http_answer;
using test::ServerConnection;

FakeServer::Script answering() {
  return [](ServerConnection& connection) {
    while (connection.read_request()) {
      connection.write(http_answer("<html></html>", {"Date: Fri, 02 Jan 2026 03:04:05 GMT"}));
    }
  };
}

Inspection look(const std::string& url, const std::string& ca_file = "") {
  TransportOptions options;
  options.ca_file = ca_file;
  return make_curl_transport(options)->inspect(url, {});
}

TEST_CASE("A look at a plain server shows its address and clock") {
  FakeServer server(answering());
  const Inspection seen = look(server.url());
  CHECK_FALSE(seen.failure);
  CHECK(seen.address == "127.0.0.1");
  CHECK_FALSE(seen.tls);
  CHECK(seen.http_status_line == "HTTP/1.1 200 OK");
  REQUIRE(seen.served_at);
  CHECK(format_rfc3339(*seen.served_at) == "2026-01-02T03:04:05Z");
  CHECK(server.requests().front().starts_with("GET / HTTP/1.1\r\n"));
}

TEST_CASE("A look through TLS shows the certificate") {
  const test::TempDir directory;
  const test::Authority authority("Example Private CA");
  write_atomically(directory / "ca.pem", authority.certificate(), Privacy::shared);
  FakeServer server(answering(), authority.issue({}));
  const Inspection seen = look(server.url("/"), (directory / "ca.pem").string());
  CHECK_FALSE(seen.failure);
  CHECK(seen.tls);
  CHECK(seen.certificate_issuer.find("Example Private CA") != std::string::npos);
  CHECK(seen.certificate_subject.find("localhost") != std::string::npos);
  REQUIRE(seen.certificate_expires);
  const auto left = *seen.certificate_expires - system_clock().now();
  CHECK(left > std::chrono::hours(23));
  CHECK(left < std::chrono::hours(25));
}

TEST_CASE("A look shows a refused certificate too, and sends nothing to it") {
  const test::Authority authority("Interception Box");
  test::CertificateWish wish;
  wish.alternative_names = "DNS:other.example";
  for (const bool other_host : {false, true}) {
    FakeServer server(answering(), authority.issue(other_host ? wish : test::CertificateWish{}));
    const Inspection seen = look(server.url());
    REQUIRE(seen.failure);
    CHECK(seen.failure->cause == FailureCause::tls_chain);
    CHECK(seen.certificate_issuer.find("Interception Box") != std::string::npos);
    CHECK(seen.certificate_expires);
    CHECK(seen.http_status_line.empty());
    CHECK(server.requests().empty());
  }
}

TEST_CASE("A look at nobody names the stage") {
  const Inspection unknown = look("https://no-such-host.invalid");
  REQUIRE(unknown.failure);
  CHECK(unknown.failure->cause == FailureCause::dns);
  CHECK(unknown.address.empty());
  const Inspection refused = look("http://127.0.0.1:" + std::to_string(test::unused_port()));
  REQUIRE(refused.failure);
  CHECK(refused.failure->cause == FailureCause::refused);
}

TEST_CASE("A large page behind an open door is no failure") {
  FakeServer server([](ServerConnection& connection) {
    (void)connection.read_request();
    connection.write(http_answer(std::string(1'000'000, 'x')));
  });
  const Inspection seen = look(server.url());
  CHECK_FALSE(seen.failure);
  CHECK(seen.http_status_line == "HTTP/1.1 200 OK");
}

TEST_CASE("A certificate's dates are read as OpenSSL prints them") {
  struct Row {
    const char *text, *time;
  };
  for (const Row& row : {Row{"Nov 22 18:50:09 2027 GMT", "2027-11-22T18:50:09Z"},
                         Row{"Jan  2 03:04:05 2026 GMT", "2026-01-02T03:04:05Z"}}) {
    const auto time = parse_certificate_date(row.text);
    REQUIRE(time);
    CHECK(format_rfc3339(*time) == row.time);
  }
  for (const char* text :
       {"", "GMT", "Nov 22 18:50:09 2027", "Nov 32 18:50:09 2027 GMT", "Bad time value"}) {
    CHECK_FALSE(parse_certificate_date(text));
  }
}

}  // namespace
}  // namespace itsmc::http
