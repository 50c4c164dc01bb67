#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "partners/scsm_bench.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::test::scsm;
using nlohmann::json;
using partners::Cursor;
using partners::Page;

namespace {

/// Rows that were all changed at 00:00:01.
std::string one_instant(int count, const std::string& link = {}) {
  json page = json::parse(rows(1, count, link));
  for (json& row : page["value"]) row["lastModified"] = "2026-01-01T00:00:01.000Z";
  return page.dump();
}

}  // namespace

TEST_CASE("The token is asked for the audience, every symbol of the secret encoded",
          "[partners][scsm]") {
  ScsmBench bench;
  bench.connection.audience = k_url + "/";
  bench.signs_in();
  bench.answers("/incidents?", json_answer(rows(1, 1)));
  const auto partner = bench.open();
  const Page page = bench.fetch(*partner, partner->lanes(bench.walk, 4).at(0));
  CHECK(page.last);
  CHECK(bench.network.requests().at(0).body ==
        "grant_type=client_credentials&client_id=0a1b2c"
        "&resource=https%3A%2F%2Fsmoc123.azurewebsites.net%2F"
        "&client_secret=s3cret%2Bwith%26odd%25%3Dchars");
  CHECK(bench.tokens.load("corp")->expires_at == bench.clock.now() + std::chrono::seconds(3599));
  const auto asked = bench.network.requests().at(1);
  CHECK(header_of(asked, "Authorization").find("Bearer eyJ0") == 0);
  CHECK(header_of(asked, "x-request-id").find("itsmc-") == 0);
  CHECK(asked.url == k_items +
                         "?%24filter=lastModified%20ge%202026-01-01T00%3A00%3A00Z&%24orderby="
                         "lastModified%20asc%2CbaseId%20asc&%24top=4");
}

TEST_CASE("Pages follow the next link byte by byte, an empty one too", "[partners][scsm]") {
  ScsmBench bench;
  bench.keep_token();
  const std::string first = k_items + "?$skiptoken=a%252cb", second = k_items + "?$skiptoken=c";
  bench.answers("%24top=4", json_answer(rows(1, 4, first)));
  bench.answers(first, json_answer(rows(5, 0, second)));
  bench.answers(second, json_answer(rows(5, 2)));
  const auto partner = bench.open();
  Page page = bench.fetch(*partner, partner->lanes(bench.walk, 4).at(0));
  CHECK_FALSE(page.last);
  page = bench.fetch(*partner, page.next);
  CHECK(page.items.empty());
  CHECK_FALSE(page.last);
  page = bench.fetch(*bench.open(), page.next);  // as another process would
  CHECK(page.items.size() == 2);
  CHECK(page.last);
  CHECK(bench.network.requests().at(1).url == first);
}

TEST_CASE("A next link to another host, or to itself, is not followed", "[partners][scsm]") {
  for (const std::string link : {"https://evil.example/api/itsmc/v1/incidents?$skiptoken=a",
                                 "http://smoc123.azurewebsites.net/a"}) {
    ScsmBench bench;
    bench.keep_token();
    bench.answers("/incidents", json_answer(rows(1, 4, link)));
    const auto partner = bench.open();
    const Cursor start = partner->lanes(bench.walk, 1).at(0);
    const Error error = error_of([&] { (void)bench.fetch(*partner, start); });
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK_THAT(error.text(), Catch::Contains("not the host of the connection"));
  }
  ScsmBench bench;
  bench.keep_token();
  const std::string link = k_items + "?$skiptoken=a";
  bench.answers("top=4", json_answer(rows(1, 4, link)));
  bench.answers(link, json_answer(rows(5, 4, link)),
                3);  // asked again: an empty page may do so once
  const auto partner = bench.open();
  const Page page = bench.fetch(*partner, partner->lanes(bench.walk, 1).at(0));
  CHECK_THAT(error_of([&] { (void)bench.fetch(*partner, page.next); }).text(),
             Catch::Contains("leads to the same page"));
}

TEST_CASE("A refused link is gone on from by the time of the last row", "[partners][scsm]") {
  for (const int status : {400, 404, 410}) {
    CAPTURE(status);
    ScsmBench bench;
    bench.keep_token();
    const std::string link = k_items + "?$skiptoken=a";
    bench.answers("top=4", json_answer(rows(1, 4, link)));
    bench.answers(link, problem(status, "badRequest"));
    bench.answers("ge%202026-01-01T00%3A00%3A04Z", json_answer(rows(4, 3)));
    const auto partner = bench.open();
    Page page = bench.fetch(*partner, partner->lanes(bench.walk, 1).at(0));
    page = bench.fetch(*partner, page.next);
    CHECK(page.items.size() == 3);
    CHECK(page.last);
  }
}

