#include <catch2/catch.hpp>

#include "options.hpp"

namespace itsmc::sim::test {

TEST_CASE("an option that the product would not read is refused") {
  CHECK(parse_options({"servicenow", "--log", "x.csv"}).log == "x.csv");
  CHECK(parse_options({"scsm", "--items=x.ndjson"}).items == "x.ndjson");
  for (const char* product : {"scsm", "cherwell", "dataverse", "entra", "azure"}) {
    CHECK_THROWS_WITH(parse_options({product, "--log", "x.csv"}),
                      Catch::Contains("--log is for servicenow only"));
  }
  CHECK_THROWS_WITH(parse_options({"--items", "x.ndjson", "servicenow"}),
                    Catch::Contains("--items is not for servicenow"));
}

TEST_CASE("a product that there is not is answered with those there are") {
  CHECK_THAT(unknown_product("servicenoww"),
             Catch::StartsWith("unknown product 'servicenoww': one of ") &&
                 Catch::EndsWith(", servicenow") && Catch::Contains("scsm"));
}

}  // namespace itsmc::sim::test
