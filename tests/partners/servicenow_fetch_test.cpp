#include <catch2/catch.hpp>

#include "itsmc/partners/servicenow.hpp"
#include "partners/servicenow_instance.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::partners;

namespace {

constexpr const char* k_cancelled =
    R"("error":{"message":"Transaction cancelled: maximum execution time exceeded",)"
    R"("detail":null},"status":"failure")";

Timestamp start() {
  return Timestamp(std::chrono::sys_days(std::chrono::year(2025) / 11 / 3));
}

Walk walk_of(Order order) {
  Walk walk;
  walk.order = order;
  walk.window.from = start();
  if (order == Order::by_time) walk.window.until = start() + std::chrono::hours(24);
  return walk;
}

void fill(SnowWorld& world, int count) {
  for (int n = 0; n < count; ++n) {
    world.put({world.id(n), start() + std::chrono::seconds(n / 3), "t", false});
  }
}

http::Exchange answer(int status, std::string body, std::string type = "application/json") {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", std::move(type)}};
  response.body = std::move(body);
  return {response, {}};
}

bool is_page(const SnowRequest& request) {
  return request.path == "/api/now/table/incident";
}
int limit_of(const SnowRequest& request) {
  return std::stoi(request.param("sysparm_limit"));
}

}  // namespace

