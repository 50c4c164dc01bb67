// Microsoft Entra on its own: `itsmc-sim entra`.
#pragma once
#include "entra/directory.hpp"

namespace itsmc::sim::entra {

// The service IS a directory behind HTTP and nothing else. Thread-safe; the bench must outlive it.
class Service : public Product {
 public:
  Service(Bench& bench, Settings settings)
      : bench_(bench), directory_(std::move(settings), bench) {}

  Reply answer(const Request& request, const Firing& firing) override;
  std::optional<Reply> control(const std::string& what, const Request& request) override;
  Directory& directory() { return directory_; }

 private:
  Bench& bench_;
  Directory directory_;
};

}  // namespace itsmc::sim::entra
