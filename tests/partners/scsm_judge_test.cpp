#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/partners/scsm.hpp"

using namespace itsmc;

namespace {

struct Page {
  const char* name;
  int status;
  std::string body;
  const char *text, *hint;
  std::string location{};
};

std::optional<Error> judged(const Page& page) {
  http::Response response;
  response.status = page.status;
  const bool html = page.body.empty() || page.body.starts_with("<");
  response.headers = {{"Content-Type", html ? "text/html" : "text/plain"}};
  if (!page.location.empty()) response.headers.emplace_back("Location", page.location);
  return partners::scsm::judge("https://smoc123.azurewebsites.net").foreign(response, page.body);
}

}  // namespace

TEST_CASE("App Service's pages are told apart", "[partners][scsm]") {
  for (const Page& page : {
           Page{"stopped", 403,
                "<html><head><title>Web App - Unavailable</title></head><body><h1>Error 403 - This "
                "web app is stopped.</h1></body></html>",
                "smoc123.azurewebsites.net is stopped", "Start"},
           Page{"cold", 503, "<html><title>Service Unavailable</title></html>", "is starting",
                "try again"},
           Page{"gateway", 502, "<html><title>502 - Bad Gateway</title></html>", "is starting",
                "try again"},
           Page{"broken", 500,
                "<title>HTTP Error 500.30 - ASP.NET Core app failed to start</title>",
                "cannot start", "Log stream"},
           Page{"no such app", 404, "<title>404 Web Site not found</title>", "no web app at",
                "management server"},
           Page{"home page", 200, "<title>smoc</title>", "web page instead of JSON",
                "docs/scsm-gateway"},
           Page{"sign-on", 302, "", "sign-on page", "Authentication",
                "https://login.microsoftonline.com/x/oauth2/authorize"},
           Page{"elsewhere", 301, "", "redirects", "own address", "https://other.example/"},
       }) {
    CAPTURE(page.name);
    const auto error = judged(page);
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::unavailable);
    CHECK_THAT(error->text(), Catch::Contains(page.text));
    CHECK_THAT(error->hint(), Catch::Contains(page.hint));
  }
  CHECK_FALSE(judged({"a refused token", 401, "<html></html>", "", ""}));
  CHECK_FALSE(judged({"plain text", 500, "oops", "", ""}));
}
