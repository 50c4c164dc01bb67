// The controls, what fills an instance, and what only shows on a socket.
#include <set>

#include <catch2/catch.hpp>

#include "cherwell_on_test.hpp"
#include "instance_on_test.hpp"
#include "raw_client.hpp"
#include "shared/server.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

std::vector<json> truth(CherwellOnTest& on, const std::string& query = "") {
  std::vector<json> rows;
  const std::string text = streamed(on.control("truth" + query));
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    rows.push_back(json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return rows;
}

bool is_rec_id(const std::string& id) {
  return (id.size() == 42 || id.size() == 32) &&
         id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

TEST_CASE("cherwell control: put creates and replaces, remove removes, truth tells") {
  CherwellOnTest on;
  on.put("a", "2025-11-03T00:00:05Z", "one");
  on.put("a", "2025-11-03T00:00:06Z", "two");
  on.control("put", R"({"type":"change-request","id":"c","updated":"2025-11-03T00:00:07Z",)"
                    R"("title":"three","hidden":true})");
  const auto incidents = truth(on);
  REQUIRE(incidents.size() == 1);
  CHECK(incidents[0]["id"] == "a");
  CHECK(incidents[0]["updated"] == "2025-11-03T00:00:06Z");
  CHECK(incidents[0]["title"] == "two");
  CHECK(incidents[0]["state"] == "New");
  CHECK(incidents[0]["open"] == true);
  CHECK(incidents[0]["hidden"] == false);
  const auto changes = truth(on, "?type=change-request");
  REQUIRE(changes.size() == 1);
  CHECK(changes[0]["hidden"] == true);
  CHECK(changes[0]["title"] == "three");
  CHECK(on.control("remove?type=incident&id=a").status == 200);
  CHECK(on.control("remove?type=incident&id=a").status == 404);
  CHECK(truth(on).empty());
  CHECK(on.control("put", R"({"type":"event","id":"a"})").status == 400);
}

TEST_CASE("cherwell control: touch, create, delete") {
  CherwellOnTest on;
  on.service.fill_generated(100, 1);
  const json touched =
      body_json(on.control("touch?type=incident&count=7&at=2025-11-24T15:00:00Z&seed=3"));
  CHECK(touched["count"] == 7);
  CHECK(truth(on, "?since=2025-11-24T15:00:00").size() == 7);
  CHECK(body_json(on.control("create?count=3&at=2025-11-24T15:30:00Z"))["count"] == 3);
  CHECK(truth(on, "?since=2025-11-24T15:30:00").size() == 3);
  CHECK(body_json(on.control("delete?count=10&seed=2"))["count"] == 10);
  CHECK(truth(on).size() == 93);
}

TEST_CASE("cherwell control: the clock moves forward, tokens do not notice") {
  CherwellOnTest on;
  on.sign_in();
  on.control("advance?seconds=86400");
  const Reply reply = on.send("GET", "V1/serviceinfo");
  CHECK(header_of(reply, "Date") == "Tue, 25 Nov 2025 16:00:00 GMT");
  CHECK(on.send("GET", "V2/getsecuritygroups").status == 200);
}

TEST_CASE("cherwell: generated rows are plausible") {
  CherwellOnTest on;
  on.service.fill_generated(400, 5);
  const auto rows = truth(on);
  CHECK(rows.size() == 400);
  CHECK(truth(on, "?type=change-request").size() == 20);
  std::set<std::string> states;
  std::size_t bytes = 0;
  for (const auto& row : rows) {
    CHECK(is_rec_id(row["id"]));
    CHECK_FALSE(row["title"].get<std::string>().empty());
    states.insert(row["state"]);
    bytes += row.dump().size();
  }
  CHECK(states ==
        std::set<std::string>{"New", "In Progress", "Pending", "Reopened", "Resolved", "Closed"});
  CHECK(bytes / rows.size() > 700);
  on.sign_in();
  const json page = on.post("V1/getsearchresults", incident_search());
  std::size_t untitled = 0;
  for (const auto& object : page["businessObjects"]) {
    if (value_of(object, "ShortDescription").empty()) ++untitled;
    CHECK_FALSE(value_of(object, "Description").empty());
  }
  CHECK(untitled > 0);
  CHECK(untitled < 100);
}

TEST_CASE("cherwell: recorded items keep their labels, which join the lists") {
  CherwellOnTest on;
  Item item;
  item.number = "INC0000045";
  item.title = "Disk full";
  item.description = "since noon";
  item.state = "Awaiting Vendor";
  item.priority = "3 - Moderate";
  item.configuration_item = "srv 9";
  item.updated_ms = 1'763'000'000'000;
  Item closed = item;
  closed.number = "INC0000046";
  closed.state = "Done";
  closed.open = false;
  closed.closed_ms = item.updated_ms;
  on.service.fill_from_items({item, closed});
  const auto rows = truth(on);
  REQUIRE(rows.size() == 2);
  const json& first = rows[0]["number"] == "INC0000045" ? rows[0] : rows[1];
  const json& second = rows[0]["number"] == "INC0000045" ? rows[1] : rows[0];
  CHECK(first["state"] == "Awaiting Vendor");
  CHECK(first["open"] == true);
  CHECK(second["open"] == false);
  CHECK(second["closed_at"] == "2025-11-13T02:13:20Z");
  CHECK(first["configuration_item"] == "srv 9");
  on.sign_in();
  const json summary = on.get("V1/getbusinessobjectsummary/busobname/Incident");
  CHECK(summary[0]["states"].get<std::string>().find("Awaiting Vendor") != std::string::npos);
  const auto computers = on.get("V1/getbusinessobjectsummary/busobname/ConfigComputer");
  const json found = on.post("V1/getsearchresults",
                             {{"busObId", computers[0]["busObId"]}, {"searchText", "srv 9"}});
  CHECK(found["totalRows"] == 1);
}

TEST_CASE("cherwell wire: a chunked body is refused, one with a length is not") {
  CherwellOnTest on;
  on.sign_in();
  const Server server(ServerOptions{},
                      [&](const Request& request) { return on.front.answer(request); });
  const std::string head =
      "POST /CherwellAPI/api/V1/getsearchresults HTTP/1.1\r\n"
      "Host: 127.0.0.1\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nAuthorization: Bearer " +
      on.bearer + "\r\n";
  const std::string body = std::string(R"({"busObId":")") + k_incident + "\"}";
  const auto chunked = talk(
      server.port(), head + "Transfer-Encoding: chunked\r\n\r\n2e\r\n" + body + "\r\n0\r\n\r\n");
  CHECK(chunked.bytes.starts_with("HTTP/1.1 411"));
  const auto whole = talk(
      server.port(), head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK(whole.bytes.starts_with("HTTP/1.1 200"));
  CHECK(whole.bytes.find("Content-Type: application/json;charset=UTF-8") != std::string::npos);
  on.control("fault?name=lost-answer&count=1");
  CHECK(talk(server.port(),
             head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)
            .reset);
  const auto link = json::parse(whole.bytes.substr(whole.bytes.find("\r\n\r\n") + 4));
  CHECK(link["totalRows"] == 0);
}

}  // namespace itsmc::sim::test
