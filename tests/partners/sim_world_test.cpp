#include "partners/sim_world.hpp"

#include <array>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "shared/orders.hpp"
#include "shared/wire_faults.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using nlohmann::json;

namespace {

constexpr auto k_faults = std::to_array<sim::FaultName>({
    {"refuse-token", "", "", "", 0},
    {"rate-limit", "N|date:N", "", "", 0},
    {"reset-mid-body", "", "", "", 0},
    {"close-mid-body", "", "", "", 0},
    {"page-larger", "N", "", "", 0},
    {"empty-page", "", "", "", 0},
    {"slow", "MS", "", "", 0},
});

/// A product that says what it was asked, and keeps the orders it was given.
class Mirror : public sim::Product {
 public:
  explicit Mirror(sim::Bench& bench) : bench_(bench), started_ms_(bench.clock.steady_ms()) {}

  sim::Reply answer(const sim::Request& request, const sim::Firing& firing) override {
    json seen{{"method", request.method},
              {"path", request.path},
              {"q", request.param_or("q", "")},
              {"body", request.body},
              {"accept", request.header("accept")},
              {"origin", request.origin()},
              {"faults", firing.text()},
              {"age_ms", bench_.clock.steady_ms() - started_ms_}};
    sim::Reply reply = sim::json_reply(firing.has("refuse-token") ? 401 : 200, seen.dump());
    for (const char* name : {"rate-limit", "page-larger"}) {
      if (const auto* argument = firing.argument(name)) reply.set_header("X-Argument", *argument);
    }
    sim::spoil_wire(firing, reply);
    return reply;
  }
  std::optional<sim::Reply> control(const std::string& what, const sim::Request& request) override {
    if (what == "put") {
      const sim::PutOrder order = sim::put_order(request, bench_.clock.now_ms());
      orders_ += fmt::format("put {} {} {} {} {}\n", name_of(order.type), order.id,
                             sim::rfc3339_text(order.updated_ms), order.title, order.hidden);
    } else if (what == "remove") {
      orders_ +=
          fmt::format("remove {} {}\n", name_of(type_order(request)), sim::id_order(request));
    } else if (what == "tokens/expire") {
      orders_ += "expire\n";
    } else if (what == "orders") {
      return sim::json_reply(200, orders_);
    } else {
      return std::nullopt;
    }
    return sim::json_reply(200, "{}");
  }

 private:
  sim::Bench& bench_;
  std::int64_t started_ms_;
  std::string orders_;
};

sim::ProductEntry mirror() {
  return {"mirror", [] { return std::span<const sim::FaultName>(k_faults); },
          [](sim::Bench& bench, const sim::Options&) -> std::unique_ptr<sim::Product> {
            return std::make_unique<Mirror>(bench);
          }};
}

SimSetup mirror_setup() {
  SimSetup setup;
  setup.product = mirror();
  setup.partner = PartnerKind::scsm;
  setup.type = WorkItemType::change_request;
  setup.url = "https://acme.example";
  setup.other_urls = {"https://login.example"};
  setup.page_path = "/api/pages";
  return setup;
}

http::Exchange get(SimWorld& world, const std::string& url) {
  return world.wire().new_transport()->send({"GET", url, {{"Accept", "application/json"}}, ""}, {});
}

json seen(const http::Exchange& exchange) {
  REQUIRE(exchange.response);
  return json::parse(exchange.response->body);
}

}  // namespace

TEST_CASE("a simulated world hands a request to the product as its server would",
          "[partners][world]") {
  SimWorld world(mirror_setup());
  const http::Request request{"POST",
                              "https://acme.example/api/a%20b+c/x?q=1%2B+2&z=%26",
                              {{"Accept", "application/json"}},
                              "text"};
  const http::Exchange exchange = world.exchange(request);
  const json got = seen(exchange);
  CHECK(got["method"] == "POST");
  CHECK(got["path"] == "/api/a b+c/x");
  CHECK(got["q"] == "1+ 2");
  CHECK(got["body"] == "text");
  CHECK(got["accept"] == "application/json");
  CHECK(got["origin"] == "https://acme.example");
  CHECK(exchange.response->status == 200);
  CHECK(exchange.response->header("content-type") == "application/json;charset=UTF-8");
  CHECK(seen(get(world, "https://login.example"))["path"] == "/");
}

