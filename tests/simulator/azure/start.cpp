#include "entra/start.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "azure/fault_names.hpp"
#include "azure/service.hpp"
#include "products.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim::azure {
namespace {

std::unique_ptr<Product> start(Bench& bench, const Options& options) {
  Settings settings;
  settings.cloud = find_cloud(options.cloud);
  settings.drop_rows = options.drop_rows;
  settings.key_directory =
      (options.cert_dir.empty()
           ? std::filesystem::temp_directory_path() / fmt::format("itsmc-sim-keys-{}", getpid())
           : std::filesystem::path(options.cert_dir) / "arc")
          .string();
  auto directory = entra::settings_from(options, entra::ClientKind::confidential);
  directory.resources = {std::string(settings.cloud.arm), std::string(settings.cloud.ingestion),
                         std::string(settings.cloud.query), "https://graph.microsoft.com",
                         "https://management.core.windows.net"};
  auto service = std::make_unique<Service>(bench, std::move(settings), std::move(directory));
  if (!options.client_certificate.empty()) {
    service->site().directory.assertions().add_certificate(credentials_from(options).client_id,
                                                           read_file(options.client_certificate));
  }
  return service;
}

}  // namespace

ProductEntry entry() {
  return {"azure", &fault_names, &start};
}

}  // namespace itsmc::sim::azure
