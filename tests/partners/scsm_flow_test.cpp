#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/scsm.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/fixture.hpp"
#include "support/log_lines.hpp"
#include "support/memory_tokens.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using nlohmann::json;
using partners::Cursor;
using partners::Page;
using partners::Walk;

namespace {

const std::string k_url = "https://smoc123.azurewebsites.net";
const std::string k_items = k_url + "/api/itsmc/v1/incidents";

std::string rows(int first, int count, const std::string& link = {}) {
  json page{{"value", json::array()}};
  for (int n = first; n < first + count; ++n) {
    page["value"].push_back({{"baseId", fmt::format("{:08}-0000-4000-8000-000000000000", n)},
                             {"id", fmt::format("IR{}", n)},
                             {"class", "System.WorkItem.Incident"},
                             {"lastModified", fmt::format("2026-01-01T00:00:{:02}.000Z", n)}});
  }
  if (!link.empty()) page["@odata.nextLink"] = link;
  return page.dump();
}

/// Rows that were all changed at 00:00:01.
std::string one_instant(int count, const std::string& link = {}) {
  json page = json::parse(rows(1, count, link));
  for (json& row : page["value"]) row["lastModified"] = "2026-01-01T00:00:01.000Z";
  return page.dump();
}

/// The recorded answer; its publisher left the token's middle out.
std::string recorded_token() {
  std::string answer = fixture("scsm/token.client-credentials-v1.response.json");
  constexpr std::string_view k_left_out = " ... ";
  const std::size_t gap = answer.find(k_left_out);
  REQUIRE(gap != std::string::npos);
  return answer.replace(gap, k_left_out.size(), "MIDDLE");
}

/// One connection to a web app of stubs.
struct Bench {
  Bench() {
    connection.name = "corp";
    connection.partner = PartnerKind::scsm;
    connection.url = connection.audience = k_url;
    connection.client_id = "0a1b2c";
    connection.tenant = "contoso.onmicrosoft.com";
    connection.authority = "https://login.microsoftonline.com";
  }
  std::unique_ptr<partners::Partner> open() {
    partners::Credentials credentials;
    credentials.client_secret = Secret("s3cret+with&odd%=chars");
    partners::PartnerOptions options;
    options.max_page_size = 4;
    options.retry.max_tries = 1;
    return partners::scsm::open(
        connection, credentials,
        {network.transports(), clock, tokens, log.log(), [] { return 0.0; }}, options);
  }
  void signs_in() {
    network.add({.name = "token",
                 .method = "POST",
                 .url_part = "/contoso.onmicrosoft.com/oauth2/token",
                 .answer = json_answer(recorded_token())});
  }
  void keep_token() {
    tokens.keep("corp", {Secret("kept"), Secret(), clock.now() + std::chrono::hours(1), {}});
  }
  void answers(const std::string& url_part, http::Exchange answer, int count = 1) {
    network.add({.name = url_part, .url_part = url_part, .answer = std::move(answer)}, count);
  }
  Page fetch(partners::Partner& partner, const Cursor& cursor) const {
    return partner.fetch(walk, cursor, {});
  }

  Connection connection;
  Walk walk{.type = WorkItemType::incident,
            .window = {.from = *parse_rfc3339("2026-01-01T00:00:00Z"), .until = {}},
            .order = partners::Order::by_time};
  FakeClock clock;
  MemoryTokens tokens;
  LogLines log;
  FakeNetwork network;
};

const Check& line(const std::vector<Check>& checks, const std::string& name) {
  for (const Check& check : checks) {
    if (check.check == name) return check;
  }
  FAIL("no line is called " + name);
  return checks.front();
}

http::Exchange problem(int status, const std::string& code, const std::string& message = "words") {
  return json_answer(json{{"error", {{"code", code}, {"message", message}}}}.dump(), status);
}

http::Exchange html(int status, const std::string& title) {
  return plain_answer(status, "<html><title>" + title + "</title></html>",
                      {{"Content-Type", "text/html"}});
}

}  // namespace

