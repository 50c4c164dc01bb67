#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "itsmc/http/transport.hpp"
#include "itsmc/partners/partner.hpp"
#include "partners/contract.hpp"
#include "products.hpp"
#include "support/log_lines.hpp"
#include "support/memory_tokens.hpp"

namespace itsmc::test {

class SimWorld;

/// What a partner's test says about the world it wants.
struct SimSetup {
  sim::ProductEntry product{};  // sim_product("cherwell")
  PartnerKind partner = PartnerKind::servicenow;
  WorkItemType type = WorkItemType::incident;
  std::string url;  // the instance's; https, any name
  /// Other servers that are the same simulator: Entra's authority. A request to any other host is
  /// answered by nobody.
  std::vector<std::string> other_urls;
  /// Part of the path of requests for pages of `type`.
  std::string page_path;
  /// Like Instance::id; empty: GUIDs, ascending as text.
  std::function<std::string(int)> id;
  /// A partner over the world's wire; empty: as the registry opens it.
  std::function<std::unique_ptr<partners::Partner>(SimWorld&, int max_page_size)> open;
};

/// The simulated product of that name; throws std::runtime_error when there is none.
[[nodiscard]] sim::ProductEntry sim_product(std::string_view name);

/// An Instance that is a simulator of tests/simulator in this process: no socket, no real time.
/// The product's clock and the age of its tokens follow the world's clock; an answer that is slow
/// moves that clock. Its transports are safe from several threads and must not outlive it.
class SimWorld : public Instance {
 public:
  explicit SimWorld(SimSetup setup);

  [[nodiscard]] WorkItemType type() const override { return setup_.type; }
  /// The new products say nothing about rows that they keep back.
  [[nodiscard]] bool counts_hidden() const override { return false; }
  [[nodiscard]] std::string id(int n) const override;
  void put(const TruthRow& row) override;
  void remove(const std::string& id) override;
  void order(Fault fault) override;
  void after_page(std::function<void(int)> callback) override;
  [[nodiscard]] std::unique_ptr<partners::Partner> open(int max_page_size) override;
  [[nodiscard]] FakeClock& clock() override { return clock_; }

  /// Switches a fault on as the command line does: "rate-limit=7;count=1;path=/api". Throws
  /// std::runtime_error when no fault is called so.
  void fault(const std::string& text);
  /// The text of GET /__control/WHAT (truth?type=incident, journal, counters...). Throws
  /// std::runtime_error when it is not answered with 200.
  [[nodiscard]] std::string control(const std::string& what);
  [[nodiscard]] sim::Bench& bench() { return bench_; }

  [[nodiscard]] http::Wire wire();
  /// The simulator's default secrets.
  [[nodiscard]] partners::Credentials credentials() const;
  /// One exchange with the product. Safe from several threads.
  [[nodiscard]] http::Exchange exchange(const http::Request& request);

  Connection connection;  // name, partner, url, user, client id; the test adds what is missing
  MemoryTokens tokens;
  LogLines log;

 private:
  sim::Reply ask_control(const sim::Request& request);
  void page_served();

  SimSetup setup_;
  FakeClock clock_;
  sim::Bench bench_;
  std::unique_ptr<sim::Product> product_;
  sim::Front front_;
  std::mutex callback_mutex_;
  std::function<void(int)> callback_;
  std::atomic<int> pages_{0};
};

}  // namespace itsmc::test
