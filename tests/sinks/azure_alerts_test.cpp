#include "sinks/azure_alerts.hpp"

#include <catch2/catch.hpp>

#include "itsmc/core/azure_cloud.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/memory_tokens.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using sinks::AzureAlerts;

namespace {

struct Bench {
  test::FakeClock clock;
  http::MemoryTokens tokens;
  test::FakeNetwork network;
  AzureAlerts alerts{"law", "https://management.azure.com", nullptr,
                     http::Wire{network.transports(), clock, tokens, no_log(), [] { return 0.0; }}};
};

/// Every request asks for gzip, so any answer may be it.
http::Exchange packed(const std::string& body) {
  return test::json_answer(http::gzip(body), 200, {{"Content-Encoding", "gzip"}});
}

}  // namespace

TEST_CASE("pages of alerts and alerts are plain text, packed or not") {
  Bench bench;
  bench.network.add({.name = "first", .url_part = "/alerts?", .answer = packed(R"({"value":[]})")});
  bench.network.add({.name = "next", .url_part = "ctoken=2", .answer = packed(R"({"value":[1]})")});
  bench.network.add(
      {.name = "one", .url_part = "/alerts/a?", .answer = test::json_answer(R"({"id":"a"})")});
  CHECK(bench.alerts.first_page("s", Timestamp{}, Timestamp{}, {}) == R"({"value":[]})");
  CHECK(bench.alerts.next_page("https://management.azure.com:443/x?ctoken=2", {}) ==
        R"({"value":[1]})");
  CHECK(bench.alerts.alert("/subscriptions/s/alerts/a", {}) == R"({"id":"a"})");
}

TEST_CASE("no token goes to the host of a next link that is not Azure's") {
  Bench bench;
  const Error error = test::error_of([&] {
    static_cast<void>(bench.alerts.next_page("https://management.azure.com.evil.example/x", {}));
  });
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK(error.text().find("evil.example") != std::string::npos);
}

TEST_CASE("the subscription is what a resource id says") {
  CHECK(subscription_of("/subscriptions/S-1/resourceGroups/g") == "S-1");
  CHECK(subscription_of("/Subscriptions/S-1") == "S-1");
  CHECK(subscription_of("/x/subscriptions/S-1").empty());
  CHECK(subscription_of("").empty());
}
