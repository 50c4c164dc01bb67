#pragma once

#include <optional>
#include <string>

#include "alerts/json_words.hpp"
#include "itsmc/alerts/alert.hpp"

namespace itsmc::alerts {

/// {"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{..},"alertContext":{..}}}
[[nodiscard]] Alert read_common(const json& data);
/// {"status":"Activated","context":{"id","name","condition":{..},"resourceId",..}}: metric alerts,
/// the classic ones and those of version 2.0, whose `data` it is; and activity logs, whose context
/// has an activityLog.
[[nodiscard]] Alert read_context(const json& data);
/// {"SubscriptionId","AlertRuleName","SearchQuery",..}: log alerts before the common schema.
[[nodiscard]] Alert read_flat_log(const json& data);
/// {"id","properties":{"essentials":{"monitorService","targetResource",..},"context"}}.
[[nodiscard]] Alert read_listed(const json& entry);

/// What alertContext says of the alert: facts, query, rows, links, headline.
void read_alert_context(const json& context, Alert& alert);
/// condition.allOf[] of metric and log alerts.
void read_criteria(const json& condition, Alert& alert);
/// SearchResults of old log alerts, and the other names they have.
void read_log_context(const json& context, Alert& alert);
[[nodiscard]] Rows read_tables(const json& answer);

/// The names of what is affected: the payload's own, else by the rows' columns, else the targets
/// that are not the place where logs lie.
void find_config_items(Alert& alert);
/// An id where the payload has none: the origin's, else a hash of rule, targets and the dimensions
/// in `context` (azure reference 5.2). Throws Error(invalid).
void give_id(Alert& alert, const std::string& origin_id, const json& context);

}  // namespace itsmc::alerts