TEST_CASE("A cancelled page is asked for in halves, down to what the instance bears",
          "[partners][servicenow]") {
  const std::pair<const char*, http::Exchange> ways[] = {
      {"error key", answer(200, std::string(R"({"result":[],)") + k_cancelled + "}")},
      {"truncated", answer(200, R"({"result":[{"sys_id":"a)")},
      {"500", answer(500, std::string("{") + k_cancelled + "}")},
      {"504", answer(504, "<html><title>Gateway Time-out</title></html>", "text/html")},
      {"cut gzip",
       [] {
         http::Exchange cut = answer(200, gzip(std::string(300, 'x')).substr(0, 20));
         cut.response->headers.emplace_back("Content-Encoding", "gzip");
         return cut;
       }()},
  };
  for (const auto& [name, way] : ways) {
    INFO(name);
    SnowWorld world;
    fill(world, 900);
    world.instance().intercept =
        [&way = way](const SnowRequest& request) -> std::optional<http::Exchange> {
      if (is_page(request) && limit_of(request) > 200) return way;
      return std::nullopt;
    };
    const auto partner = world.open(800);
    const Walked walked = walk_all(*partner, walk_of(Order::by_key), 1);
    CHECK(walked.rows.size() == 900);
    CHECK(walked.hidden == 0);
    // Asking for the same page again would cost the instance a minute each time.
    CHECK(partner->traffic().retries == 0);
  }
}

TEST_CASE("A page that is cancelled at the smallest size ends the stream for now",
          "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 300);
  world.instance().intercept = [](const SnowRequest& request) -> std::optional<http::Exchange> {
    if (!is_page(request)) return std::nullopt;
    return answer(200, std::string("{") + k_cancelled + "}");
  };
  const auto partner = world.open(5000);
  const Error error = error_of([&] { (void)walk_all(*partner, walk_of(Order::by_time), 1); });
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK_THAT(error.text(), Catch::Contains("pages of 50 rows") &&
                               Catch::Contains("maximum execution time exceeded"));
  CHECK_FALSE(error.hint().empty());
  CHECK(world.instance().journal().size() < 20);
}

TEST_CASE("No count that an instance sends can lose a row", "[partners][servicenow]") {
  using Header = std::function<std::optional<std::string>(std::int64_t)>;
  int calls = 0;
  const std::pair<const char*, Header> headers[] = {
      {"missing", [](std::int64_t) { return std::nullopt; }},
      {"empty", [](std::int64_t) { return ""; }},
      {"nonsense", [](std::int64_t) { return "many"; }},
      {"negative", [](std::int64_t) { return "-1"; }},
      {"zero", [](std::int64_t) { return "0"; }},
      {"five", [](std::int64_t) { return "5"; }},
      {"half", [](std::int64_t n) { return std::to_string(n / 2); }},
      {"short by three", [](std::int64_t n) { return std::to_string(n - 3); }},
      {"long by three", [](std::int64_t n) { return std::to_string(n + 3); }},
      {"long by a thousand", [](std::int64_t n) { return std::to_string(n + 1000); }},
      {"not more than a page", [](std::int64_t n) { return std::to_string(n > 50 ? 50 : n); }},
      {"moving",
       [&calls](std::int64_t n) {
         return std::to_string(n + (++calls % 3 == 0 ? 17 : calls % 3 == 1 ? -17 : 0));
       }},
      {"astronomic", [](std::int64_t) { return "99999999999999999999"; }},
  };
  for (const Order order : {Order::by_key, Order::by_time}) {
    for (const auto& [name, header] : headers) {
      INFO(name << (order == Order::by_key ? " by key" : " by time"));
      SnowWorld world;
      fill(world, 333);
      for (int n = 0; n < 333; n += 9) {  // and some rows are hidden
        world.put({world.id(n), start() + std::chrono::seconds(n / 3), "t", true});
      }
      world.instance().count_header = header;
      const auto partner = world.open(50);
      CHECK(walk_all(*partner, walk_of(order), 2).rows.size() == 333 - 37);
    }
  }
}

TEST_CASE("Without counts a hidden page in the middle is looked behind", "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 300);
  for (int n = 100; n < 140; ++n) {
    world.put({world.id(n), start() + std::chrono::seconds(n / 3), "t", true});
  }
  world.instance().count_header = [](std::int64_t) { return std::nullopt; };
  const auto partner = world.open(50);
  const Walked walked = walk_all(*partner, walk_of(Order::by_key), 1);
  CHECK(walked.rows.size() == 260);
  CHECK(walked.hidden == 0);  // nobody said
}

TEST_CASE("A table of hidden rows only is counted as such", "[partners][servicenow]") {
  for (const Order order : {Order::by_key, Order::by_time}) {
    SnowWorld world;
    for (int n = 0; n < 230; ++n) world.put({world.id(n), start(), "t", true});
    const auto partner = world.open(50);
    const Walked walked = walk_all(*partner, walk_of(order), 1);
    CHECK(walked.rows.empty());
    CHECK(walked.hidden == 230);
  }
}

TEST_CASE("A filter that is ignored fails loudly and stores nothing", "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 30);
  world.put({world.id(31), start() - std::chrono::hours(1), "old", false});
  world.instance().ignores_filters = true;
  for (const Order order : {Order::by_key, Order::by_time}) {
    const auto partner = world.open(50);
    const Error error = error_of([&] { (void)walk_all(*partner, walk_of(order), 1); });
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK_THAT(error.text(),
               Catch::Contains("ignored the filter or the order") && Catch::Contains("sys_id"));
  }
}

TEST_CASE("A page that is wrong only once is asked for again", "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 30);
  bool wrong = true;
  world.instance().intercept =
      [&wrong](const SnowRequest& request) -> std::optional<http::Exchange> {
    if (!is_page(request) || !std::exchange(wrong, false)) return std::nullopt;
    return answer(200, R"({"result":[{"sys_id":"a","sys_updated_on":"2001-01-01 00:00:00"}]})");
  };
  CHECK(walk_all(*world.open(50), walk_of(Order::by_key), 1).rows.size() == 30);
}

TEST_CASE("Requests carry what the reference asks for, and counts only where they decide",
          "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 230);
  const auto partner = world.open(50);
  (void)partner->open_stream(WorkItemType::incident, {});
  CHECK(walk_all(*partner, walk_of(Order::by_key), 1).rows.size() == 230);
  std::vector<bool> counted;
  for (const SnowRequest& request : world.instance().journal()) {
    if (!is_page(request)) continue;
    counted.push_back(request.param("sysparm_no_count").empty());
    CHECK(request.param("sysparm_exclude_reference_link") == "true");
    CHECK(request.param("sysparm_display_value") == "false");
    CHECK(request.param("sysparm_suppress_pagination_header") == "true");
    CHECK(request.param("sysparm_fields").rfind("sys_id,number,", 0) == 0);
    for (const auto& [name, value] : request.headers) {
      CHECK(name != "Cookie");
      CHECK(value.find("s3cret") == std::string::npos);
    }
  }
  // 230 rows in pages of 50: the first page, and the last, which the first one's count foretold.
  CHECK(counted == std::vector<bool>{true, false, false, false, true});
}

TEST_CASE("What is left of a walk is told as far as it is known", "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 120);
  const auto partner = world.open(50);
  const Walk walk = walk_of(Order::by_key);
  Page page = partner->fetch(walk, partner->lanes(walk, 1).at(0), {});
  CHECK(page.remaining == 70);
  page = partner->fetch(walk, page.next, {});
  CHECK(page.remaining == 20);
  page = partner->fetch(walk, page.next, {});
  CHECK(page.remaining == 0);
  CHECK(page.last);
}

TEST_CASE("Answers that are not the Table API's fail by their names", "[partners][servicenow]") {
  struct Case {
    const char* name;
    http::Exchange answer;
    ErrorKind kind;
    const char* says;
  };
  http::Exchange redirect = answer(302, "", "text/html");
  redirect.response->headers.emplace_back("Location",
                                          "https://acme.service-now.com/login_with_sso.do?x=1");
  const Case cases[] = {
      {"202", answer(202, ""), ErrorKind::unavailable, "202"},
      {"empty 200", answer(200, ""), ErrorKind::protocol, "empty"},
      {"html", answer(200, "<html><title>Oops</title></html>", "text/html"), ErrorKind::unavailable,
       "Oops"},
      {"sso", redirect, ErrorKind::unavailable, "sign-on"},
      {"403",
       answer(403, R"({"error":{"message":"Operation Failed","detail":null},"status":"failure"})"),
       ErrorKind::denied, "Operation Failed"},
      {"206", answer(206, R"({"result":[]})"), ErrorKind::protocol, "206"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    SnowWorld world;
    fill(world, 3);
    world.instance().intercept = [&c](const SnowRequest& request) -> std::optional<http::Exchange> {
      return is_page(request) ? std::optional(c.answer) : std::nullopt;
    };
    const auto partner = world.open(50);
    const Error error = error_of([&] { (void)walk_all(*partner, walk_of(Order::by_key), 1); });
    CHECK(error.kind() == c.kind);
    CHECK_THAT(error.text(), Catch::Contains(c.says));
  }
}

TEST_CASE("Opening a stream reads the choice lists once and tells the instance's clock",
          "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 1);
  world.clock().set(start() + std::chrono::hours(5));
  world.instance().put("sys_choice", {{"sys_id", "c1"},
                                      {"name", "incident"},
                                      {"element", "state"},
                                      {"value", "2"},
                                      {"label", "Being worked on"},
                                      {"language", "en"},
                                      {"inactive", "false"}});
  const auto partner = world.open(50);
  const Opening opening = partner->open_stream(WorkItemType::incident, {});
  CHECK(opening.warnings.empty());
  CHECK(opening.served_at == start() + std::chrono::hours(5));
  const Walk walk = walk_of(Order::by_key);
  const Page page = partner->fetch(walk, partner->lanes(walk, 1).at(0), {});
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].text(TextField::state) == "Being worked on");
  CHECK(page.items[0].text(TextField::state_code) == "2");
}

