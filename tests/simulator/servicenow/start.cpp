#include <stdexcept>

#include "products.hpp"
#include "servicenow/fault_names.hpp"
#include "servicenow/service.hpp"

namespace itsmc::sim::servicenow {
namespace {

Settings settings_from(const Options& options) {
  Settings settings;
  settings.credentials = credentials_from(options);
  if (!options.foreign_name.empty()) settings.foreign_name = options.foreign_name;
  settings.pages.cache_bytes = static_cast<std::size_t>(options.cache_mb) << 20;
  settings.pages.gzip_level = options.gzip_level;
  settings.lockout = options.lockout;
  return settings;
}

std::unique_ptr<Product> start(Bench& bench, const Options& options) {
  auto service = std::make_unique<Service>(bench, settings_from(options));
  if (!options.log.empty()) {
    const auto at = parse_utc(options.at);
    if (!at) throw std::runtime_error("--at cannot be read: '" + options.at + "'");
    service->fill_from_log(options.log, *at);
  } else if (options.generate > 0) {
    service->fill_generated(options.generate, options.seed);
  } else {
    service->fill_empty();
  }
  return service;
}

}  // namespace

ProductEntry entry() {
  return {"servicenow", &fault_names, &start};
}

}  // namespace itsmc::sim::servicenow
