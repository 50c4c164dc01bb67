// The Cherwell product of the simulator: routes, control, and what fills it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cherwell/site.hpp"
#include "shared/item.hpp"

namespace itsmc::sim::cherwell {

// The service IS a Cherwell instance behind HTTP. Thread-safe; the bench must outlive it.
class Service : public Product {
 public:
  Service(Bench& bench, Credentials credentials, int gzip_level = 2,
          std::size_t cache_bytes = std::size_t{1} << 30);

  Reply answer(const Request& request, const Firing& firing) override;
  std::optional<Reply> control(const std::string& what, const Request& request) override;

  // Besides the base rows; before the first request.
  void fill_generated(std::uint64_t incidents, std::uint64_t seed);
  void fill_from_items(const std::vector<Item>& items);
  Site& site() { return site_; }

 private:
  Reply route(const Request& request, const Firing& firing);
  Reply api(const Request& request, const Firing& firing, std::string_view path);

  Site site_;
};

// The controls that every product has, and tokens and licences.
std::optional<Reply> control_reply(Site& site, const std::string& what, const Request& request);

}  // namespace itsmc::sim::cherwell
