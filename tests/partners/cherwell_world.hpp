#pragma once

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "partners/sim_world.hpp"

namespace itsmc::test {

/// A simulated Cherwell instance for tests of the partner.
inline std::unique_ptr<SimWorld> cherwell_world(WorkItemType type = WorkItemType::incident) {
  SimSetup setup;
  setup.product = sim_product("cherwell");
  setup.partner = PartnerKind::cherwell;
  setup.type = type;
  setup.url = "https://csm.acme.example";
  setup.page_path = "/getsearchresults";
  // Both lengths of a RecID side by side (cherwell reference 5).
  setup.id = [](int n) {
    const std::string begin = fmt::format("944b{:06x}", n * 7 + 1);
    return begin + std::string(n % 5 == 0 ? 22 : 32, 'c');
  };
  return std::make_unique<SimWorld>(std::move(setup));
}

/// The requests so far whose path has `part`, as the simulator saw them.
inline std::vector<nlohmann::json> asked(SimWorld& world, const std::string& part) {
  std::vector<nlohmann::json> found;
  const std::string journal = world.control("journal");
  for (std::size_t begin = 0; begin < journal.size();) {
    const std::size_t end = std::min(journal.find('\n', begin), journal.size());
    auto line = nlohmann::json::parse(journal.substr(begin, end - begin), nullptr, false);
    if (line.is_object() && line.dump().find(part) != std::string::npos) found.push_back(line);
    begin = end + 1;
  }
  return found;
}

}  // namespace itsmc::test
