#include "itsmc/sinks/azure_query.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sinks/azure_words.hpp"
#include "support/fixture.hpp"
#include "support/thrown.hpp"

using namespace itsmc;
using namespace itsmc::sinks;
using Catch::Contains;
using Kind = QueryValue::Kind;
using nlohmann::json;
using test::error_of;

namespace {

std::string recorded_body(const std::string& name) {
  return json::parse(test::fixture("azure/http/" + name))["response"]["body"].dump();
}

std::string answer_with(const std::string& columns, const std::string& rows) {
  return R"({"tables":[{"name":"PrimaryResult","columns":)" + columns + R"(,"rows":)" + rows +
         "}]}";
}

}  // namespace

TEST_CASE("a recorded answer in part gives its rows and the service's reason") {
  const QueryAnswer answer = parse_query_answer(recorded_body("query-partial-error-200.json"));
  CHECK(answer.columns == std::vector<std::string>{"percentile_x_50"});
  REQUIRE(answer.rows.size() == 1);
  CHECK(answer.rows[0][0].integer == 2);
  REQUIRE(answer.partial);
  CHECK(answer.partial->kind() == ErrorKind::partly);
  CHECK_THAT(answer.partial->text(), Contains("PartialError") && Contains("E_OVERFLOW"));
}

TEST_CASE("values keep what they are, whole numbers to the last digit") {
  const QueryAnswer answer = parse_query_answer(answer_with(
      R"([{"name":"a","type":"long"},{"name":"b","type":"real"},{"name":"c","type":"bool"},
          {"name":"d","type":"string"},{"name":"e","type":"datetime"},{"name":"f","type":"long"}])",
      R"([[9007199254740993,0.5,true,"","2026-06-20T08:00:00Z",18446744073709551615],
          [-1,null,false,null,null,0]])"));
  CHECK_FALSE(answer.partial);
  REQUIRE(answer.rows.size() == 2);
  const auto& row = answer.rows[0];
  CHECK((row[0].kind == Kind::integer && row[0].integer == 9007199254740993));
  CHECK((row[1].kind == Kind::real && row[1].real == 0.5));
  CHECK((row[2].kind == Kind::flag && row[2].integer == 1));
  CHECK((row[3].kind == Kind::text && row[3].text.empty()));
  CHECK((row[4].kind == Kind::text && row[4].text == "2026-06-20T08:00:00Z"));
  CHECK((row[5].kind == Kind::text && row[5].text == "18446744073709551615"));
  CHECK(answer.rows[1][1].kind == Kind::null);
  CHECK(answer.rows[1][3].kind == Kind::null);
}

TEST_CASE("what is no answer is said to be none") {
  for (const std::string& body :
       {std::string(R"({"tables":[)"), std::string("[]"), std::string(R"({"tables":[]})"),
        answer_with(R"([{"name":"a"}])", "[[1,2]]"), answer_with(R"([{"type":"long"}])", "[]")}) {
    INFO(body);
    const Error error = error_of([&] { (void)parse_query_answer(body); });
    CHECK(error.kind() == ErrorKind::protocol);
  }
}

TEST_CASE("a query goes over the latest versions when it goes on from the table") {
  const std::string latest(latest_work_items());
  CHECK(over_latest("| count") == latest + "\n| count");
  CHECK(over_latest(" ServiceDesk_CL | count") == latest + "\n| count");
  CHECK(over_latest("ServiceDesk_Latest\n| count") == latest + "\n| count");
  CHECK(over_latest("ServiceDesk_CL") == latest + "\n");
  CHECK(error_of([] { (void)over_latest("union ServiceDesk_CL"); }).kind() == ErrorKind::usage);
  CHECK(error_of([] { (void)over_latest("ServiceDesk_CL2 | count"); }).kind() == ErrorKind::usage);
}

TEST_CASE("an error's inner errors and details are told too") {
  const json recorded = json::parse(test::fixture("azure/http/query-errors.json"));
  CHECK(azure_words(recorded[0]["body"].dump()) ==
        "BadArgumentError: The request had some invalid properties; SyntaxError: Syntax Error");
  CHECK(
      azure_words(R"({"error":{"code":"InvalidPayload","message":"Data collection rule is )"
                  R"(invalid","details":[{"code":"InvalidOutputTable","message":"No table"}]}})") ==
      "InvalidPayload: Data collection rule is invalid; InvalidOutputTable: No table");
  CHECK(azure_words("<html>").empty());
  CHECK(azure_words("{}").empty());
}
