#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dataverse/organisation_on_test.hpp"
#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

const std::string k_list =
    "x_incidents?$select=x_title,modifiedon&$orderby=modifiedon%20asc,"
    "x_incidentid%20asc";

Fields pages_of(int size) {
  return {{"Prefer", "odata.maxpagesize=" + std::to_string(size)}};
}

std::set<std::string> ids_of(const std::vector<json>& rows) {
  std::set<std::string> ids;
  for (const auto& row : rows) ids.insert(row["x_incidentid"].get<std::string>());
  return ids;
}

std::size_t rows_of(const Reply& reply) {
  return body_json(reply)["value"].size();
}

}  // namespace

TEST_CASE("dataverse: pages hold every row once, ties at the borders included") {
  OrganisationOnTest on;
  on.put_incidents(100);
  for (const int size : {1, 7, 33, 100, 6000}) {
    INFO(size);
    const auto rows = all_rows(on, k_list, pages_of(size));
    CHECK(rows.size() == 100);
    CHECK(ids_of(rows).size() == 100);
    for (std::size_t i = 1; i < rows.size(); ++i) {
      CHECK(rows[i - 1]["modifiedon"].get<std::string>() <=
            rows[i]["modifiedon"].get<std::string>());
    }
  }
}

TEST_CASE("dataverse: other orders page as well, the key behind them") {
  OrganisationOnTest on;
  on.put_incidents(50);
  for (const char* order : {"x_title%20desc", "modifiedon%20desc,x_incidentid", "x_state", ""}) {
    INFO(order);
    const std::string by = *order ? std::string("&$orderby=") + order : "";
    const auto rows = all_rows(on, "x_incidents?$select=x_title" + by, pages_of(7));
    CHECK(rows.size() == 50);
    CHECK(ids_of(rows).size() == 50);
  }
}

TEST_CASE("dataverse: the cookie in a next link is encoded twice, as recorded") {
  OrganisationOnTest on;
  on.put_incidents(3);
  const std::string link =
      body_json(on.get("x_incidents?$select=x_title", pages_of(2)))["@odata.nextLink"];
  const std::string recorded = dataverse_fixture("page1.response.json")["@odata.nextLink"];
  for (const std::string& piece :
       {std::string("&$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie"
                    "%2520page%253d%25221%2522%253e%253c"),
        std::string("id%2520last%253d%2522%257b"),
        std::string("%257d%2522%2520first%253d%2522%257b"),
        std::string("%257d%2522%2520%252f%253e%253c%252fcookie%253e%22%20istracking=%22False%22"
                    "%20/%3E")}) {
    INFO(piece);
    CHECK(recorded.find(piece) != std::string::npos);
    CHECK(link.find(piece) != std::string::npos);
  }
  CHECK(
      link.starts_with("https://org.crm4.dynamics.com/api/data/v9.2/x_incidents?$select=x_title&"));
}

TEST_CASE("dataverse: a link that was decoded and encoded again is refused") {
  OrganisationOnTest on;
  on.put_incidents(3);
  const std::string link = body_json(on.get(k_list, pages_of(2)))["@odata.nextLink"];
  const auto at = link.find("$skiptoken=") + 11;
  const std::string once = decode_query(decode_query(link.substr(at)));
  const Reply reply = on.follow(link.substr(0, at) + encoded(once), pages_of(2));
  CHECK(reply.status == 400);
  CHECK(body_json(reply)["error"]["message"] == "Malformed XML in the Paging Cookie");
}