TEST_CASE("a simulated world's time is the test's", "[partners][world]") {
  SimWorld world(mirror_setup());
  CHECK(get(world, "https://acme.example/").response->header("Date") ==
        "Fri, 02 Jan 2026 03:04:05 GMT");
  world.clock().advance(std::chrono::seconds(90));
  const http::Exchange later = get(world, "https://acme.example/");
  CHECK(later.response->header("Date") == "Fri, 02 Jan 2026 03:05:35 GMT");
  CHECK(seen(later)["age_ms"] == 90'000);
  world.fault("slow=2500;count=1");
  const Timestamp before = world.clock().now();
  (void)get(world, "https://acme.example/");
  CHECK(world.clock().now() - before == std::chrono::milliseconds(2500));
  CHECK(world.clock().waits().empty());
}

TEST_CASE("a simulated world's failures are those of a network", "[partners][world]") {
  SimWorld world(mirror_setup());
  for (const char* fault : {"reset-mid-body", "close-mid-body"}) {
    world.fault(std::string(fault) + ";count=1");
    const http::Exchange exchange = get(world, "https://acme.example/api/pages");
    CHECK(!exchange.response);
    CHECK(exchange.failure.cause == http::FailureCause::cut);
    CHECK(exchange.failure.sent);
  }
  const http::Exchange elsewhere = get(world, "https://other.example/");
  CHECK(elsewhere.failure.cause == http::FailureCause::dns);
  CHECK(!elsewhere.failure.sent);
  CHECK(get(world, "http://acme.example/").failure.cause == http::FailureCause::dns);
  std::stop_source stop;
  stop.request_stop();
  const auto transport = world.wire().new_transport();
  CHECK(transport->send({"GET", "https://acme.example/", {}, ""}, stop.get_token()).failure.cause ==
        http::FailureCause::cancelled);
}

TEST_CASE("a simulated world fills the product by its controls", "[partners][world]") {
  SimWorld world(mirror_setup());
  const Timestamp time(std::chrono::milliseconds(1'762'128'005'250));
  world.put({world.id(1), time, "a \"b\"", true});
  world.remove(world.id(2));
  CHECK(world.control("orders") ==
        "put change-request 00000007-0c4e-4b5f-9a6d-000000abcdef 2025-11-03T00:00:05.250Z "
        "a \"b\" true\nremove change-request 0000000d-0c4e-4b5f-9a6d-000000abcdef\n");
  CHECK_THROWS_WITH(world.control("nothing"), Catch::Contains("404"));
  CHECK_THROWS_WITH(world.fault("nothing"), Catch::Contains("mirror knows no fault 'nothing'"));
  CHECK_THROWS_WITH(sim_product("nothing"), Catch::Contains("nothing"));
  CHECK(sim_product("servicenow").name == "servicenow");
}

TEST_CASE("a fault that the contract orders meets the next page, once", "[partners][world]") {
  struct Case {
    Fault fault;
    std::string name, argument;
  };
  const auto cases = std::to_array<Case>({
      {Fault::refuse_token, "refuse-token", ""},
      {Fault::throttle_seconds, "rate-limit", "7"},
      {Fault::throttle_date, "rate-limit", "date:9"},
      {Fault::oversized_page, "page-larger", "30"},
      {Fault::empty_page, "empty-page", ""},
  });
  SimWorld world(mirror_setup());
  for (const Case& each : cases) {
    INFO(each.name << " " << each.argument);
    world.order(each.fault);
    CHECK(seen(get(world, "https://acme.example/api/other"))["faults"] == "");
    const http::Exchange page = get(world, "https://acme.example/api/pages?top=5");
    CHECK(seen(page)["faults"] == each.name);
    if (!each.argument.empty()) CHECK(page.response->header("X-Argument") == each.argument);
    CHECK(seen(get(world, "https://acme.example/api/pages"))["faults"] == "");
  }
  world.order(Fault::cut_connection);
  CHECK(get(world, "https://acme.example/api/pages").failure.cause == http::FailureCause::cut);
  world.order(Fault::expire_token);
  CHECK(world.control("orders") == "expire\n");
}

TEST_CASE("pages that were served are counted, and nothing else", "[partners][world]") {
  SimWorld world(mirror_setup());
  std::string seen_pages;
  world.after_page([&seen_pages](int page) { seen_pages += std::to_string(page); });
  (void)get(world, "https://acme.example/api/pages");
  (void)get(world, "https://acme.example/api/other");
  world.order(Fault::refuse_token);
  (void)get(world, "https://acme.example/api/pages");
  world.order(Fault::cut_connection);
  (void)get(world, "https://acme.example/api/pages");
  (void)get(world, "https://acme.example/api/pages");
  CHECK(seen_pages == "12");
}

TEST_CASE("a simulated world opens the partner that the test gives", "[partners][world]") {
  SimSetup setup = mirror_setup();
  int asked = 0;
  setup.open = [&asked](SimWorld& world, int size) -> std::unique_ptr<partners::Partner> {
    asked = size;
    CHECK(world.connection.partner == PartnerKind::scsm);
    CHECK(world.connection.url == "https://acme.example");
    CHECK(world.credentials().client_secret.reveal() == sim::Credentials().client_secret);
    CHECK(world.credentials().password()->reveal() == sim::Credentials().password);
    return nullptr;
  };
  SimWorld world(setup);
  CHECK(world.open(50) == nullptr);
  CHECK(asked == 50);
  CHECK(!world.counts_hidden());
}

TEST_CASE("every simulated product of a partner can do what the contract orders",
          "[partners][world]") {
  for (const sim::ProductEntry& product : sim::products()) {
    if (!parse_partner(product.name) || product.name == "servicenow") continue;
    INFO(product.name);
    for (const WorkItemType type : {WorkItemType::incident, WorkItemType::change_request}) {
      SimSetup setup = mirror_setup();
      setup.product = product;
      setup.type = type;
      SimWorld world(setup);
      for (const Fault fault :
           {Fault::refuse_token, Fault::expire_token, Fault::throttle_seconds, Fault::throttle_date,
            Fault::cut_connection, Fault::oversized_page, Fault::empty_page}) {
        world.order(fault);
      }
      const std::string list = fmt::format("truth?type={}", to_string(type));
      const Timestamp time(std::chrono::seconds(1'762'128'005));
      world.put({"00000007-0c4e-4b5f-9a6d-000000abcdef", time, "a title", true});
      const json row = json::parse(world.control(list));
      CHECK(row["title"] == "a title");
      CHECK(row["hidden"] == true);
      CHECK(row["updated"].get<std::string>().starts_with("2025-11-03T00:00:05"));
      world.remove(row["id"]);
      CHECK(world.control(list).empty());
    }
  }
}
