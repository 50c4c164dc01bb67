#include <catch2/catch.hpp>

#include "partners/contract.hpp"
#include "partners/servicenow_instance.hpp"

using namespace itsmc::test;

TEST_CASE("ServiceNow's incidents keep the contract of every partner", "[partners][contract]") {
  check_partner_contract([] { return std::make_unique<SnowWorld>(); });
}

TEST_CASE("ServiceNow's changes keep the contract of every partner", "[partners][contract]") {
  check_partner_contract(
      [] { return std::make_unique<SnowWorld>(itsmc::WorkItemType::change_request); });
}
