#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "itsmc/partners/provance.hpp"
#include "partners/odata_link.hpp"
#include "support/fake_transport.hpp"

using namespace itsmc;
using namespace itsmc::test;
using namespace itsmc::partners;
using Catch::Contains;

namespace {

std::string fixture(const std::string& name) {
  std::ifstream in(std::string(ITSMC_SOURCE_DIR) + "/tests/fixtures/dataverse/" + name);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

const http::Judge& judge() {
  static const http::Judge k_judge = provance::judge("https://acme.crm4.dynamics.com");
  return k_judge;
}

}  // namespace

TEST_CASE("a user name without a domain leads to --tenant when the sign-in is refused",
          "[partners][provance]") {
  const auto hint = [](const std::string& tenant) {
    const Connection connection{.name = "prov",
                                .partner = PartnerKind::provance,
                                .url = "https://acme.crm4.dynamics.com",
                                .username = "svc",
                                .tenant = tenant,
                                .authority = "https://login.microsoftonline.com"};
    return provance::sign_in(connection, {}).refused_hint("AADSTS50034: no such user");
  };
  CHECK_THAT(hint("organizations"), Contains("itsmc connection edit prov --tenant DOMAIN") &&
                                        Contains("connection login"));
  CHECK_THAT(hint("acme.example"), !Contains("--tenant DOMAIN"));
}

TEST_CASE("the organisation's own words are told, each limit by its name", "[provance]") {
  CHECK(judge().words(fixture("error.400-plugin.response.json")) ==
        "Example Error Message. (0x80040265)");
  CHECK_THAT(judge().words(fixture("error.429-requests.json")),
             Contains("6,000 requests in 5 minutes") && Contains("0x80072322"));
  CHECK_THAT(judge().words(fixture("error.429-concurrent.json")), Contains("52 requests at once"));
  CHECK_THAT(judge().words(R"({"error":{"code":"-2147015903","message":"x"}})"),
             Contains("20 minutes"));
  CHECK(judge().words(R"({"error":{"code":"","message":"Bad."}})") == "Bad.");
}

TEST_CASE("the documented next link is taken to the byte", "[provance]") {
  std::string page = fixture("page1.response.json");
  const std::string placeholder = "[Organization URI]";
  for (std::size_t at = page.find(placeholder); at != std::string::npos;
       at = page.find(placeholder)) {
    page.replace(at, placeholder.size(), "https://acme.crm4.dynamics.com");
  }
  const std::string link = nlohmann::json::parse(page).at("@odata.nextLink").get<std::string>();
  const odata::NextLink next = odata::resolve_next_link(
      "https://acme.crm4.dynamics.com/api/data/v9.2/contacts?$select=fullname", link);
  CHECK(next.url == link);
  CHECK_THAT(next.url, Contains("%253ccookie%2520page%253d"));
}

TEST_CASE("pages that are not the Web API's are named", "[provance]") {
  struct Case {
    http::Exchange answer;
    std::string words;
  };
  const auto html = [](int status, const std::string& title) {
    return plain_answer(status, "<html><head><title>" + title + "</title></head></html>",
                        {{"Content-Type", "text/html"}});
  };
  const std::vector<Case> cases = {
      {html(200, "Sign in to your account"), "a sign-in page"},
      {html(502, "502 Bad Gateway"), "502 Bad Gateway"},
      {html(503, "Service Unavailable"), "maintenance"},
      {html(404, "404"), "instead of JSON"},
      {plain_answer(302, "", {{"Location", "https://login.microsoftonline.com/x/oauth2"}}),
       "https://login.microsoftonline.com"},
  };
  for (const Case& one : cases) {
    INFO(one.words);
    const http::Response& response = *one.answer.response;
    const auto error = judge().foreign(response, response.body);
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::unavailable);
    CHECK_THAT(error->text(), Contains(one.words));
    CHECK_FALSE(error->hint().empty());
  }
  CHECK_FALSE(judge().foreign(*json_answer("{}").response, "{}"));
}
