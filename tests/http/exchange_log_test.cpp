#include "http/exchange_log.hpp"

#include <catch2/catch.hpp>

using namespace itsmc;
using namespace itsmc::http;

TEST_CASE("a logged request has only harmless parameters, no headers and no body") {
  struct Row {
    std::string url, expected;
  };
  const std::vector<Row> rows{
      {"https://acme.example/api/x", "POST acme.example/api/x"},
      {"https://acme.example:8443/x?sysparm_limit=1&sysparm_query=a%3Db",
       "POST acme.example:8443/x?sysparm_limit=1&sysparm_query=a%3Db"},
      {"https://me:hunter2@acme.example/x?sig=hunter2&$top=5",
       "POST acme.example/x?sig=***&$top=5"},
      {"https://acme.example/x?%24top=5&access%5Ftoken=hunter2",
       "POST acme.example/x?%24top=5&access%5Ftoken=***"},
      {"https://acme.example/x?flag&code=", "POST acme.example/x?flag&code=***"},
  };
  for (const Row& row : rows) {
    Request request;
    request.method = "POST";
    request.url = row.url;
    request.headers = {{"Authorization", "Bearer hunter2"}};
    request.body = "hunter2";
    CHECK(logged_request(request) == row.expected);
  }
}

TEST_CASE("a logged response has only headers that explain it") {
  Response response;
  response.status = 429;
  response.body = "hunter2";
  response.headers = {{"Retry-After", "30"},
                      {"Set-Cookie", "session=hunter2"},
                      {"X-Secret", "hunter2"},
                      {"Location", "https://acme.example/login?code=hunter2"}};
  CHECK(logged_response(response) ==
        "429, 7 bytes, retry-after: 30, location: https://acme.example/login");
}
