#include "entra/start.hpp"

#include "products.hpp"
#include "scsm/fault_names.hpp"
#include "scsm/service.hpp"

namespace itsmc::sim::scsm {
namespace {

Settings settings_from(const Options& options) {
  Settings settings;
  if (!options.foreign_name.empty()) settings.site_name = options.foreign_name;
  settings.directory = entra::settings_from(options, entra::ClientKind::confidential);
  settings.directory.knows_own_host = true;
  settings.directory.resources.push_back("https://" + settings.site_name);
  settings.cache_bytes = static_cast<std::size_t>(options.cache_mb) << 20;
  settings.gzip_level = options.gzip_level;
  return settings;
}

std::unique_ptr<Product> start(Bench& bench, const Options& options) {
  auto service = std::make_unique<Service>(bench, settings_from(options));
  if (!options.items.empty())
    service->fill_from_items(options.items);
  else if (options.generate > 0)
    service->fill_generated(options.generate, options.seed);
  return service;
}

}  // namespace

ProductEntry entry() {
  return {"scsm", &fault_names, &start};
}

}  // namespace itsmc::sim::scsm
