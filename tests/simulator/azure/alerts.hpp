// Alerts as AlertsManagement keeps them (azure reference 5.2, 5.3).
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "shared/message.hpp"

namespace itsmc::sim::azure {

// They are kept for 30 days.
inline constexpr std::int64_t k_alert_life_ms = 30 * 86'400'000LL;

// One entry of an alert's history.
struct Modification {
  std::string event, before, after, by, comments;
  std::int64_t at_ms = 0;
};

struct Alert {
  std::string id;  // a GUID
  std::string name;
  nlohmann::json essentials;  // without the times, which stand below
  nlohmann::json context = nlohmann::json::object();
  std::int64_t started_ms = 0;
  std::int64_t modified_ms = 0;
  std::int64_t resolved_ms = 0;  // 0: fired
  std::vector<Modification> history;

  // A member of the essentials; times as RFC 3339.
  [[nodiscard]] std::string essential(const std::string& name) const;
};

// What a list asks for.
struct AlertFilter {
  Fields wanted;  // essentials that must be equal
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::string sort_by = "lastModifiedDateTime";
  bool ascending = false;
};

// The alert store IS all alerts of the subscription. Thread-safe.
class AlertStore {
 public:
  // Fired at that moment; members of `essentials` override the defaults. Returns its id.
  std::string fire(const nlohmann::json& essentials, std::int64_t now_ms);
  // The system's state: Resolved on the same id. False when there is no such alert.
  bool resolve(std::string_view id, std::int64_t now_ms);
  // Fired again on the same id, as an alert that keeps its state does: it begins anew.
  bool fire_again(std::string_view id, std::int64_t now_ms);
  // The user's state, with who and why. Nothing when there is no such alert.
  std::optional<Alert> change_state(std::string_view id, const Modification& change);
  [[nodiscard]] std::optional<Alert> find(std::string_view id) const;
  [[nodiscard]] std::vector<Alert> list(const AlertFilter& filter) const;
  void clear();
  // False when that many calls within a minute were made already.
  bool admits(int calls_a_minute, std::int64_t steady_ms);

 private:
  mutable std::mutex mutex_;
  std::vector<Alert> alerts_;
  std::int64_t window_start_ms_ = 0;
  int window_calls_ = 0;
};

}  // namespace itsmc::sim::azure
