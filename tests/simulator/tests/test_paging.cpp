#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"

namespace itsmc::sim::test {
namespace {

using nlohmann::json;

std::vector<std::string> ids_of(const Reply& reply) {
  std::vector<std::string> out;
  const json body = body_json(reply);
  for (const auto& row : body["result"]) out.push_back(row["sys_id"]);
  return out;
}

constexpr const char* k_fields = "&sysparm_fields=sys_id,sys_updated_on&sysparm_limit=";

// Walks the table by key; returns all sys_ids in the order they came.
std::vector<std::string> walk_by_key(InstanceOnTest& on, const std::string& table, int limit) {
  std::vector<std::string> all;
  while (true) {
    const std::string after = all.empty() ? "" : "sys_id>" + all.back() + "^";
    const auto page = ids_of(
        on.get(list_target(table, after + "ORDERBYsys_id", k_fields + std::to_string(limit))));
    if (page.empty()) return all;
    all.insert(all.end(), page.begin(), page.end());
  }
}

// The same by (sys_updated_on, sys_id) as two queries.
std::vector<std::string> walk_by_time(InstanceOnTest& on, int limit) {
  std::vector<std::string> all;
  std::string moment = "1970-01-01 00:00:00";
  std::string id;
  while (true) {
    const std::string order = "^ORDERBYsys_updated_on^ORDERBYsys_id";
    const std::string query = id.empty()
                                  ? "sys_updated_on>" + moment + order
                                  : "sys_updated_on=" + moment + "^sys_id>" + id + "^ORDERBYsys_id";
    const json rows = body_json(
        on.get(list_target("incident", query, k_fields + std::to_string(limit))))["result"];
    for (const auto& row : rows) all.push_back(row["sys_id"]);
    if (!rows.empty()) {
      moment = rows.back()["sys_updated_on"];
      id = rows.back()["sys_id"];
    } else if (!id.empty()) {
      id.clear();
    } else {
      return all;
    }
  }
}

}  // namespace

TEST_CASE("keyset walks by id and by time bring every row once, ties included") {
  InstanceOnTest on;
  on.service.fill_generated(2000, 3);
  on.control("touch?count=300&at=2026-01-05%2000:00:00");
  for (const int limit : {7, 100, 5000}) {
    const auto by_key = walk_by_key(on, "incident", limit);
    CHECK(by_key.size() == 2000);
    CHECK(std::is_sorted(by_key.begin(), by_key.end()));
    const auto by_time = walk_by_time(on, limit);
    CHECK(by_time.size() == 2000);
    CHECK(std::set<std::string>(by_time.begin(), by_time.end()) ==
          std::set<std::string>(by_key.begin(), by_key.end()));
  }
  CHECK(walk_by_key(on, "change_request", 30).size() == 100);
}

TEST_CASE("index answers equal scans for bounds with other conditions") {
  InstanceOnTest on;
  on.service.fill_generated(1500, 4);
  on.control("touch?count=300&at=2026-01-05%2000:00:00");
  for (const char* bounds :
       {"sys_id>4^sys_id<=a^sys_updated_on>=2000-01-01 00:00:00", "sys_id>=8^active=true",
        "sys_updated_on>=2000-01-01 00:00:00^sys_updated_on<2100-01-01 00:00:00^state=7",
        "sys_id>f^state=1", "sys_updated_on=2026-01-05 00:00:00^sys_id>3",
        "sys_id<=c^sys_updated_on=2026-01-05 00:00:00^priority!=9"}) {
    INFO(bounds);
    const std::string query = bounds;
    const std::string fields = "&sysparm_fields=sys_id";
    auto indexed = ids_of(on.get(list_target("incident", query + "^ORDERBYsys_id", fields)));
    // An ^NQ keeps the planner from using an index.
    auto scanned =
        ids_of(on.get(list_target("incident", query + "^NQsys_idISEMPTY^ORDERBYsys_id", fields)));
    CHECK(indexed == scanned);
    CHECK(!indexed.empty());
    const auto page = ids_of(on.get(
        list_target("incident", query + "^ORDERBYsys_id", "&sysparm_limit=5&sysparm_offset=3")));
    CHECK(page == std::vector<std::string>(
                      indexed.begin() + 3,
                      indexed.begin() +
                          static_cast<std::ptrdiff_t>(std::min<std::size_t>(8, indexed.size()))));
  }
}

TEST_CASE("the default limit is 10,000, counts are of the whole query") {
  InstanceOnTest on;
  on.service.fill_generated(10050, 5);
  const auto reply = on.get("/api/now/table/incident?sysparm_fields=sys_id");
  CHECK(ids_of(reply).size() == 10000);
  CHECK(header_of(reply, "X-Total-Count") == "10050");
  CHECK(header_of(reply, "Link").find("sysparm_limit=10000&sysparm_offset=10000>;rel=\"next\"") !=
        std::string::npos);
  const auto bare = on.get("/api/now/table/incident?sysparm_limit=5&sysparm_no_count=true");
  CHECK(header_of(bare, "X-Total-Count").empty());
  CHECK(header_of(bare, "Link").find("rel=\"next\"") != std::string::npos);
  CHECK(header_of(bare, "Link").find("rel=\"last\"") == std::string::npos);
}

TEST_CASE("rows are hidden after the limit was applied and still counted") {
  InstanceOnTest on;
  on.service.fill_generated(400, 6);
  on.control("fault?name=acl-rows&arg=50");
  const auto reply = on.get(list_target("incident", "ORDERBYsys_id", "&sysparm_limit=100"));
  const auto rows = ids_of(reply).size();
  CHECK(rows < 80);
  CHECK(rows > 20);
  CHECK(header_of(reply, "X-Total-Count") == "400");
  CHECK(header_of(reply, "Link").find("rel=\"next\"") != std::string::npos);
  on.control("faults/clear");
  on.control("fault?name=acl-rows-block&arg=150:sys_id");
  const auto empty = on.get(list_target("incident", "ORDERBYsys_id", "&sysparm_limit=100"));
  CHECK(ids_of(empty).empty());
  CHECK(header_of(empty, "Link").find("rel=\"next\"") != std::string::npos);
  CHECK(ids_of(on.get(list_target("incident", "ORDERBYsys_id",
                                  "&sysparm_limit=100&sysparm_offset=100")))
            .size() == 50);
  // The statistics count what cannot be read; the truth says which rows those are.
  const auto stats = body_json(on.get("/api/now/stats/incident?sysparm_count=true"));
  CHECK(stats["result"]["stats"]["count"] == "400");
  const std::string truth = streamed(on.control("truth?table=incident"));
  std::size_t hidden = 0;
  for (auto at = truth.find("\"hidden\":true"); at != std::string::npos;
       at = truth.find("\"hidden\":true", at + 1)) {
    ++hidden;
  }
  CHECK(hidden == 150);
}

TEST_CASE("ready pages follow every change of their rows and of the rows they name") {
  InstanceOnTest on;
  on.service.fill_generated(200, 7);
  const std::string target = list_target("incident", "ORDERBYsys_id",
                                         "&sysparm_fields=sys_id,short_description,caller_id.name");
  const std::string first = *on.get(target).body;
  CHECK(*on.get(target).body == first);
  const std::string id = body_json(on.get(target))["result"][0]["sys_id"];
  on.send("PATCH", "/api/now/table/incident/" + id, R"({"short_description":"other"})");
  const json changed = body_json(on.get(target));
  CHECK(changed["result"][0]["short_description"] == "other");
  const json caller = body_json(on.get(list_target(
      "sys_user",
      "name=" + changed["result"][0]["caller_id.name"].get<std::string>())))["result"][0];
  on.send("PATCH", "/api/now/table/sys_user/" + caller["sys_id"].get<std::string>(),
          R"({"name":"Renamed"})");
  CHECK(body_json(on.get(target))["result"][0]["caller_id.name"] == "Renamed");
}

TEST_CASE("v1 answers an empty list with 404, the others with 200") {
  InstanceOnTest on;
  on.service.fill_empty();
  CHECK(on.get("/api/now/v1/table/incident").status == 404);
  CHECK(on.get("/api/now/v2/table/incident").status == 200);
  CHECK(on.get("/api/now/table/incident").status == 200);
  CHECK(on.get("/api/now/table/nonsense").status == 400);
}

}  // namespace itsmc::sim::test
