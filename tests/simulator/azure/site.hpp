// What the parts of a simulated Azure share.
#pragma once
#include <string>

#include "azure/alerts.hpp"
#include "azure/estate.hpp"
#include "azure/roles.hpp"
#include "azure/row_store.hpp"
#include "azure/settings.hpp"
#include "entra/directory.hpp"
#include "shared/product.hpp"

namespace itsmc::sim::azure {

// Lives as long as the product; each member guards itself.
struct Site {
  Site(Bench& b, Settings s, entra::Settings directory_settings)
      : bench(b), settings(std::move(s)), directory(std::move(directory_settings), b) {}

  Bench& bench;
  Settings settings;
  entra::Directory directory;
  Estate estate;
  Roles roles;
  RowStore rows;
  AlertStore alerts;

  [[nodiscard]] std::int64_t now_ms() const { return bench.clock.now_ms(); }
  // Milliseconds until a role assignment is felt: the switch role-delay.
  [[nodiscard]] std::int64_t role_delay_ms() const;
};

// Whether the caller may do that there; the answer that refuses, in the API's own words, is the
// caller's business.
bool allowed(const Site& site, const std::string& principal, std::string_view action,
             std::string_view scope);
bool data_allowed(const Site& site, const std::string& principal, std::string_view action,
                  std::string_view scope);

// {"error":{"code":..,"message":..}} as ARM, ingestion and query all write it.
Reply error_reply(int status, std::string_view code, std::string_view message);

}  // namespace itsmc::sim::azure
