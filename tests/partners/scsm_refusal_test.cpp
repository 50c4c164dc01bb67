#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "partners/scsm_bench.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::test::scsm;
using nlohmann::json;
using partners::Cursor;

namespace {

const Check& line(const std::vector<Check>& checks, const std::string& name) {
  for (const Check& check : checks) {
    if (check.check == name) return check;
  }
  FAIL("no line is called " + name);
  return checks.front();
}

http::Exchange html(int status, const std::string& title) {
  return plain_answer(status, "<html><title>" + title + "</title></html>",
                      {{"Content-Type", "text/html"}});
}

/// A state directory where nothing can be written.
class ClosedTokens : public http::MemoryTokens {
 public:
  http::Token renew(const std::string&, const std::optional<http::Token>&,
                    const std::function<http::Token(const std::optional<http::Token>&)>&,
                    std::stop_token) override {
    throw Error(ErrorKind::storage, "locking: Permission denied");
  }
};

}  // namespace

TEST_CASE("A token that cannot be renewed here is a failed sign-in, not the web app's fault",
          "[partners][scsm]") {
  ScsmBench bench;
  bench.answers("/info", problem(401, "unauthorized"));
  bench.answers("/me", problem(401, "unauthorized"));
  ClosedTokens tokens;
  tokens.keep("corp", {Secret("kept"), Secret(), bench.clock.now() - std::chrono::hours(1), {}});
  const auto partner = partners::scsm::open(
      bench.connection, {},
      {bench.network.transports(), bench.clock, tokens, bench.log.log(), [] { return 0.0; }}, {});
  const std::vector<Check> checks = partner->examine({});
  const Check& sign_in = line(checks, "sign-in");
  CHECK(sign_in.status == CheckStatus::failed);
  CHECK(sign_in.kind == ErrorKind::storage);
  CHECK(line(checks, "version").status == CheckStatus::skipped);
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
    ScsmBench bench;
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
    ScsmBench bench;
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
  ScsmBench bench;
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

TEST_CASE("A sleeping web app is waited for by the test", "[partners][scsm]") {
  ScsmBench bench;
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
  names.reserve(checks.size());
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
  ScsmBench bench;
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
  ScsmBench bench;
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
  ScsmBench bench;
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
