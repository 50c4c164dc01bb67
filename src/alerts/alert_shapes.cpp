#include <algorithm>

#include <fmt/format.h>

#include "alerts/shapes.hpp"
#include "itsmc/core/azure_cloud.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/hash.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::alerts {
namespace {

/// "Resolved", "Deactivated", "Closed"; all else is an alert that fires.
bool is_over(std::string_view condition) {
  return iequals(condition, "Resolved") || iequals(condition, "Deactivated");
}

/// Where logs lie, or the whole subscription: not what is affected.
bool is_affected_thing(const std::string& target) {
  const std::string lower = to_lower(target);
  const bool logs = lower.find("/microsoft.operationalinsights/workspaces/") != std::string::npos;
  const bool has_provider = lower.find("/providers/") != std::string::npos;
  return has_provider && !logs;
}

/// The list's word for a service as the webhook has it (azure reference 5.3): an action's match
/// must mean both.
std::string webhook_service(const std::string& service) {
  constexpr std::string_view k_list = "ActivityLog ";
  return service.starts_with(k_list) ? "Activity Log - " + service.substr(k_list.size()) : service;
}

/// Of all criteria, and of log alerts V1, whose dimensions stand in the context itself. Sorted: the
/// order may differ between fired and resolved.
std::vector<Fact> dimensions_of(const json& context) {
  std::vector<Fact> found;
  const auto take = [&found](const json& criterion) {
    const json& dimensions = member(criterion, "dimensions");
    if (!dimensions.is_array()) return;
    for (const json& one : dimensions) add_fact(found, text_at(one, "name"), text_at(one, "value"));
  };
  take(context);
  const json& all = member(member(context, "condition"), "allOf");
  if (all.is_array()) std::for_each(all.begin(), all.end(), take);
  std::sort(found.begin(), found.end());
  return found;
}

void read_custom(const json& properties, Alert& alert) {
  std::vector<Fact> custom;
  add_members(custom, "", properties, 20);
  for (Fact& fact : custom) {
    if (std::find(alert.facts.begin(), alert.facts.end(), fact) == alert.facts.end()) {
      alert.facts.push_back(std::move(fact));
    }
  }
}

}  // namespace

void find_config_items(Alert& alert) {
  const auto add = [&alert](const std::string& name) {
    const auto same = [&name](const std::string& known) { return iequals(known, name); };
    auto& all = alert.config_items;
    if (!name.empty() && std::none_of(all.begin(), all.end(), same)) all.push_back(name);
  };
  if (alert.config_items.empty()) {
    for (std::size_t row = 0; row < alert.rows.rows.size(); ++row) {
      add(config_item_of(alert.rows, row));
    }
  }
  if (!alert.config_items.empty()) return;
  for (const std::string& target : alert.targets) {
    if (is_affected_thing(target)) add(target);
  }
}

void give_id(Alert& alert, const std::string& origin_id, const json& context) {
  if (!alert.id.empty()) return;
  if (!origin_id.empty()) {
    alert.id = to_lower(origin_id);
    return;
  }
  if (alert.rule.empty() && alert.targets.empty()) {
    throw Error(ErrorKind::invalid,
                "the payload does not say which alert it is: no alertId, no originAlertId, no "
                "alert rule and no target",
                "is it the whole payload? an alertContext alone is not enough");
  }
  std::string about = to_lower(alert.rule);
  for (const std::string& target : alert.targets) about += '\n' + to_lower(target);
  // One rule fires for each of its dimensions, and the value that it measured moves (azure
  // reference 5.2).
  for (const auto& [name, value] : dimensions_of(context)) {
    about += fmt::format("\n{}={}", name, value);
  }
  alert.id = "h-" + hash_text(about);
}

Alert read_common(const json& data) {
  const json& essentials = member(data, "essentials");
  Alert alert;
  alert.id = to_lower(last_segment(text_at(essentials, "alertId")));
  alert.rule = text_at(essentials, "alertRule");
  alert.subscription = to_lower(subscription_of(text_at(essentials, "alertId")));
  alert.service = text_at(essentials, "monitoringService");
  alert.signal = text_at(essentials, "signalType");
  // Service Health writes it without the blank (azure reference 5.1).
  if (iequals(alert.signal, "ActivityLog")) alert.signal = "Activity Log";
  alert.severity = severity_at(essentials, "severity");
  alert.over = is_over(text_at(essentials, "monitorCondition"));
  alert.fired_at = time_at(essentials, "firedDateTime");
  alert.resolved_at = time_at(essentials, "resolvedDateTime");
  alert.description = text_at(essentials, "description");
  alert.targets = texts_at(essentials, "alertTargetIDs");
  // Of a budget it says "budgets": the kind of thing, not a thing.
  if (alert.service != "CostAlerts") {
    alert.config_items = texts_at(essentials, "configurationItems");
  }
  if (const std::string link = text_at(essentials, "investigationLink");
      link.starts_with("https://")) {
    alert.links.emplace_back("investigation", link);
  }
  read_alert_context(member(data, "alertContext"), alert);
  read_custom(member(data, "customProperties"), alert);
  give_id(alert, text_at(essentials, "originAlertId"), member(data, "alertContext"));
  find_config_items(alert);
  return alert;
}

