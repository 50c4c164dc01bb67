// What a simulated Azure holds when it starts. Plain values.
#pragma once
#include <string>
#include <string_view>

namespace itsmc::sim::azure {

// Audiences of one national cloud (azure reference 0).
struct Cloud {
  std::string_view name;
  std::string_view arm;
  std::string_view ingestion;
  std::string_view query;
};

// "public", "usgov" or "china"; throws std::runtime_error naming the clouds there are.
const Cloud& find_cloud(std::string_view name);

struct Settings {
  Cloud cloud;
  std::string subscription = "0b1f6880-6b1c-4f0a-9c57-2f5f1d3f7a10";
  std::string group = "rg-itsm";
  std::string workspace = "law-itsm";
  std::string region = "westeurope";
  // Of the App Service endpoint: what IDENTITY_HEADER (MSI_SECRET) holds.
  std::string identity_header = "853b9a84-5bfa-4b22-a3f3-0b9a43d9ad8a";
  // Where Arc's key files are written; they go when the product goes.
  std::string key_directory;
  // Counts ingested rows and keeps none.
  bool drop_rows = false;
};

// "/subscriptions/S/resourceGroups/G/providers/Microsoft.OperationalInsights/workspaces/W"
std::string workspace_id(const Settings& settings);

}  // namespace itsmc::sim::azure
