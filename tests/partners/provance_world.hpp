#pragma once

#include <memory>

#include "itsmc/core/table_profile.hpp"
#include "partners/sim_world.hpp"

namespace itsmc::test {

/// The simulated organisation, its rows in the table that `profile` maps the type to.
inline std::unique_ptr<SimWorld> provance_world(
    WorkItemType type, TableProfile profile = *find_builtin_profile("provance-example")) {
  SimSetup setup;
  setup.product = sim_product("provance");
  setup.partner = PartnerKind::provance;
  setup.type = type;
  setup.url = "https://acme.crm4.dynamics.com";
  setup.other_urls = {"https://login.microsoftonline.com"};
  const TableMap* const table = profile.table(type);
  setup.page_path = table == nullptr ? "/none" : "/api/data/v9.2/" + table->set;
  setup.open = [profile](SimWorld& world, int max_page_size) {
    partners::PartnerOptions options;
    options.max_page_size = max_page_size;
    options.profile = profile;
    return partners::find_partner(PartnerKind::provance)
        ->open(world.connection, world.credentials(), world.wire(), options);
  };
  auto world = std::make_unique<SimWorld>(setup);
  world->connection.username += "@contoso.onmicrosoft.com";
  world->connection.tenant = "contoso.onmicrosoft.com";
  world->connection.authority = "https://login.microsoftonline.com";
  world->connection.profile = profile.name;
  return world;
}

}  // namespace itsmc::test
