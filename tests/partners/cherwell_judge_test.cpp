#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/partners/cherwell.hpp"
#include "partners/cherwell_rights.hpp"
#include "support/fixture.hpp"

using namespace itsmc;
using namespace itsmc::partners::cherwell;
using nlohmann::json;

namespace {

http::Response response(int status, std::string type, std::string location = {}) {
  http::Response made;
  made.status = status;
  made.headers = {{"Content-Type", std::move(type)}};
  if (!location.empty()) made.headers.emplace_back("Location", std::move(location));
  return made;
}

const http::Judge& judged() {
  static const http::Judge k_judge = judge("https://csm.acme.example");
  return k_judge;
}

}  // namespace

TEST_CASE("Cherwell's own words and kinds are taken from its error bodies",
          "[partners][cherwell]") {
  struct Case {
    int status;
    std::string body;
    std::optional<ErrorKind> kind;
    bool final;
    const char* says;
  };
  const Case cases[] = {
      {403, test::fixture("cherwell/error.403-insufficientrights.json"), ErrorKind::denied, true,
       "INSUFFICIENTRIGHTS: You are not authorized to view this object"},
      {500,
       R"({"errorCode":"INSUFFICIENTRIGHTS","errorMessage":"Insufficient rights to view)"
       R"( personas","hasError":true,"httpStatusCode":"InternalServerError"})",
       ErrorKind::denied, true, "personas"},
      {500, test::fixture("cherwell/error.500-searchnotfound.json"), ErrorKind::not_found, true,
       "SEARCHNOTFOUND"},
      {500, R"({"errorCode":"RECORDNOTFOUND","errorMessage":"Record not found","hasError":true})",
       ErrorKind::not_found, true, "Record not found"},
      {402, R"({"errorCode":"GENERALFAILURE","errorMessage":"valid but failed","hasError":true})",
       ErrorKind::protocol, true, "valid but failed"},
      {500, R"({"errorCode":null,"errorMessage":"a moment","hasError":true})", std::nullopt, false,
       "a moment"},
      {500, R"({"errorCode":"X","hasError":false})", std::nullopt, false, ""},
      {500, R"({"Message":"An error has occurred."})", std::nullopt, false, "An error has"},
      {500, "[]", std::nullopt, false, ""},
      {500, "", std::nullopt, false, ""},
      {400, test::fixture("cherwell/error.token.400-invalid-client.json"), std::nullopt, false,
       "invalid_client_id: Client 12345"},
  };
  for (const Case& c : cases) {
    INFO(c.body);
    const http::Response answer = response(c.status, "application/json;charset=UTF-8");
    const auto named = judged().named(answer, c.body);
    CHECK(named.has_value() == c.kind.has_value());
    if (named) {
      CHECK(named->kind() == *c.kind);
      CHECK_THAT(named->text(), Catch::Contains(std::to_string(c.status)));
    }
    CHECK(judged().lasting({}, answer, c.body) == c.final);
    CHECK_THAT(judged().words(c.body), Catch::Contains(c.says));
  }
}

TEST_CASE("Pages that are not the REST interface's are told apart", "[partners][cherwell]") {
  struct Case {
    const char* name;
    http::Response response;
    const char *body, *says, *hints;
  };
  const Case cases[] = {
      {"no web API", response(404, "text/html"), "<title>404 - File or directory</title>",
       "no REST interface at /CherwellAPI", "Web API"},
      {"pool stopped", response(503, "text/html; charset=us-ascii"),
       "<TITLE>Service Unavailable</TITLE>", "application pool", "IIS"},
      {"proxy", response(502, "text/html"), "<html><title>Bad Gateway</title>",
       "502, \"Bad Gateway", "try again"},
      {"log-in page", response(200, "text/html"), "<html>Welcome", "Welcome", "url"},
      {"sso", response(302, "text/html", "https://adfs.acme.example/adfs/ls?SAMLRequest=x"), "",
       "sign-on page", "pass the single sign-on"},
      {"moved", response(301, "text/html", "https://other.example/x?token=1"), "",
       "other.example/x", "address"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const auto error = judged().foreign(c.response, c.body);
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::unavailable);
    CHECK_THAT(error->text(), Catch::Contains(c.says));
    CHECK_THAT(error->text(), !Catch::Contains("token=1"));
    CHECK_THAT(error->hint(), Catch::Contains(c.hints));
  }
  CHECK_FALSE(judged().foreign(response(200, "text/plain"), "pong"));
  CHECK_FALSE(judged().foreign(response(429, "text/html"), "<html>"));
}

TEST_CASE("Rights and users are read, and judged for people", "[partners][cherwell]") {
  const json answer = {{"businessObjectPermissions",
                        {{{"busObName", "Other"}, {"view", true}, {"edit", true}},
                         {{"busObName", "incident"}, {"view", true}, {"edit", false}}}}};
  const ObjectRights rights = parse_rights(answer, "Incident");
  CHECK(rights.view);
  CHECK_FALSE(rights.edit);
  CHECK_FALSE(parse_rights(json::object(), "Incident").view);
  CHECK(judge_write({{"Incident", {.view = true, .edit = true, .error = {}}}}).status ==
        CheckStatus::ok);
  const Check write = judge_write({{"Incident", rights}});
  CHECK(write.status == CheckStatus::warning);
  CHECK_THAT(write.message, Catch::Contains("Incident"));
  CHECK(judge_write({{"Incident", {.error = Error(ErrorKind::denied, "no")}}}).cause == "no");

  Connection connection;
  CHECK(judge_ci(rights, connection).status == CheckStatus::ok);
  connection.create_ci = true;
  CHECK(judge_ci(rights, connection).status == CheckStatus::warning);
  CHECK(judge_ci({}, connection).status == CheckStatus::warning);
  CHECK(judge_ci({.error = Error(ErrorKind::denied, "no")}, connection).cause == "no");

  UserFound user = parse_user({{"displayName", "API User"}, {"securityGroupId", "g2"}});
  user.group = find_group(
      {{"securityGroups",
        {{{"groupId", "g1"}, {"groupName", "A"}}, {{"groupId", "g2"}, {"groupName", "B"}}}}},
      user.group_id);
  CHECK_THAT(judge_user(user, connection).message, Catch::Contains("\"B\""));
  CHECK(find_group(json::object(), "g9") == "g9");
  user.locked = true;
  CHECK(judge_user(user, connection).status == CheckStatus::warning);
  user.error = Error(ErrorKind::denied, "no");
  CHECK(judge_user(user, connection).cause == "no");
}

TEST_CASE("The sign-in asks as the contract says", "[partners][cherwell]") {
  Connection connection;
  connection.name = "csm";
  connection.url = "https://csm.acme.example";
  connection.username = "api";
  connection.client_id = "key";
  CHECK(sign_in(connection, {}).token_url ==
        "https://csm.acme.example/CherwellAPI/token?auth_mode=Internal");
  connection.username = "ACME\\api";
  const http::OAuthOptions options = sign_in(connection, {});
  CHECK(options.token_url == "https://csm.acme.example/CherwellAPI/token?auth_mode=Auto");
  CHECK(options.refresh_extends_refresh_token);
  const http::Token token = http::parse_token_answer(
      response(200, "application/json"), test::fixture("cherwell/token.password.response.json"),
      Timestamp(std::chrono::seconds(1000)), options);
  CHECK(token.access.reveal() == "SampleAccessTokenValue");
  CHECK(token.expires_at == Timestamp(std::chrono::seconds(1000 + 1199)));
}
