#include <catch2/catch.hpp>

#include "partners/cherwell_world.hpp"
#include "partners/contract.hpp"

using namespace itsmc::test;

TEST_CASE("Cherwell's incidents keep the contract of every partner", "[partners][contract]") {
  check_partner_contract([] { return cherwell_world(); });
}

TEST_CASE("Cherwell's changes keep the contract of every partner", "[partners][contract]") {
  check_partner_contract([] { return cherwell_world(itsmc::WorkItemType::change_request); });
}
