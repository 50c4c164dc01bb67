// The ServiceNow product of the simulator: routes, control, and what fills it.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "servicenow/log_replay.hpp"
#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {

// The service IS a ServiceNow instance behind HTTP. Thread-safe; the bench must outlive it.
class Service : public Product {
 public:
  Service(Bench& bench, Settings settings) : site_(bench, std::move(settings)) {}

  Reply answer(const Request& request, const Firing& firing) override;
  std::optional<Reply> control(const std::string& what, const Request& request) override;
  [[nodiscard]] std::string clock_members() const override;

  // Base rows and current incident states; then nothing, or generated rows.
  void fill_empty();
  void fill_generated(std::uint64_t incidents, std::uint64_t seed);
  // Base rows and the log as of that log time, which becomes the instance's now.
  void fill_from_log(const std::string& file, std::int64_t at);

  Site& site() { return site_; }

 private:
  Reply route(const Request& request, const Firing& firing);
  Reply api(const Request& request, const Firing& firing);
  Reply advance(const Request& request);
  void add_states();

  Site site_;
  std::unique_ptr<LogReplay> log_;
};

// /__control/truth: one JSON line per living row of a table, by sys_id.
Reply truth_reply(Site& site, const Request& request);
// /__control/tickets, ci/put, ci/truth.
std::optional<Reply> intake_reply(Site& site, const std::string& what, const Request& request);
// /__control/touch, delete, create.
std::optional<Reply> change_reply(Site& site, const std::string& what, const Request& request);
// /__control/tokens, tokens/expire, tokens/unlock.
std::optional<Reply> token_reply(Site& site, const std::string& what, const Request& request);

}  // namespace itsmc::sim::servicenow
