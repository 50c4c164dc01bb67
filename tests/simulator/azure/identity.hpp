// Managed identities: IMDS, App Service and Azure Arc (azure reference 1.3).
#pragma once
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "azure/principals.hpp"
#include "azure/site.hpp"

namespace itsmc::sim::azure {

// The identity endpoints ARE what a machine asks for tokens without a secret. Thread-safe; the site
// must outlive it. Removes its key files when it goes.
class IdentityEndpoints {
 public:
  explicit IdentityEndpoints(Site& site) : site_(site) {}
  ~IdentityEndpoints();
  IdentityEndpoints(const IdentityEndpoints&) = delete;
  IdentityEndpoints& operator=(const IdentityEndpoints&) = delete;

  // /metadata/identity/oauth2/token (IMDS and Arc) and /MSI/token (App Service).
  static bool owns(std::string_view path);
  Reply answer(const Request& request, const Firing& firing);

 private:
  Reply imds(const Request& request, const Firing& firing);
  Reply arc(const Request& request);
  Reply arc_challenge();
  Reply app_service(const Request& request);
  // The identity that the request names; the system's own when it names none.
  [[nodiscard]] std::optional<Principal> wanted(const Request& request) const;
  [[nodiscard]] bool known_resource(const std::string& resource) const;
  std::string token(const Principal& principal, const std::string& resource);

  Site& site_;
  std::mutex mutex_;
  std::set<std::string> keys_;  // contents of key files that were not used yet
  std::set<std::string> files_;
};

}  // namespace itsmc::sim::azure