TEST_CASE("dataverse: pages end at 5000 rows whatever is asked for, in silence") {
  OrganisationOnTest on;
  on.service.fill_generated(5100, 1);
  CHECK(rows_of(on.get("x_incidents?$select=x_title")) == 5000);
  const Reply reply = on.get("x_incidents?$select=x_title&$count=true", pages_of(9000));
  CHECK(rows_of(reply) == 5000);
  const json body = body_json(reply);
  CHECK(body["@odata.count"] == 5000);
  CHECK(body.contains("@odata.nextLink"));
  const json counted = body_json(
      on.get("x_incidents?$count=true&$top=1", {{"Prefer", "odata.include-annotations=\"*\""}}));
  CHECK(counted["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"] == true);
  CHECK(*on.get("x_incidents/$count").body == "5000");
}

TEST_CASE("dataverse: $top is ignored beside a page size, $skip is refused") {
  OrganisationOnTest on;
  on.put_incidents(10);
  CHECK(rows_of(on.get("x_incidents?$top=3")) == 3);
  CHECK_FALSE(body_json(on.get("x_incidents?$top=3")).contains("@odata.nextLink"));
  const json both = body_json(on.get("x_incidents?$top=3", pages_of(4)));
  CHECK(both["value"].size() == 4);
  CHECK(both.contains("@odata.nextLink"));
  const Reply skip = on.get("x_incidents?$skip=3");
  CHECK(skip.status == 400);
  CHECK(body_json(skip)["error"]["message"] == "Skip Clause is not supported in CRM");
}

TEST_CASE("dataverse: a row that changes between two pages comes again, no other is lost") {
  OrganisationOnTest on;
  on.put_incidents(10);
  const json first = body_json(on.get(k_list, pages_of(4)));
  const std::string moved = first["value"][0]["x_incidentid"];
  on.control("put", json{{"type", "incident"},
                         {"id", moved},
                         {"title", "moved"},
                         {"updated", "2025-11-04T00:00:00Z"}}
                        .dump());
  std::vector<json> rows(first["value"].begin(), first["value"].end());
  json page = first;
  while (page.contains("@odata.nextLink")) {
    page = body_json(on.follow(page["@odata.nextLink"], pages_of(4)));
    rows.insert(rows.end(), page["value"].begin(), page["value"].end());
  }
  CHECK(rows.size() == 11);
  CHECK(ids_of(rows).size() == 10);
  CHECK(rows.back()["x_title"] == "moved");
}

TEST_CASE("dataverse: the switches of paging") {
  OrganisationOnTest on;
  on.put_incidents(10);
  const auto with = [&](const std::string& fault) {
    on.control("faults/clear");
    on.control("fault?count=1&name=" + fault);
    return body_json(on.get(k_list, pages_of(4)));
  };
  CHECK(with("page-larger&arg=2")["value"].size() == 6);
  CHECK(with("page-cap&arg=3")["value"].size() == 3);
  const json repeated = with("duplicate-rows&arg=2")["value"];
  CHECK(repeated.size() == 6);
  CHECK(repeated[0] == repeated[4]);
  const json empty = with("empty-page");
  CHECK(empty["value"].empty());
  const json after = body_json(on.follow(empty["@odata.nextLink"], pages_of(10)));
  CHECK(after["value"].size() == 10);
  CHECK(with("next-link-host&arg=evil.example:444")["@odata.nextLink"].get<std::string>().find(
            "https://evil.example:444/api/data/v9.2/x_incidents?") == 0);
  CHECK(with("next-link-relative")["@odata.nextLink"].get<std::string>().find("x_incidents?") == 0);
  const json before = body_json(on.get(k_list, pages_of(10)))["value"];
  with("update-between-pages&arg=3");
  const auto changed = all_rows(on, k_list, pages_of(10));
  CHECK(changed.back()["modifiedon"] != before.back()["modifiedon"]);
}

TEST_CASE("dataverse: an empty page in the middle keeps the place") {
  OrganisationOnTest on;
  on.put_incidents(10);
  on.control("fault?name=empty-page&after=1&count=1");
  const auto rows = all_rows(on, k_list, pages_of(4));
  CHECK(ids_of(rows).size() == 10);
  CHECK(rows.size() == 10);
}

}  // namespace itsmc::sim::test
