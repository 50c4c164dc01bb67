// What a simulated product must offer to the shared server and control endpoint.
#pragma once
#include <chrono>
#include <optional>

#include "shared/clock.hpp"
#include "shared/faults.hpp"
#include "shared/journal.hpp"
#include "shared/message.hpp"

namespace itsmc::sim {

// What becomes of a packed request body before the product sees it.
enum class PackedBody { inflated, as_it_came };

// A product IS one simulated instance. answer() and control() are called from many threads.
class Product {
 public:
  virtual ~Product() = default;
  // The product's own answer; faults have been counted for this request already. Without a Date
  // header it gets one by the bench's clock and the fault clock-skew.
  virtual Reply answer(const Request& request, const Firing& firing) = 0;
  // Answers /__control/<what>; nothing when the product has no such control.
  virtual std::optional<Reply> control(const std::string& what, const Request& request) = 0;
  [[nodiscard]] virtual PackedBody packed_body() const { return PackedBody::inflated; }
  // Asked with the head of a request before its body is read: true resets the connection.
  virtual bool cuts_upload(const Request& /*head*/) { return false; }
  // Extra members of /__control/clock, beginning with a comma; may be empty.
  [[nodiscard]] virtual std::string clock_members() const { return {}; }
};

// What every product shares. Lives as long as the server. Thread-safe.
struct Bench {
  explicit Bench(std::span<const FaultName> catalogue) : faults(catalogue) {}
  InstanceClock clock;
  Faults faults;
  Journal journal;
  std::atomic<std::int64_t> latency_ms{0};
};

// Routes one request: /__control to the control endpoint, the rest to the product.
// The product and the bench must outlive it.
class Front {
 public:
  Front(Product& product, Bench& bench) : product_(product), bench_(bench) {}
  Reply answer(const Request& request);

 private:
  Reply product_answer(const Request& request);
  Reply control_answer(const Request& request);

  Product& product_;
  Bench& bench_;
};

}  // namespace itsmc::sim
