#include <catch2/catch.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/http/auth.hpp"

namespace itsmc::http {
namespace {

using std::chrono::seconds;

const Timestamp k_now(seconds(1'767'323'045));

OAuthOptions servicenow() {
  OAuthOptions options;
  options.connection = "prod";
  options.partner = "ServiceNow";
  options.refused_hint = [](std::string_view words) {
    return "wrong password or locked user, by \"" + std::string(words) + '"';
  };
  return options;
}

Response answer(int status, std::vector<Header> headers = {}) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  return response;
}

Error failure(int status, std::string_view body, std::vector<Header> headers = {}) {
  try {
    (void)parse_token_answer(answer(status, std::move(headers)), body, k_now, servicenow());
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::unforeseen, "there was no failure"};
}

TEST_CASE("A token answer is read as recorded from a real instance") {
  const Token token = parse_token_answer(
      answer(200),
      R"({"access_token":"BPtX7L-t7L8","refresh_token":"HyM2vQK6","scope":"useraccount",)"
      R"("token_type":"Bearer","expires_in":1799})",
      k_now, servicenow());
  CHECK(token.access.reveal() == "BPtX7L-t7L8");
  CHECK(token.refresh.reveal() == "HyM2vQK6");
  CHECK(token.expires_at == k_now + seconds(1799));
  CHECK_FALSE(token.refresh_issued_at);
}

TEST_CASE("without expires_in the end is read, as App Service says it") {
  struct Row {
    const char* end;
    int lifetime;
  };
  for (const Row& row :
       {Row{R"("1767326645")", 3600}, Row{"1767326645", 3600}, Row{R"("1767323044")", 1800},
        Row{R"("1/2/2026 4:04:05 AM +00:00")", 1800}, Row{"1e300", 1800}}) {
    CAPTURE(row.end);
    const std::string body = R"({"access_token":"a","expires_on":)" + std::string(row.end) + "}";
    const Token token = parse_token_answer(answer(200), body, k_now, servicenow());
    CHECK(token.expires_at == k_now + seconds(row.lifetime));
  }
}

TEST_CASE("expires_in may be a number, a text, or nonsense") {
  struct Row {
    const char* value;
    int lifetime;
  };
  for (const Row& row :
       {Row{"3599", 3599}, Row{"\"3599\"", 3599}, Row{"3599.0", 3599}, Row{"0", 1800},
        Row{"-1", 1800}, Row{"\"soon\"", 1800}, Row{"null", 1800}, Row{"1e300", 1800},
        Row{"99999999999999999999", 1800}, Row{"\"12x\"", 1800}, Row{"[]", 1800}}) {
    CAPTURE(row.value);
    const std::string body = std::string(R"({"access_token":"a","expires_in":)") + row.value + "}";
    const Token token = parse_token_answer(answer(200), body, k_now, servicenow());
    CHECK(token.expires_at == k_now + seconds(row.lifetime));
    CHECK(token.refresh.empty());
  }
}

TEST_CASE("Whatever is not a token is an error of the right kind") {
  struct Row {
    const char* name;
    int status;
    const char* body;
    ErrorKind kind;
  };
  const char* const refused = R"({"error_description":"access_denied","error":"server_error"})";
  const char* const page = "<html><title>Instance Hibernating page</title></html>";
  for (const Row& row :
       {Row{"refused", 401, refused, ErrorKind::auth},
        Row{"refused by RFC", 400, R"({"error":"invalid_grant"})", ErrorKind::auth},
        Row{"refused with a 200", 200, refused, ErrorKind::auth},
        Row{"refused without a body", 401, "", ErrorKind::auth},
        Row{"refused with a page", 403, page, ErrorKind::auth},
        Row{"refused as the API does", 401,
            R"({"error":{"message":"User is not authenticated","detail":null}})", ErrorKind::auth},
        Row{"refused with a 500", 500, R"({"error":"invalid_grant"})", ErrorKind::auth},
        Row{"hibernating", 200, page, ErrorKind::unavailable},
        Row{"empty", 200, "", ErrorKind::unavailable},
        Row{"no token", 200, "{}", ErrorKind::protocol},
        Row{"an empty token", 200, R"({"access_token":""})", ErrorKind::protocol},
        Row{"a token that is none", 200, R"({"access_token":17})", ErrorKind::protocol},
        Row{"a token with a line break", 200, R"({"access_token":"a\r\nX-Y: 1"})",
            ErrorKind::protocol},
        Row{"an array", 200, "[]", ErrorKind::protocol},
        Row{"no such path", 404, page, ErrorKind::protocol},
        Row{"redirect", 302, "", ErrorKind::unavailable},
        Row{"bad gateway", 502, page, ErrorKind::unavailable},
        Row{"a bad moment", 503, R"({"error":"temporarily_unavailable"})", ErrorKind::unavailable},
        Row{"rate limit", 429, R"({"error":{"message":"Rate limit exceeded"}})",
            ErrorKind::throttled}}) {
    CAPTURE(row.name);
    const Error error = failure(row.status, row.body);
    CAPTURE(error.text());
    CHECK(error.kind() == row.kind);
    CHECK(error.text().find("ServiceNow") == 0);
    CHECK(error.text().find(std::to_string(row.status)) != std::string::npos);
    if (row.kind == ErrorKind::auth) CHECK(error.hint().find("wrong password") == 0);
  }
}

TEST_CASE("A refused sign-in has the server's own words") {
  const Error error =
      failure(401, R"({"error_description":"access_denied","error":"server_error"})");
  CHECK(error.text() == "ServiceNow refused the sign-in: access_denied, server_error (401)");
  // Cherwell's documentation prints it as a text (fixture error.token.400-invalid-client.json).
  CHECK(failure(400, R"("{\"error\":\"invalid_client_id\",\"error_description\":\"no client\"}")")
            .text() == "ServiceNow refused the sign-in: no client, invalid_client_id (400)");
  CHECK(failure(200, "<title>Instance Hibernating page</title>", {{"Content-Type", "text/html"}})
            .text()
            .find("\"Instance Hibernating page\"") != std::string::npos);
}

TEST_CASE("What Entra puts behind its words is left out, and its trace is the request's id") {
  const Error error = failure(
      401, R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret )"
           R"(provided.\r\nTrace ID: 7c1b-t\r\nCorrelation ID: 9d2e-c\r\nTimestamp: 2025-01-01 )"
           R"(10:00:00Z","error_codes":[7000215],"trace_id":"7c1b-t","correlation_id":"9d2e-c"})");
  CHECK(error.text() ==
        "ServiceNow refused the sign-in: AADSTS7000215: Invalid client secret provided, "
        "invalid_client (401)");
  CHECK(error.request_id() == "7c1b-t");
  CHECK(error.hint() ==
        "wrong password or locked user, by \"AADSTS7000215: Invalid client secret provided, "
        "invalid_client\"");
}

TEST_CASE("A bad moment in so many words is not a refusal") {
  struct Row {
    int status;
    const char* body;
  };
  for (const Row& row :
       {Row{400, R"({"error":"temporarily_unavailable"})"},
        Row{400, R"({"error":"invalid_request","error_description":"AADSTS90055: busy"})"},
        Row{401, R"({"error":"server_error","error_description":"AADSTS50000: oops"})"}}) {
    CAPTURE(row.body);
    CHECK(failure(row.status, row.body).kind() == ErrorKind::unavailable);
  }
}

}  // namespace
}  // namespace itsmc::http
