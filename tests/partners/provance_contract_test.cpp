#include <catch2/catch.hpp>

#include "partners/contract.hpp"
#include "partners/provance_world.hpp"

using namespace itsmc;
using namespace itsmc::test;

TEST_CASE("Provance's incidents keep the contract of every partner",
          "[partners][contract][provance]") {
  check_partner_contract([] { return provance_world(WorkItemType::incident); });
}

TEST_CASE("Provance's changes keep the contract of every partner",
          "[partners][contract][provance]") {
  check_partner_contract([] { return provance_world(WorkItemType::change_request); });
}

TEST_CASE("the case table keeps the contract of every partner", "[partners][contract][provance]") {
  check_partner_contract([] {
    return provance_world(WorkItemType::incident, *find_builtin_profile("dataverse-case"));
  });
}
