// Azure as far as the client asks it: `itsmc-sim azure`.
#pragma once
#include "azure/arm.hpp"
#include "azure/identity.hpp"
#include "azure/ingestion.hpp"
#include "azure/query.hpp"
#include "azure/site.hpp"

namespace itsmc::sim::azure {

// The service IS one subscription behind one port: sign-in, management, ingestion and query are
// told apart by their paths. Thread-safe; the bench must outlive it.
class Service : public Product {
 public:
  Service(Bench& bench, Settings settings, entra::Settings directory);

  Reply answer(const Request& request, const Firing& firing) override;
  std::optional<Reply> control(const std::string& what, const Request& request) override;
  [[nodiscard]] PackedBody packed_body() const override { return PackedBody::as_it_came; }
  bool cuts_upload(const Request& head) override;
  Site& site() { return site_; }

 private:
  Reply routed(const Request& request, const Firing& firing);
  Reply describe(const Request& request) const;
  Reply rows(const Request& request) const;
  Reply set_role(const std::string& what, const Request& request);
  Reply change_alerts(const std::string& what, const Request& request);
  Reply set_target(const Request& request);

  Site site_;
  Arm arm_;
  Ingestion ingestion_;
  Query query_;
  IdentityEndpoints identity_;
};

}  // namespace itsmc::sim::azure
