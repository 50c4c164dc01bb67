#include <catch2/catch.hpp>

#include "partners/cherwell_desk.hpp"

using namespace itsmc;
using namespace itsmc::test;

TEST_CASE("Cherwell's incidents keep the intake contract of every partner",
          "[partners][intake][cherwell]") {
  check_intake_contract([] { return cherwell_desk(); }, cherwell_incident());
}

TEST_CASE("Cherwell's changes keep the intake contract of every partner",
          "[partners][intake][cherwell]") {
  check_intake_contract([] { return cherwell_desk(); }, cherwell_change());
}
