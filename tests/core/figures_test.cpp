#include "itsmc/core/figures.hpp"

#include <catch2/catch.hpp>

using itsmc::with_separators;

TEST_CASE("people's numbers have separators") {
  CHECK(with_separators(0) == "0");
  CHECK(with_separators(999) == "999");
  CHECK(with_separators(1000) == "1,000");
  CHECK(with_separators(24'645) == "24,645");
  CHECK(with_separators(-1'234'567) == "-1,234,567");
  CHECK(with_separators(-999) == "-999");
}
