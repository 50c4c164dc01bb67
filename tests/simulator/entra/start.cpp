#include "entra/start.hpp"

#include "entra/fault_names.hpp"
#include "entra/service.hpp"
#include "products.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::entra {

Settings settings_from(const Options& options, ClientKind kind) {
  Settings settings = standard_settings(credentials_from(options), kind, options.tenant);
  settings.tenant_id = options.tenant_id;
  settings.lockout = static_cast<int>(options.lockout);
  return settings;
}

namespace {

std::unique_ptr<Product> start(Bench& bench, const Options& options) {
  // On its own it stands for any cloud application's directory: the client keeps a secret.
  auto service = std::make_unique<Service>(bench, settings_from(options, ClientKind::confidential));
  if (!options.client_certificate.empty()) {
    service->directory().assertions().add_certificate(credentials_from(options).client_id,
                                                      read_file(options.client_certificate));
  }
  return service;
}

}  // namespace

ProductEntry entry() {
  return {"entra", &own_fault_names, &start};
}

}  // namespace itsmc::sim::entra
