#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/time.hpp"

namespace itsmc::alerts {

/// One line of what an alert tells: "metric", "Percentage CPU".
using Fact = std::pair<std::string, std::string>;

/// Rows of a query, every value as text.
struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// One alert of Azure Monitor, whatever shape its payload had. Empty text and absent values are
/// what the payload does not say. A value.
struct Alert {
  std::string id;  // what tells it from others; never empty: see read_alerts
  std::string rule;
  std::string service;          // "Platform", "Log Alerts V2"...
  std::string signal;           // "Metric", "Log", "Activity Log"
  std::optional<int> severity;  // 0 (critical) to 4 (verbose)
  bool over = false;            // resolved
  std::optional<Timestamp> fired_at, resolved_at;
  std::string description;                // the rule's
  std::string headline;                   // of Service and Resource Health, budgets: says it best
  std::vector<std::string> targets;       // Azure resource ids
  std::vector<std::string> config_items;  // names or resource ids, by ITSMC's priority
  std::vector<Fact> facts;                // in the order people want to read them
  std::string query;
  Rows rows;  // of a log alert whose payload has them
  std::vector<Fact> links;
};

/// All alerts of a payload: one object, an array of them, or an object a line. Reads the common
/// alert schema (azure reference 5.1) and the older shapes: AzureMonitorMetricAlert,
/// Microsoft.Insights/activityLogs, classic metric alerts, flat log alerts; and what the alerts
/// list of Resource Manager gives. `id` is the last segment of alertId in lower case, else
/// originAlertId, else a hash of what the alert is about (5.2).
/// Throws Error(invalid): empty, not JSON (with the place), deeper than 64, or without anything
/// that tells the alert from others (naming what is missing).
[[nodiscard]] std::vector<Alert> read_alerts(std::string_view payload);

/// A page of Resource Manager's alerts list (azure reference 5.3), with when each changed last.
struct AlertPage {
  struct Entry {
    Alert alert;
    std::string resource_id;  // its address in Resource Manager
    Timestamp changed_at{};
    bool suppressed = false;
  };
  std::vector<Entry> entries;
  std::string next_link;  // empty: the last page
};
/// Throws Error(protocol) naming the entry that cannot be read.
[[nodiscard]] AlertPage read_alert_page(std::string_view body);

/// Rows out of a JSON array of objects, objects a line, or a query's answer
/// {"tables":[{"columns":[{"name"}],"rows":[[..]]}]}. Throws Error(invalid) naming line or row.
[[nodiscard]] Rows read_log_rows(std::string_view text);

/// Names of configuration items in a row, by ITSMC's priority of columns: _ResourceId, ResourceId,
/// Resource, Computer; the first that has a value. Empty: none has.
[[nodiscard]] std::string config_item_of(const Rows& rows, std::size_t row);

}  // namespace itsmc::alerts
