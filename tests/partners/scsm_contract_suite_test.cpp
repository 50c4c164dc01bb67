#include <catch2/catch.hpp>

#include "partners/contract.hpp"
#include "partners/sim_world.hpp"

using namespace itsmc;
using namespace itsmc::test;

namespace {

/// The simulated web app, and the directory that it takes tokens of, under two names.
MakeInstance web_app(WorkItemType type, const std::string& page_path) {
  return [type, page_path] {
    SimSetup setup;
    setup.product = sim_product("scsm");
    setup.partner = PartnerKind::scsm;
    setup.type = type;
    setup.url = "https://smoc123.azurewebsites.net";
    setup.other_urls = {"https://login.microsoftonline.com"};
    setup.page_path = page_path;
    auto world = std::make_unique<SimWorld>(std::move(setup));
    world->connection.username.clear();
    world->connection.tenant = "contoso.onmicrosoft.com";
    world->connection.authority = "https://login.microsoftonline.com";
    world->connection.audience = world->connection.url;
    return world;
  };
}

}  // namespace

TEST_CASE("Service Manager's incidents keep the contract of every partner",
          "[partners][contract][scsm]") {
  check_partner_contract(web_app(WorkItemType::incident, "/itsmc/v1/incidents"));
}

TEST_CASE("Service Manager's changes keep the contract of every partner",
          "[partners][contract][scsm]") {
  check_partner_contract(web_app(WorkItemType::change_request, "/itsmc/v1/changerequests"));
}
