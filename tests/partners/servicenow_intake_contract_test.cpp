#include <catch2/catch.hpp>

#include "partners/intake_contract.hpp"
#include "partners/servicenow_desk.hpp"

using namespace itsmc;
using namespace itsmc::test;

TEST_CASE("ServiceNow's incidents keep the intake contract of every partner",
          "[partners][intake][servicenow]") {
  check_intake_contract([] { return servicenow_desk(); }, incident_wish());
}

TEST_CASE("ServiceNow's changes keep the intake contract of every partner",
          "[partners][intake][servicenow]") {
  check_intake_contract([] { return servicenow_desk(); }, change_wish());
}

TEST_CASE("ServiceNow's events keep the intake contract of every partner",
          "[partners][intake][servicenow]") {
  check_intake_contract([] { return servicenow_desk(); }, event_wish(WorkItemType::event));
}

TEST_CASE("ServiceNow's alerts keep the intake contract of every partner",
          "[partners][intake][servicenow]") {
  check_intake_contract([] { return servicenow_desk(); }, event_wish(WorkItemType::alert));
}
