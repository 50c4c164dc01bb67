// Provance ITSM's organisation: the Dataverse Web API, with the directory on the same port.
#pragma once
#include "dataverse/site.hpp"

namespace itsmc::sim::dataverse {

// The service IS one organisation behind HTTP. Thread-safe; the bench must outlive it.
class Service : public Product {
 public:
  // With the integration user, its roles and nothing else.
  Service(Bench& bench, Settings settings);

  Reply answer(const Request& request, const Firing& firing) override;
  std::optional<Reply> control(const std::string& what, const Request& request) override;

  void fill_generated(std::uint64_t incidents, std::uint64_t seed);
  void fill_from_items(const std::string& file);
  Site& site() { return site_; }

 private:
  Reply route(const Request& request, const Firing& firing);
  Reply api(const Request& request, const Firing& firing);
  Reply signed_in(const Call& call, std::string_view path);

  Site site_;
};

// Answers of the control endpoint; nothing when `what` is none of them.
std::optional<Reply> control_rows(Site& site, const std::string& what, const Request& request);

}  // namespace itsmc::sim::dataverse
