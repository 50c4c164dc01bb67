#include "client/door.hpp"

#include <catch2/catch.hpp>

using namespace itsmc;
using itsmc::client::StoredRows;
using itsmc::http::FailureCause;

namespace {

const Timestamp k_now = *parse_rfc3339("2026-03-01T12:00:00Z");
const Connection k_connection{.name = "prod", .url = "https://x.service-now.com"};

const Check& line(const std::vector<Check>& checks, const std::string& name) {
  for (const Check& check : checks) {
    if (check.check == name) return check;
  }
  FAIL("no line " << name);
  return checks.front();
}

}  // namespace

TEST_CASE("another port says what becomes of the rows, where there are any") {
  http::Inspection seen;
  seen.failure = http::Failure{FailureCause::refused, "curl's words", false};
  const auto hint = [&seen](StoredRows rows) {
    return line(client::judge_door(k_connection, seen, k_now, rows), "tcp").hint;
  };
  CHECK(hint(StoredRows::none) ==
        "itsmc connection edit prod --url https://x.service-now.com:PORT");
  CHECK(hint(StoredRows::some) == hint(StoredRows::none) + " --keep-rows");
}

TEST_CASE("each cause fails its own line, with a cause and a next step") {
  struct Case {
    FailureCause cause;
    std::string failing;
  };
  const Case wanted =
      GENERATE(Case{FailureCause::dns, "dns"}, Case{FailureCause::refused, "tcp"},
               Case{FailureCause::unreachable, "tcp"}, Case{FailureCause::timeout, "tcp"},
               Case{FailureCause::proxy, "tcp"}, Case{FailureCause::tls_chain, "tls"},
               Case{FailureCause::tls_host, "tls"}, Case{FailureCause::tls_expired, "tls"},
               Case{FailureCause::cut, "tcp"});
  http::Inspection seen;
  seen.failure = http::Failure{wanted.cause, "curl's words", false};
  const std::vector<Check> checks = client::judge_door(k_connection, seen, k_now, StoredRows::none);
  CHECK(client::is_shut(checks));
  REQUIRE(checks.size() == 4);
  const Check& failing = line(checks, wanted.failing);
  CHECK(failing.status == CheckStatus::failed);
  CHECK(failing.message == "curl's words");
  CHECK_FALSE(failing.cause.empty());
  CHECK_FALSE(failing.hint.empty());
  int failed = 0;
  for (const Check& check : checks) failed += check.status == CheckStatus::failed ? 1 : 0;
  CHECK(failed == 1);
}

TEST_CASE("a server that speaks plain http where https was asked is called that") {
  struct Case {
    std::string url, hint;
  };
  const Case wanted = GENERATE(
      Case{"https://127.0.0.1:8080", "itsmc connection edit prod --url http://127.0.0.1:8080"},
      Case{"https://localhost", "itsmc connection edit prod --url http://localhost"},
      Case{"https://sm.corp.example:8080", "--url https://HOST:PORT"});
  http::Inspection seen;
  seen.failure = http::Failure{FailureCause::tls_other,
                               "no TLS with \"x\": error:0A00010B:SSL routines::wrong version "
                               "number",
                               false};
  const std::vector<Check> checks =
      client::judge_door({.name = "prod", .url = wanted.url}, seen, k_now, StoredRows::none);
  CHECK(line(checks, "tls").cause == "the server speaks plain http there, not https");
  CHECK(line(checks, "tls").hint.find(wanted.hint) != std::string::npos);
}

TEST_CASE("an unknown host's hint is an url of the connection's own product") {
  http::Inspection seen;
  seen.failure = http::Failure{FailureCause::dns, "no such host", false};
  const auto hint = [&seen](const Connection& connection) {
    return line(client::judge_door(connection, seen, k_now, StoredRows::none), "dns").hint;
  };
  CHECK(hint(k_connection) == "itsmc connection edit prod --url https://INSTANCE.service-now.com");
  Connection own = k_connection;
  own.self_hosted = true;
  CHECK(hint(own) == "itsmc connection edit prod --url https://HOST");
  for (const PartnerKind partner :
       {PartnerKind::cherwell, PartnerKind::provance, PartnerKind::scsm}) {
    Connection other = k_connection;
    other.partner = partner;
    CHECK(hint(other) == "itsmc connection edit prod --url https://HOST");
  }
}

TEST_CASE("an open door tells the certificate's end and the clocks' difference") {
  http::Inspection seen{.address = "192.0.2.7", .tls = true, .certificate_issuer = "Some CA"};
  seen.certificate_expires = k_now + std::chrono::days(90);
  seen.served_at = k_now - std::chrono::seconds(3);
  const std::vector<Check> good = client::judge_door(k_connection, seen, k_now, StoredRows::none);
  CHECK_FALSE(client::is_shut(good));
  CHECK(line(good, "tls").status == CheckStatus::ok);
  CHECK(line(good, "clock").status == CheckStatus::ok);

  seen.certificate_expires = k_now + std::chrono::days(3);
  seen.served_at = k_now + std::chrono::seconds(400);
  const std::vector<Check> worrying =
      client::judge_door(k_connection, seen, k_now, StoredRows::none);
  CHECK_FALSE(client::is_shut(worrying));
  CHECK(line(worrying, "tls").status == CheckStatus::warning);
  CHECK(line(worrying, "clock").status == CheckStatus::warning);
  CHECK(line(worrying, "clock").cause.find("400 s behind") != std::string::npos);
}