Alert read_context(const json& data) {
  const json& context = member(data, "context");
  const json& activity = member(context, "activityLog");
  const json& about = activity.is_object() ? activity : context;
  Alert alert;
  alert.over = is_over(text_at(data, "status"));
  alert.rule = text_at(about, "name");
  alert.subscription = to_lower(text_at(about, "subscriptionId"));
  alert.signal = activity.is_object() ? "Activity Log" : "Metric";
  alert.service = activity.is_object() ? "Activity Log" : "Platform";
  alert.severity = severity_at(about, "severity");
  alert.description = text_at(about, "description");
  alert.fired_at = time_at(about, activity.is_object() ? "eventTimestamp" : "timestamp");
  alert.targets = texts_at(about, "resourceId");
  if (activity.is_object()) {
    // An event is an alert of its own; the shape names no rule.
    const std::string event = text_at(activity, "eventDataId");
    if (!event.empty()) alert.id = to_lower(event);
    if (alert.rule.empty()) alert.rule = text_at(activity, "operationName");
  }
  read_alert_context(about, alert);
  if (const std::string link = text_at(about, "portalLink"); link.starts_with("https://")) {
    alert.links.emplace_back("portal", link);
  }
  read_custom(member(data, "properties"), alert);
  if (alert.id.empty() && !text_at(about, "id").empty()) {
    alert.targets.push_back(text_at(about, "id"));  // the rule's own id tells two of one name apart
    give_id(alert, {}, about);
    alert.targets.pop_back();
  }
  give_id(alert, {}, about);
  find_config_items(alert);
  return alert;
}

Alert read_flat_log(const json& data) {
  Alert alert;
  alert.rule = text_at(data, "AlertRuleName");
  alert.signal = "Log";
  alert.service = "Log Analytics";
  alert.severity = severity_at(data, "Severity");
  alert.description = text_at(data, "Description");
  alert.fired_at = time_at(data, "SearchIntervalEndtimeUtc");
  read_log_context(data, alert);
  alert.targets = texts_at(data, "ResourceId");
  if (alert.targets.empty()) alert.targets = texts_at(data, "WorkspaceId");
  give_id(alert, text_at(data, "AlertId"), data);
  find_config_items(alert);
  return alert;
}

Alert read_listed(const json& entry) {
  const json& properties = member(entry, "properties");
  const json& essentials = member(properties, "essentials");
  Alert alert;
  alert.id = to_lower(last_segment(text_at(entry, "id")));
  if (alert.id.empty()) alert.id = to_lower(text_at(entry, "name"));
  // Some services give the rule's address: its last part is its name.
  const std::string rule = text_at(essentials, "alertRule");
  alert.rule = rule.starts_with("/subscriptions/") ? last_segment(rule) : rule;
  const std::string named = text_at(member(properties, "context"), "AlertRuleName");
  if (!named.empty()) alert.rule = named;  // old log alerts give a portal's address as the rule
  alert.subscription = to_lower(subscription_of(text_at(entry, "id")));
  alert.service = webhook_service(text_at(essentials, "monitorService"));
  alert.signal = text_at(essentials, "signalType");
  alert.severity = severity_at(essentials, "severity");
  alert.over = is_over(text_at(essentials, "monitorCondition"));
  alert.fired_at = time_at(essentials, "startDateTime");
  if (alert.over) alert.resolved_at = time_at(essentials, "monitorConditionResolvedDateTime");
  alert.description = text_at(essentials, "description");
  alert.targets = texts_at(essentials, "targetResource");
  read_alert_context(member(properties, "context"), alert);
  read_custom(member(properties, "customProperties"), alert);
  give_id(alert, text_at(essentials, "sourceCreatedId"), member(properties, "context"));
  find_config_items(alert);
  return alert;
}

}  // namespace itsmc::alerts
