#include <catch2/catch.hpp>

#include "partners/odata_link.hpp"
#include "partners/odata_words.hpp"

using namespace itsmc;
using namespace itsmc::partners;

TEST_CASE("a next link on the connection's host is taken as it came", "[odata]") {
  const std::string page = "https://org.crm4.dynamics.com/api/data/v9.2/incidents?$select=title";
  struct Case {
    std::string link, url;
  };
  const std::vector<Case> cases = {
      // The cookie stays encoded twice (fixture dataverse/page1.response.json).
      {"https://org.crm4.dynamics.com/api/data/v9.2/incidents?$skiptoken=%3Ccookie%20a=%22%253c%22",
       "https://org.crm4.dynamics.com/api/data/v9.2/"
       "incidents?$skiptoken=%3Ccookie%20a=%22%253c%22"},
      {"https://ORG.crm4.dynamics.com:443/x?$skiptoken=1",
       "https://ORG.crm4.dynamics.com:443/x?$skiptoken=1"},
      {"incidents?$skiptoken=100",
       "https://org.crm4.dynamics.com/api/data/v9.2/incidents?$skiptoken=100"},
      {"/odata/incidents?u=https://x.example/",
       "https://org.crm4.dynamics.com/odata/incidents?u=https://x.example/"},
      {"//org.crm4.dynamics.com/a", "https://org.crm4.dynamics.com/a"},
  };
  for (const Case& one : cases) {
    INFO(one.link);
    const auto next = odata::resolve_next_link(page, one.link);
    CHECK(next.url == one.url);
    CHECK(next.problem.empty());
  }
}

TEST_CASE("a next link that leads elsewhere, or is no address, is refused", "[odata]") {
  const std::string page = "https://org.crm4.dynamics.com/api/data/v9.2/incidents";
  for (const char* link : {"", "https://evil.example/api", "http://org.crm4.dynamics.com/api",
                           "https://org.crm4.dynamics.com:8443/api", "//evil.example/api",
                           "https://org.crm4.dynamics.com@evil.example/", "incidents?a=\nHost: x",
                           "https://org.crm4.dynamics.com.evil.example/", "/a b", "\\\\evil\\x",
                           "https://org.api.crm4.dynamics.com/api/data/v9.2/incidents"}) {
    INFO(link);
    const auto next = odata::resolve_next_link(page, link);
    CHECK(next.url.empty());
    CHECK_FALSE(next.problem.empty());
  }
}

TEST_CASE("an error body is read in each of its spellings", "[odata]") {
  struct Case {
    std::string body, text;
  };
  const std::vector<Case> cases = {
      {R"({"error":{"code":"0x80072322","message":"Too many."}})", "Too many. (0x80072322)"},
      {R"({"error":{"code":"","message":"Bad."}})", "Bad."},
      {R"({"error":{"code":"0x1"}})", "0x1"},
      {R"({"Message":"No HTTP resource was found."})", "No HTTP resource was found."},
      {R"({"error":"invalid_grant","error_description":"AADSTS50126: x"})",
       "AADSTS50126: x (invalid_grant)"},
      {R"({"value":[]})", ""},
      {"<html>", ""},
      {R"({"error":null})", ""},
  };
  for (const Case& one : cases) {
    INFO(one.body);
    CHECK(odata::parse_error(one.body).text() == one.text);
  }
}

TEST_CASE("texts double their quotes, times stand bare", "[odata]") {
  CHECK(odata::quoted("O'Bryan") == "'O''Bryan'");
  CHECK(odata::quoted("") == "''");
  CHECK(odata::time_literal(1'527'120'000'000) == "2018-05-24T00:00:00Z");
  CHECK(odata::time_literal(1'527'120'000'250) == "2018-05-24T00:00:00.250Z");
  CHECK(odata::parse_time("2018-05-24T00:00:00Z") == 1'527'120'000'000);
  CHECK(odata::parse_time("2018-05-24T02:00:00.2500000+02:00") == 1'527'120'000'250);
  CHECK(odata::parse_time("2018-05-24") == 1'527'120'000'000);
  CHECK(odata::parse_time("5/24/2018 2:00 AM") == k_no_time);
}
