#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "instance_on_test.hpp"

namespace itsmc::sim::test {

TEST_CASE("a fault applies after so many matching requests and so many times") {
  Faults faults(servicenow::fault_names());
  REQUIRE(faults.set_text("http-status=500;after=2;count=2;path=/incident"));
  std::string seen;
  for (int i = 0; i < 6; ++i) {
    CHECK_FALSE(faults.fire("/api/now/table/change_request").has("http-status"));
    seen += faults.fire("/api/now/table/incident").has("http-status") ? '1' : '0';
  }
  CHECK(seen == "001100");
  faults.clear();
  CHECK_FALSE(faults.fire("/api/now/table/incident").has("http-status"));
}

TEST_CASE("unknown faults and options of faults are refused") {
  Faults faults(servicenow::fault_names());
  CHECK_FALSE(faults.set_text("no-such-fault"));
  CHECK_FALSE(faults.set_text("slow=5;never=1"));
  CHECK(faults.rules().empty());
  InstanceOnTest on;
  CHECK(on.control("fault?name=no-such-fault").status == 400);
}

TEST_CASE("faults are listed with what they did and cleared by name") {
  InstanceOnTest on;
  on.service.fill_empty();
  on.control("fault?name=quota-500&count=1");
  on.control("fault?name=slow&arg=0");
  CHECK(on.get("/api/now/table/incident").status == 500);
  CHECK(on.get("/api/now/table/incident").status == 200);
  auto list = body_json(on.control("faults"))["faults"];
  REQUIRE(list.size() == 2);
  CHECK(list[0]["applied"] == 1);
  CHECK(list[0]["seen"] == 2);
  list = body_json(on.control("faults/clear?name=slow"))["faults"];
  REQUIRE(list.size() == 1);
  CHECK(list[0]["name"] == "quota-500");
}

}  // namespace itsmc::sim::test
