#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/action.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/time.hpp"

namespace itsmc::client {

/// An alert whose work item was refused: set aside, so that what is polled can move on, and tried
/// again now and then.
struct RefusedAlert {
  std::string resource_id;  // the alert's address in Resource Manager
  std::string action;
  std::string recipe;  // what the action said then
  Timestamp changed_at{}, again_at{};
  int tries = 1;
};

/// Whether this failure is about this one alert and stays: the others are to go on.
[[nodiscard]] bool is_refusal(ErrorKind kind) noexcept;

/// A short text that is another one when the action is. Pure.
[[nodiscard]] std::string recipe_mark(const Action& action);

/// The alerts that are set aside of one subscription. A value; one thread.
class RefusedAlerts {
 public:
  RefusedAlerts() = default;
  /// Out of what `text` wrote; what cannot be read is forgotten.
  explicit RefusedAlerts(std::string_view text);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::vector<RefusedAlert>& all() const noexcept { return all_; }
  /// Set aside, not due yet, and nothing is new since: neither the alert nor the action.
  [[nodiscard]] bool waits(const RefusedAlert& like, Timestamp now) const;
  /// Sets it aside, each time for longer: 10 minutes at first, a day at most.
  void put(RefusedAlert one, Timestamp now);
  void forget(const std::string& resource_id, const std::string& action);
  /// Azure no longer has those that changed before.
  void forget_before(Timestamp earliest);

 private:
  std::vector<RefusedAlert> all_;
};

}  // namespace itsmc::client
