// AlertsManagement (azure reference 5.3): list, get, history, changestate, summary.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "azure/arm.hpp"
#include "azure/row_intake.hpp"

namespace itsmc::sim::azure {
namespace {

using nlohmann::json;

constexpr std::int64_t k_hour_ms = 3'600'000;
constexpr int k_lists_a_minute = 100;

constexpr auto k_filters = std::to_array<const char*>(
    {"targetResource", "targetResourceType", "targetResourceGroup", "monitorService",
     "monitorCondition", "severity", "alertState", "alertRule"});

std::string alert_id(const Site& site, const Alert& alert) {
  return "/subscriptions/" + site.settings.subscription +
         "/providers/Microsoft.AlertsManagement/alerts/" + alert.id;
}

json alert_json(const Site& site, const Alert& alert, bool with_context) {
  json essentials = alert.essentials;
  essentials["startDateTime"] = rfc3339_text(alert.started_ms);
  essentials["lastModifiedDateTime"] = rfc3339_text(alert.modified_ms);
  if (alert.resolved_ms > 0) {
    essentials["monitorConditionResolvedDateTime"] = rfc3339_text(alert.resolved_ms);
  }
  json properties{{"essentials", essentials}};
  if (with_context) properties["context"] = alert.context;
  return {{"id", alert_id(site, alert)},
          {"name", alert.name},
          {"type", "Microsoft.AlertsManagement/alerts"},
          {"properties", properties}};
}

Reply invalid(const std::string& message) {
  return arm_error(400, {"BadRequest", message});
}

std::int64_t range_ms(const std::string& range) {
  if (range == "1h") return k_hour_ms;
  if (range == "1d") return 24 * k_hour_ms;
  if (range == "7d") return 7 * 24 * k_hour_ms;
  return range == "30d" ? k_alert_life_ms : 0;
}

// The window of a list; empty, or what is wrong.
std::string read_window(const Request& request, std::int64_t now_ms, AlertFilter& filter) {
  const auto* range = request.param("timeRange");
  const auto* custom = request.param("customTimeRange");
  if (range && custom) return "timeRange and customTimeRange cannot be used together";
  filter.until_ms = now_ms;
  if (custom) {
    const auto slash = custom->find('/');
    const auto from = parse_instant(custom->substr(0, slash));
    const auto until =
        slash == std::string::npos ? std::nullopt : parse_instant(custom->substr(slash + 1));
    if (!from || !until) return "customTimeRange must be START/END in ISO 8601";
    if (*from < now_ms - k_alert_life_ms) return "customTimeRange must begin within 30 days";
    filter.from_ms = *from;
    filter.until_ms = *until;
    return {};
  }
  const std::int64_t length = range_ms(range ? *range : "1d");
  if (length == 0) return "timeRange must be 1h, 1d, 7d or 30d";
  filter.from_ms = now_ms - length;
  return {};
}

// Every parameter again but the token, and an older version: as the recorded link has it.
std::string next_link(const Arm::Ask& ask, std::size_t offset) {
  std::string origin = ask.request.origin();
  if (ask.firing.has("next-link-443")) {
    origin = origin.substr(0, origin.find(':', 8)) + ":443";
  }
  std::string link = origin + ask.request.path + "?api-version=2018-05-05-preview";
  const std::string& query = ask.request.raw_query;
  for (std::size_t at = 0; at < query.size();) {
    const auto end = std::min(query.find('&', at), query.size());
    const std::string part = query.substr(at, end - at);
    const bool replaced = part.starts_with("api-version=") || part.starts_with("api%2Dversion=") ||
                          part.starts_with("ctoken=");
    if (!replaced) link += "&" + part;
    at = end + 1;
  }
  return link + fmt::format("&ctoken=%2BRID%3A{}", offset);
}

std::size_t offset_of(const Request& request) {
  const std::string token = request.param_or("ctoken", "");
  const auto at = token.find("RID:");
  if (at == std::string::npos) return 0;
  return static_cast<std::size_t>(number_or(token.substr(at + 4), 0));
}

}  // namespace

Reply Arm::list_alerts(const Ask& ask) {
  const bool limits = site_.bench.faults.peek("real-limits").first;
  if (limits && !site_.alerts.admits(k_lists_a_minute, site_.bench.clock.steady_ms())) {
    Reply reply = arm_error(429, {"TooManyRequests", "More than 100 lists a minute."});
    reply.set_header("Retry-After", "60");
    return reply;
  }
  AlertFilter filter;
  const std::string wrong = read_window(ask.request, site_.now_ms(), filter);
  if (!wrong.empty()) return invalid(wrong);
  const bool context = ask.request.param_or("includeContext", "false") == "true";
  const std::int64_t page = number_or(ask.request.param_or("pageCount", "25"), 25);
  if (page < 1 || page > (context ? 25 : 250)) {
    return invalid("pageCount must be 1 to 250, with includeContext 1 to 25");
  }
  for (const char* name : k_filters) {
    if (const auto* value = ask.request.param(name)) filter.wanted.push_back({name, *value});
  }
  filter.sort_by = ask.request.param_or("sortBy", filter.sort_by);
  filter.ascending = ask.request.param_or("sortOrder", "desc") == "asc";
  const auto alerts = site_.alerts.list(filter);
  const std::size_t from = std::min(offset_of(ask.request), alerts.size());
  const std::size_t until = std::min(from + static_cast<std::size_t>(page), alerts.size());
  json values = json::array();
  for (std::size_t i = from; i < until; ++i) {
    values.push_back(alert_json(site_, alerts[i], context));
  }
  json body{{"value", values}};
  if (until < alerts.size()) body["nextLink"] = next_link(ask, until);
  return arm_ok(200, body);
}

Reply Arm::get_alert(const Ask& ask) {
  const auto found = site_.alerts.find(ask.path.name());
  return found ? arm_ok(200, alert_json(site_, *found, true)) : not_found(ask.path);
}

Reply Arm::get_alert_history(const Ask& ask) {
  const auto found = site_.alerts.find(ask.path.names[0]);
  if (!found) return not_found(ask.path);
  json entries = json::array();
  for (const auto& one : found->history) {
    entries.push_back({{"modificationEvent", one.event},
                       {"oldValue", one.before},
                       {"newValue", one.after},
                       {"modifiedAt", rfc3339_text(one.at_ms)},
                       {"modifiedBy", one.by},
                       {"comments", one.comments},
                       {"description", one.event == "AlertCreated"
                                           ? "New Alert Object is created"
                                           : fmt::format("State changed from '{}' to '{}'",
                                                         one.before, one.after)}});
  }
  return arm_ok(200, {{"id", alert_id(site_, *found) + "/history/default"},
                      {"name", found->name},
                      {"type", "Microsoft.AlertsManagement/alerts"},
                      {"properties", {{"alertId", found->id}, {"modifications", entries}}}});
}

// The body is optional; schema and example disagree about `comments` and `comment`.
Reply Arm::change_alert_state(const Ask& ask) {
  const std::string state = ask.request.param_or("newState", "");
  if (state != "New" && state != "Acknowledged" && state != "Closed") {
    return invalid("newState must be New, Acknowledged or Closed");
  }
  Modification change;
  change.after = state;
  change.by = ask.caller_client;
  change.at_ms = site_.now_ms();
  const json body = json::parse(ask.request.body, nullptr, false);
  if (body.is_object()) change.comments = body.value("comments", body.value("comment", ""));
  const auto changed = site_.alerts.change_state(ask.path.names[0], change);
  return changed ? arm_ok(200, alert_json(site_, *changed, true)) : not_found(ask.path);
}

Reply Arm::summarize_alerts(const Ask& ask) {
  const std::string by = ask.request.param_or("groupby", "");
  if (by.empty()) return invalid("groupby is required");
  AlertFilter filter;
  const std::string wrong = read_window(ask.request, site_.now_ms(), filter);
  if (!wrong.empty()) return invalid(wrong);
  std::map<std::string, int> counts;
  const auto alerts = site_.alerts.list(filter);
  for (const auto& alert : alerts) ++counts[alert.essential(by)];
  json values = json::array();
  for (const auto& [name, count] : counts) values.push_back({{"name", name}, {"count", count}});
  return arm_ok(
      200, {{"id", ask.path.id},
            {"name", "current"},
            {"type", "Microsoft.AlertsManagement/alertsSummary"},
            {"properties", {{"groupedby", by}, {"total", alerts.size()}, {"values", values}}}});
}

}  // namespace itsmc::sim::azure
