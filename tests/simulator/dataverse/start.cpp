#include "entra/start.hpp"

#include "dataverse/fault_names.hpp"
#include "dataverse/service.hpp"
#include "products.hpp"

namespace itsmc::sim::dataverse {
namespace {

std::unique_ptr<Product> start(Bench& bench, const Options& options) {
  Settings settings;
  // The form of a Provance connection has no client secret: a public client (reference 1).
  settings.directory = entra::settings_from(options, entra::ClientKind::public_client);
  settings.directory.knows_own_host = true;
  settings.directory.resources.emplace_back("https://*.dynamics.com");
  settings.directory.resources.emplace_back("https://*.example");
  settings.cache_bytes = static_cast<std::size_t>(options.cache_mb) << 20;
  settings.gzip_level = options.gzip_level;
  auto service = std::make_unique<Service>(bench, std::move(settings));
  if (!options.items.empty())
    service->fill_from_items(options.items);
  else if (options.generate > 0)
    service->fill_generated(options.generate, options.seed);
  return service;
}

}  // namespace

ProductEntry entry() {
  return {"provance", &fault_names, &start};
}

}  // namespace itsmc::sim::dataverse
