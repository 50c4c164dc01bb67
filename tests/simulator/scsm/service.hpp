// The SCSM product of the simulator: a bridge that keeps the contract itsmc-scsm/1.
#pragma once
#include <optional>

#include "scsm/site.hpp"

namespace itsmc::sim::scsm {

// The service IS a bridge web app and, on the same port, the directory that signs its callers in.
// Thread-safe; the bench must outlive it.
class Service : public Product {
 public:
  Service(Bench& bench, const Settings& settings);

  Reply answer(const Request& request, const Firing& firing) override;
  std::optional<Reply> control(const std::string& what, const Request& request) override;

  void fill_generated(std::uint64_t incidents, std::uint64_t seed);
  // Throws std::runtime_error when the file cannot be read.
  void fill_from_items(const std::string& file);

  Site& site() { return site_; }

 private:
  Reply route(const Request& request, const Firing& firing);
  Reply signed_in(const Call& call, const std::string& path);
  // The client of a good token; nothing: 401.
  std::optional<std::string> caller(const Request& request, const Firing& firing);

  Site site_;
};

// put, remove, truth, touch, create, delete, advance; nothing when `what` is none of them.
std::optional<Reply> control_reply(Site& site, const std::string& what, const Request& request);

}  // namespace itsmc::sim::scsm