TEST_CASE("Choice lists that cannot be read leave the built-in labels and a warning",
          "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 1);
  world.instance().refused_tables.insert("sys_choice");
  const auto partner = world.open(50);
  const Opening opening = partner->open_stream(WorkItemType::incident, {});
  REQUIRE(opening.warnings.size() == 1);
  CHECK_THAT(opening.warnings[0], Catch::Contains("sys_choice"));
  const Walk walk = walk_of(Order::by_key);
  const Page page = partner->fetch(walk, partner->lanes(walk, 1).at(0), {});
  CHECK(page.items[0].text(TextField::state) == "In Progress");
}

TEST_CASE("A refresh token that is soon to die is said at the opening", "[partners][servicenow]") {
  SnowWorld world;
  fill(world, 1);
  const auto partner = world.open(50);
  (void)partner->open_stream(WorkItemType::incident, {});
  world.clock().advance(std::chrono::hours(24 * 85));
  const Opening late = partner->open_stream(WorkItemType::incident, {});
  bool said = false;
  for (const std::string& warning : late.warnings) {
    said = said || warning.find("itsmc connection login prod") != std::string::npos;
  }
  CHECK(said);
}

TEST_CASE("A sleeping instance is named when the sign-in meets it", "[partners][servicenow]") {
  SnowWorld world;
  world.instance().intercept = [](const SnowRequest&) -> std::optional<http::Exchange> {
    return answer(200, "<html><title>Instance Hibernating page</title></html>", "text/html");
  };
  const auto partner = world.open(50);
  const Error error = error_of([&] { (void)partner->open_stream(WorkItemType::incident, {}); });
  CHECK(error.kind() == ErrorKind::unavailable);
  CHECK_THAT(error.text(), Catch::Contains("hibernating"));
  CHECK_THAT(error.hint(), Catch::Contains("developer.servicenow.com"));
}

TEST_CASE("The fingerprint changes with what a row would say", "[partners][servicenow]") {
  SnowWorld world;
  const auto partner = world.open(50);
  const std::string incident = partner->fingerprint(WorkItemType::incident);
  CHECK(incident != partner->fingerprint(WorkItemType::change_request));
  CHECK(incident == world.open(100)->fingerprint(WorkItemType::incident));
  world.connection.url = "https://other.service-now.com";
  CHECK(incident != world.open(50)->fingerprint(WorkItemType::incident));
}

TEST_CASE("Each partner is found by its kind", "[partners]") {
  for (const PartnerKind kind :
       {PartnerKind::servicenow, PartnerKind::cherwell, PartnerKind::provance, PartnerKind::scsm}) {
    REQUIRE(find_partner(kind) != nullptr);
    CHECK(find_partner(kind)->kind == kind);
  }
}
