#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/servicenow.hpp"
#include "support/servicenow_fixture.hpp"

using namespace itsmc;
using namespace itsmc::partners::servicenow;

namespace {

http::Response response(int status, std::string type, std::string location = {}) {
  http::Response made;
  made.status = status;
  made.headers = {{"Content-Type", std::move(type)}};
  if (!location.empty()) made.headers.emplace_back("Location", std::move(location));
  return made;
}

const http::Judge& judged() {
  static const http::Judge k_judge = judge("https://acme.service-now.com");
  return k_judge;
}

}  // namespace

TEST_CASE("The server's words are taken from every recorded error body", "[partners][servicenow]") {
  const auto bodies =
      nlohmann::json::parse(test::servicenow_fixture("errors_verbatim_bodies.json"));
  REQUIRE(bodies.size() >= 5);
  for (const auto& entry : bodies) {
    const std::string words = judged().words(entry["body"].dump());
    INFO(words);
    const auto& error = entry["body"]["error"];
    CHECK_THAT(words, Catch::Contains(error["message"].get<std::string>()));
    if (error["detail"].is_string()) {
      CHECK_THAT(words, Catch::Contains(error["detail"].get<std::string>()));
    }
  }
  const auto oauth = nlohmann::json::parse(test::servicenow_fixture("oauth_errors.json"));
  CHECK(judged().words(oauth[0]["body"].dump()) == "server_error: access_denied");
  for (const char* body : {"", "x", "[]", "{}", R"({"error":7})", R"({"error":null})",
                           R"({"error":{"message":null,"detail":null}})"}) {
    CHECK(judged().words(body).empty());
  }
}

TEST_CASE("Pages that are not the Table API's are told apart", "[partners][servicenow]") {
  struct Case {
    const char* name;
    http::Response response;
    std::string body;
    const char *says, *hints;
  };
  const std::string html = "text/html;charset=UTF-8";
  const Case cases[] = {
      {"hibernating", response(200, html),
       test::servicenow_fixture("hibernating_instance_200_reassembled.html"), "hibernating",
       "developer.servicenow.com"},
      {"older hibernating text", response(200, html), "<p>Hibernating Instance</p>", "hibernating",
       "developer.servicenow.com"},
      {"hibernating by redirect",
       response(302, html, "https://developer.servicenow.com/dev.do#!/home?wu=true"), "",
       "hibernating", "developer.servicenow.com"},
      {"sign-on redirect", response(302, html, "/login_with_sso.do?glide_sso_id=1"), "", "sign-on",
       "/api/now"},
      {"auth redirect", response(302, html, "https://acme.service-now.com/auth_redirect.do"), "",
       "sign-on", "/api/now"},
      {"identity provider", response(302, html, "https://idp.acme.example/saml?x=secret"), "",
       "idp.acme.example", "/api/now"},
      {"other redirect", response(301, html, "https://acme.service-now.com/elsewhere?tok=1"), "",
       "/elsewhere", "address"},
      {"login page", response(200, html), "<html><TITLE>Log in | ServiceNow</TITLE></html>",
       "sign-on", "/api/now"},
      {"saml form", response(200, html), "<form><input name=\"SAMLRequest\"></form>", "sign-on",
       "/api/now"},
      {"maintenance", response(503, html), "<title>Scheduled</title>", "maintenance", "later"},
      {"waking", response(502, html), "<html><title>502 Bad Gateway</title></html>",
       "502 Bad Gateway", "minutes"},
      {"other page", response(200, html), "<html><title>Acme portal</title></html>", "Acme portal",
       "url"},
      {"untitled page", response(200, html), "<p>welcome</p>", "welcome", "url"},
      {"queued", response(202, ""), "", "202", "--in-flight 1"},
      {"empty", response(200, ""), "", "nothing", "url"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const auto error = judged().foreign(c.response, c.body);
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::unavailable);
    CHECK(exit_code(error->kind()) == 5);
    CHECK_THAT(error->text(), Catch::Contains(c.says));
    CHECK_THAT(error->hint(), Catch::Contains(c.hints));
    // What stands in a redirect's query may be a secret.
    CHECK_THAT(error->text(), !Catch::Contains("secret") && !Catch::Contains("tok=1"));
  }
  CHECK_FALSE(judged().foreign(response(200, "text/plain"), "what").has_value());
}
