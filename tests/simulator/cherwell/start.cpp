#include "cherwell/fault_names.hpp"
#include "cherwell/service.hpp"
#include "products.hpp"

namespace itsmc::sim::cherwell {
namespace {

std::unique_ptr<Product> start(Bench& bench, const Options& options) {
  auto service = std::make_unique<Service>(bench, credentials_from(options), options.gzip_level,
                                           static_cast<std::size_t>(options.cache_mb) << 20);
  if (!options.items.empty()) service->fill_from_items(read_items(options.items));
  if (options.generate > 0) service->fill_generated(options.generate, options.seed);
  return service;
}

}  // namespace

ProductEntry entry() {
  return {"cherwell", &fault_names, &start};
}

}  // namespace itsmc::sim::cherwell