TEST_CASE("The token is asked for the audience, every symbol of the secret encoded",
          "[partners][scsm]") {
  Bench bench;
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
  Bench bench;
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
    Bench bench;
    bench.keep_token();
    bench.answers("/incidents", json_answer(rows(1, 4, link)));
    const auto partner = bench.open();
    const Cursor start = partner->lanes(bench.walk, 1).at(0);
    const Error error = error_of([&] { (void)bench.fetch(*partner, start); });
    CHECK(error.kind() == ErrorKind::protocol);
    CHECK_THAT(error.text(), Catch::Contains("not the host of the connection"));
  }
  Bench bench;
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
    Bench bench;
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
  Bench bench;
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
    Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
  bench.keep_token();
  bench.walk.window.from = *parse_rfc3339("2026-01-01T00:00:30Z");
  bench.answers("/incidents", json_answer(rows(1, 2)), 3);
  const auto partner = bench.open();
  const Cursor start = partner->lanes(bench.walk, 1).at(0);
  const Error error = error_of([&] { (void)bench.fetch(*partner, start); });
  CHECK(error.kind() == ErrorKind::protocol);
  CHECK_THAT(error.text(), Catch::Contains("ignored the filter"));
}

TEST_CASE("What the contract's errors mean is the hint", "[partners][scsm]") {
  struct Row {
    const char* name;
    http::Exchange answer;
    ErrorKind kind;
    const char *text, *hint;
  };
  for (const Row& row : {
           Row{"sdk", json_answer(fixture("scsm/our-contract.error-502.response.json"), 502),
               ErrorKind::unavailable, "sm01.contoso.local:5724", "Hybrid connections"},
           Row{"timeout", problem(504, "sdkTimeout"), ErrorKind::unavailable, "sdkTimeout",
               "--page-size"},
           Row{"role", problem(403, "forbidden"), ErrorKind::denied, "forbidden",
               "Advanced Operators"},
           Row{"asp.net", json_answer(R"({"Message":"An error has occurred."})", 500),
               ErrorKind::unavailable, "An error has occurred.", "connection test corp"},
           Row{"stopped", html(403, "Web App - Unavailable"), ErrorKind::unavailable, "is stopped",
               "Start"},
       }) {
    CAPTURE(row.name);
    Bench bench;
    bench.keep_token();
    bench.answers("/incidents", row.answer);
    const auto partner = bench.open();
    const Cursor start = partner->lanes(bench.walk, 1).at(0);
    const Error error = error_of([&] { (void)bench.fetch(*partner, start); });
    CHECK(error.kind() == row.kind);
    CHECK_THAT(error.text(), Catch::Contains(row.text));
    CHECK_THAT(error.hint(), Catch::Contains(row.hint));
  }
}

TEST_CASE("Microsoft's own web app is named, by a sync and by a test", "[partners][scsm]") {
  for (const bool by_swagger : {true, false}) {
    Bench bench;
    bench.signs_in();
    bench.answers("/info", json_answer(R"({"Message":"No HTTP resource was found"})", 404));
    bench.answers("/swagger/docs/v1",
                  by_swagger ? json_answer(R"({"swagger":"2.0","info":{"title":"smoc"}})")
                             : json_answer("{}", 404));
    if (!by_swagger) bench.answers("/api/configtest", json_answer(R"({"Message":"GET"})", 405));
    const auto partner = bench.open();
    const Error error = error_of([&] { partner->open_stream(WorkItemType::incident, {}); });
    CHECK_THAT(error.text(), Catch::Contains("does not publish its work-item routes"));
    CHECK_THAT(error.hint(), Catch::Contains("docs/scsm-gateway"));
    for (const auto& request : bench.network.requests()) {
      const bool token_free = request.url.find("/info") == std::string::npos;
      if (token_free) CHECK(header_of(request, "Authorization").empty());
    }
  }
}

TEST_CASE("Nothing there, another contract: said plainly", "[partners][scsm]") {
  Bench bench;
  bench.keep_token();
  bench.answers("/info", json_answer(R"({"Message":"none"})", 404));
  bench.answers("/swagger/docs/v1", json_answer("{}", 404));
  bench.answers("/api/configtest", json_answer("{}", 404));
  const auto partner = bench.open();
  CHECK_THAT(error_of([&] { partner->open_stream(WorkItemType::incident, {}); }).text(),
             Catch::Contains("does not serve itsmc-scsm/1"));
  bench.answers("/info", json_answer(R"({"contract":"itsmc-scsm/2"})"));
  CHECK_THAT(error_of([&] { partner->open_stream(WorkItemType::incident, {}); }).text(),
             Catch::Contains("itsmc-scsm/2"));
}