TEST_CASE("A full page without a next link is looked behind", "[partners][scsm]") {
  ScsmBench bench;
  bench.keep_token();
  bench.answers("top=4", json_answer(rows(1, 4)));
  bench.answers("ge%202026-01-01T00%3A00%3A04Z", json_answer(rows(4, 3)));
  const auto partner = bench.open();
  Page page = bench.fetch(*partner, partner->lanes(bench.walk, 1).at(0));
  CHECK_FALSE(page.last);
  page = bench.fetch(*partner, page.next);
  CHECK(page.items.size() == 3);
  CHECK(page.last);
}

TEST_CASE("A full page of one instant is the end only where the gateway gives links",
          "[partners][scsm]") {
  struct Case {
    std::string name, proof, error;
  };
  const std::vector<Case> cases{
      {"a link", one_instant(1, k_items + "?$skiptoken=a"), ""},
      {"nothing is left", one_instant(0), ""},
      {"no link", one_instant(1),
       "the web app gives no next links, and at 2026-01-01T00:00:01Z there are as many rows as a "
       "page holds (4): whether there are more cannot be seen"},
  };
  for (const Case& each : cases) {
    INFO(each.name);
    ScsmBench bench;
    bench.keep_token();
    bench.answers("top=4", json_answer(one_instant(4)));
    bench.answers("ge%202026-01-01T00%3A00%3A01Z", json_answer(one_instant(4)));
    bench.answers("top=1", json_answer(each.proof));
    const auto partner = bench.open();
    const Page page = bench.fetch(*partner, partner->lanes(bench.walk, 1).at(0));
    REQUIRE_FALSE(page.last);
    if (each.error.empty()) {
      const Page end = bench.fetch(*partner, page.next);
      CHECK(end.last);
      CHECK(end.items.size() == 4);
    } else {
      const Error error = error_of([&] { (void)bench.fetch(*partner, page.next); });
      CHECK(error.kind() == ErrorKind::protocol);
      CHECK(std::string(error.what()).find(each.error) != std::string::npos);
    }
    CHECK(bench.network.requests().size() == 3);
  }
}

TEST_CASE("A page that timed out is asked for again with fewer rows", "[partners][scsm]") {
  ScsmBench bench;
  bench.keep_token();
  bench.answers("top=100", problem(504, "sdkTimeout"));
  bench.answers("top=50", json_answer(rows(1, 2)));
  partners::PartnerOptions options;
  options.max_page_size = 100;
  options.retry.max_tries = 1;
  const auto partner = partners::scsm::open(
      bench.connection, {},
      {bench.network.transports(), bench.clock, bench.tokens, bench.log.log(), [] { return 0.0; }},
      options);
  CHECK(bench.fetch(*partner, partner->lanes(bench.walk, 1).at(0)).items.size() == 2);
}

TEST_CASE("A spoiled page is asked for again, a few times", "[partners][scsm]") {
  ScsmBench bench;
  bench.keep_token();
  const std::string whole = rows(1, 2);
  bench.answers("/incidents", json_answer(whole.substr(0, whole.size() / 2)), 2);
  bench.answers("/incidents", json_answer(whole));
  const auto partner = bench.open();
  const Cursor start = partner->lanes(bench.walk, 1).at(0);
  CHECK(bench.fetch(*partner, start).items.size() == 2);
  bench.answers("/incidents", json_answer(whole.substr(0, whole.size() / 2)), 3);
  CHECK(error_of([&] { (void)bench.fetch(*partner, start); }).kind() == ErrorKind::unavailable);
}

TEST_CASE("Rows older than the window show a filter that is ignored", "[partners][scsm]") {
  ScsmBench bench;
  bench.keep_token();
  bench.walk.window.from = *parse_rfc3339("2026-01-01T00:00:30Z");
  bench.answers("/incidents", json_answer(rows(1, 2)), 3);
  const auto partner = bench.open();
  const Cursor start = partner->lanes(bench.walk, 1).at(0);
  const Error error = error_of([&] { (void)bench.fetch(*partner, start); });
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK_THAT(error.text(), Catch::Contains("ignored the filter"));
}

TEST_CASE("A stream opens by Service Manager's clock, page limit and statuses",
          "[partners][scsm]") {
  ScsmBench bench;
  bench.keep_token();
  bench.answers("/info", json_answer(R"({"contract":"itsmc-scsm/1","maxPageSize":3,)"
                                     R"("serverTimeUtc":"2026-01-02T03:00:00.000Z"})",
                                     200, {{"Date", "Fri, 02 Jan 2026 03:04:05 GMT"}}));
  bench.answers("/enumerations/IncidentStatusEnum", problem(404, "notFound"));
  bench.answers("top=3", json_answer(rows(1, 1), 200, {{"Date", "Fri, 02 Jan 2026 03:05:05 GMT"}}));
  const auto partner = bench.open();
  const partners::Opening opening = partner->open_stream(WorkItemType::incident, {});
  CHECK(opening.served_at == parse_rfc3339("2026-01-02T03:00:00Z"));
  CHECK(opening.warnings.size() == 1);
  (void)bench.fetch(*partner, partner->lanes(bench.walk, 1).at(0));
  CHECK(partner->served_at() == parse_rfc3339("2026-01-02T03:01:00Z"));
}
