#include "azure/alerts.hpp"

#include <algorithm>

#include "azure/roles.hpp"
#include "entra/aadsts.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

json default_essentials() {
  return {{"severity", "Sev3"},
          {"signalType", "Metric"},
          {"alertState", "New"},
          {"monitorCondition", "Fired"},
          {"monitorService", "Platform"},
          {"targetResource",
           "/subscriptions/x/resourceGroups/y/providers/Microsoft.Compute/"
           "virtualMachines/vm-1"},
          {"targetResourceName", "vm-1"},
          {"targetResourceGroup", "y"},
          {"targetResourceType", "virtualmachines"},
          {"alertRule", "CPU above 90 %"},
          {"sourceCreatedId", "vm-1_cpu"},
          {"lastModifiedUserName", "System"},
          {"actionStatus", {{"isSuppressed", false}}},
          {"description", "CPU is above 90 %"}};
}

}  // namespace

std::string Alert::essential(const std::string& wanted) const {
  if (wanted == "startDateTime") return rfc3339_text(started_ms);
  if (wanted == "lastModifiedDateTime") return rfc3339_text(modified_ms);
  const auto found = essentials.find(wanted);
  return found != essentials.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
}

std::string AlertStore::fire(const json& essentials, std::int64_t now_ms) {
  Alert alert;
  alert.id = entra::new_guid();
  alert.essentials = default_essentials();
  alert.essentials.update(essentials);
  alert.name = alert.essential("alertRule");
  alert.started_ms = alert.modified_ms = now_ms;
  alert.history.push_back({"AlertCreated", "", "", "System", "", now_ms});
  const std::lock_guard lock(mutex_);
  alerts_.push_back(alert);
  return alert.id;
}

bool AlertStore::resolve(std::string_view id, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  for (auto& alert : alerts_) {
    if (!same_id(alert.id, id)) continue;
    alert.essentials["monitorCondition"] = "Resolved";
    alert.modified_ms = alert.resolved_ms = now_ms;
    alert.history.insert(alert.history.begin(),
                         {"MonitorConditionChange", "Fired", "Resolved", "System", "", now_ms});
    return true;
  }
  return false;
}

bool AlertStore::fire_again(std::string_view id, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  for (auto& alert : alerts_) {
    if (!same_id(alert.id, id)) continue;
    alert.essentials["monitorCondition"] = "Fired";
    alert.started_ms = alert.modified_ms = now_ms;
    alert.resolved_ms = 0;
    alert.history.insert(alert.history.begin(),
                         {"MonitorConditionChange", "Resolved", "Fired", "System", "", now_ms});
    return true;
  }
  return false;
}

std::optional<Alert> AlertStore::change_state(std::string_view id, const Modification& change) {
  const std::lock_guard lock(mutex_);
  for (auto& alert : alerts_) {
    if (!same_id(alert.id, id)) continue;
    Modification entry = change;
    entry.event = "StateChange";
    entry.before = alert.essential("alertState");
    alert.essentials["alertState"] = change.after;
    alert.essentials["lastModifiedUserName"] = change.by;
    alert.modified_ms = change.at_ms;
    alert.history.insert(alert.history.begin(), entry);
    return alert;
  }
  return std::nullopt;
}

std::optional<Alert> AlertStore::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& alert : alerts_) {
    if (same_id(alert.id, id)) return alert;
  }
  return std::nullopt;
}

std::vector<Alert> AlertStore::list(const AlertFilter& filter) const {
  std::vector<Alert> out;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& alert : alerts_) {
      if (alert.modified_ms < filter.from_ms || alert.modified_ms > filter.until_ms) continue;
      const bool fits = std::all_of(
          filter.wanted.begin(), filter.wanted.end(),
          [&](const Field& wanted) { return same_id(alert.essential(wanted.name), wanted.value); });
      if (fits) out.push_back(alert);
    }
  }
  std::stable_sort(out.begin(), out.end(), [&](const Alert& a, const Alert& b) {
    const std::string left = a.essential(filter.sort_by);
    const std::string right = b.essential(filter.sort_by);
    return filter.ascending ? left < right : right < left;
  });
  return out;
}

void AlertStore::clear() {
  const std::lock_guard lock(mutex_);
  alerts_.clear();
}

bool AlertStore::admits(int calls_a_minute, std::int64_t steady_ms) {
  const std::lock_guard lock(mutex_);
  if (window_calls_ == 0 || steady_ms - window_start_ms_ >= 60'000) {
    window_start_ms_ = steady_ms;
    window_calls_ = 0;
  }
  return ++window_calls_ <= calls_a_minute;
}

}  // namespace itsmc::sim::azure