TEST_CASE("A stream opens by Service Manager's clock, page limit and statuses",
          "[partners][scsm]") {
  Bench bench;
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

TEST_CASE("A sleeping web app is waited for by the test", "[partners][scsm]") {
  Bench bench;
  bench.keep_token();
  bench.connection.work_items = {WorkItemType::incident};
  bench.answers("/info", html(503, "Service Unavailable"), 2);
  bench.answers("/info", json_answer(fixture("scsm/our-contract.info.response.json")));
  bench.answers("/me",
                json_answer(R"({"account":"CONTOSO\\svc","userRoles":[{"name":"Ops",)"
                            R"("profile":"AdvancedOperator"}],"can":{"createIncident":true}})"));
  bench.answers("/incidents", json_answer(rows(1, 1)));
  bench.answers("/info", problem(401, "unauthorized"));
  bench.answers("/me", json_answer("{}"));
  bench.answers("/enumerations/IncidentStatusEnum", json_answer(R"({"values":[{"id":"1"}]})"));
  const std::vector<Check> checks = bench.open()->examine({});
  CHECK(bench.clock.waits().size() == 2);
  std::vector<std::string> names;
  for (const Check& check : checks) names.push_back(check.check);
  CHECK(names == std::vector<std::string>{"sign-in", "version", "roles", "read-incident",
                                          "read-change-request", "write", "ci", "time-zone",
                                          "rate-limit", "contract", "token-required", "statuses"});
  CHECK(line(checks, "roles").status == CheckStatus::ok);
  CHECK(line(checks, "read-incident").status == CheckStatus::ok);
  CHECK(line(checks, "read-change-request").status == CheckStatus::skipped);
  CHECK(line(checks, "write").status == CheckStatus::ok);
  CHECK(line(checks, "token-required").status == CheckStatus::warning);
  CHECK_THAT(line(checks, "token-required").message, Catch::Contains("/me is answered"));
}

TEST_CASE("A good token that is refused: the test says which audience, and what to try",
          "[partners][scsm]") {
  Bench bench;
  bench.signs_in();
  bench.signs_in();  // the client tries a fresh one
  bench.answers("/info",
                json_answer(R"({"Message":"Authorization has been denied for this request."})", 401,
                            {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}),
                1);
  bench.answers("/swagger", json_answer("{}", 404));
  bench.answers("/api/configtest", json_answer("{}", 404));
  bench.answers("/info", problem(401, "unauthorized"));
  bench.answers("/me", problem(401, "unauthorized"));
  const std::vector<Check> checks = bench.open()->examine({});
  const Check& refused = line(checks, "sign-in");
  CHECK(refused.status == CheckStatus::failed);
  CHECK(refused.kind == ErrorKind::auth);
  CHECK_THAT(refused.cause, Catch::Contains("audience \"" + k_url + "\""));
  CHECK_THAT(refused.cause, Catch::Contains("invalid_token"));
  CHECK_THAT(refused.hint, Catch::Contains("--audience " + k_url + "/"));
  CHECK(line(checks, "token-required").status == CheckStatus::ok);
}

TEST_CASE("A refused client is explained with Entra's code, and no secret", "[partners][scsm]") {
  Bench bench;
  bench.network.add(
      {.name = "token",
       .method = "POST",
       .url_part = "/oauth2/token",
       .answer = json_answer(
           R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret )"
           R"(s3cret+with&odd%=chars"})",
           401)});
  bench.answers("/info", problem(401, "unauthorized"));
  bench.answers("/me", problem(401, "unauthorized"));
  const std::vector<Check> checks = bench.open()->examine({});
  const Check& refused = line(checks, "sign-in");
  CHECK(refused.kind == ErrorKind::auth);
  CHECK_THAT(refused.cause, Catch::Contains("AADSTS7000215"));
  CHECK_THAT(refused.hint, Catch::Contains("Certificates & secrets"));
  for (const Check& check : checks) {
    CHECK(check.cause.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("A challenge that only names the way to sign in is not repeated", "[partners][scsm]") {
  Bench bench;
  bench.signs_in();
  bench.signs_in();
  bench.answers("/info",
                json_answer(R"({"Message":"Authorization has been denied for this request."})", 401,
                            {{"WWW-Authenticate", "Bearer"}}),
                1);
  bench.answers("/swagger", json_answer("{}", 404));
  bench.answers("/api/configtest", json_answer("{}", 404));
  bench.answers("/info", problem(401, "unauthorized"));
  bench.answers("/me", problem(401, "unauthorized"));
  const std::string cause = line(bench.open()->examine({}), "sign-in").cause;
  CHECK_THAT(cause, Catch::Contains("the token for audience"));
  CHECK_THAT(cause, !Catch::Contains("Bearer"));
}
