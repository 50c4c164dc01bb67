#include <fmt/format.h>

#include "alerts/shapes.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::alerts {
namespace {

constexpr std::size_t k_most_members = 20;

void read_links(const json& object, Alert& alert) {
  // The links of an answer's API need a token: what people open is the portal.
  for (const char* name : {"linkToFilteredSearchResultsUI", "linkToSearchResultsUI",
                           "LinkToSearchResults", "portalLink"}) {
    const std::string link = text_at(object, name);
    if (link.starts_with("https://")) {
      alert.links.emplace_back(name, link);
      return;
    }
  }
}

std::string comparison(const json& criterion) {
  const std::string threshold = text_at(criterion, "threshold");
  const std::string sign = text_at(criterion, "operator");
  if (threshold.empty() && sign.empty()) return {};
  return fmt::format(" ({} {})", sign, threshold.empty() ? "dynamic threshold" : threshold);
}

void read_criterion(const json& criterion, Alert& alert) {
  std::string name = text_at(criterion, "metricName");
  if (name.empty()) name = text_at(criterion, "metricMeasureColumn");
  if (name.empty()) name = text_at(criterion, "webTestName");
  if (name.empty()) name = text_at(criterion, "searchQuery").empty() ? "value" : "result";
  const std::string aggregation = text_at(criterion, "timeAggregation");
  const std::string value = text_at(criterion, "metricValue");
  add_fact(alert.facts, aggregation.empty() ? name : aggregation + " of " + name,
           (value.empty() ? std::string("no value") : value) + comparison(criterion));
  if (alert.query.empty()) alert.query = text_at(criterion, "searchQuery");
  const json& dimensions = member(criterion, "dimensions");
  if (dimensions.is_array()) {
    for (const json& one : dimensions) {
      add_fact(alert.facts, text_at(one, "name"), text_at(one, "value"));
    }
  }
  read_links(criterion, alert);
}

/// Activity log, service health, resource health: azure reference 5.1.
void read_activity(const json& context, Alert& alert) {
  for (const auto& [name, title] :
       {std::pair("operationName", "operation"), std::pair("status", "status"),
        std::pair("subStatus", "sub-status"), std::pair("caller", "caller"),
        std::pair("level", "level"), std::pair("correlationId", "correlation id")}) {
    add_fact(alert.facts, title, text_at(context, name));
  }
  const json& properties = member(context, "properties");
  for (const auto& [name, title] :
       {std::pair("service", "service"), std::pair("region", "region"),
        std::pair("incidentType", "kind"), std::pair("trackingId", "tracking id"),
        std::pair("stage", "stage"), std::pair("impactStartTime", "impact since"),
        std::pair("cause", "cause"), std::pair("currentHealthStatus", "health"),
        std::pair("previousHealthStatus", "health before")}) {
    add_fact(alert.facts, title, text_at(properties, name));
  }
  alert.headline = text_at(properties, "title");
  add_fact(alert.facts, "message", without_tags(text_at(properties, "communication")));
  add_fact(alert.facts, "message", text_at(properties, "message"));
}

void read_others(const json& context, Alert& alert) {
  // Smart detection.
  for (const auto& [name, title] :
       {std::pair("DetectionSummary", "detected"), std::pair("DetectedValue", "value"),
        std::pair("NormalValue", "normal value"), std::pair("FormattedOccurrenceTime", "at"),
        std::pair("SmartDetectorName", "detector")}) {
    add_fact(alert.facts, title, text_at(context, name));
  }
  // Budgets.
  const json& budget = member(context, "AlertData");
  if (budget.is_object()) {
    alert.headline = "Budget " + text_at(budget, "BudgetName");
    add_members(alert.facts, "", budget, k_most_members);
  }
  // Prometheus.
  add_fact(alert.facts, "expression", text_at(context, "expression"));
  add_members(alert.facts, "", member(context, "labels"), k_most_members);
  add_members(alert.facts, "", member(context, "annotations"), k_most_members);
}

}  // namespace

void read_criteria(const json& condition, Alert& alert) {
  const json& all = member(condition, "allOf");
  if (all.is_array()) {
    for (const json& criterion : all) read_criterion(criterion, alert);
  } else if (condition.is_object()) {
    read_criterion(condition, alert);
  }
  add_fact(alert.facts, "window", text_at(condition, "windowSize"));
}

Rows read_tables(const json& answer) {
  Rows rows;
  const json& tables = member(answer, "tables");
  if (!tables.is_array() || tables.empty()) return rows;
  const json& table = tables.front();
  const json& columns = member(table, "columns");
  if (columns.is_array()) {
    for (const json& column : columns) {
      rows.columns.push_back(column.is_object() ? text_at(column, "name") : text_of(column));
    }
  }
  const json& values = member(table, "rows");
  if (!values.is_array()) return rows;
  for (const json& row : values) {
    if (!row.is_array()) continue;
    std::vector<std::string> texts;
    for (const json& value : row) {
      texts.push_back(value.is_structured() ? value.dump() : text_of(value));
    }
    texts.resize(rows.columns.size());
    rows.rows.push_back(std::move(texts));
  }
  return rows;
}

void read_log_context(const json& context, Alert& alert) {
  const std::string query = text_at(context, "SearchQuery");
  if (query.empty()) return;
  alert.query = query;
  alert.rows = read_tables(member(context, "SearchResults"));
  if (alert.rows.columns.empty()) alert.rows = read_tables(member(context, "SearchResult"));
  add_fact(alert.facts, "results", text_at(context, "ResultCount"));
  std::string sign = text_at(context, "Operator");
  if (sign.empty()) sign = text_at(context, "AlertThresholdOperator");
  std::string threshold = text_at(context, "Threshold");
  if (threshold.empty()) threshold = text_at(context, "AlertThresholdValue");
  if (!sign.empty() || !threshold.empty()) {
    add_fact(alert.facts, "threshold", sign + " " + threshold);
  }
  add_fact(alert.facts, "from", text_at(context, "SearchIntervalStartTimeUtc"));
  add_fact(alert.facts, "until", text_at(context, "SearchIntervalEndtimeUtc"));
  for (const std::string& name : texts_at(context, "AffectedConfigurationItems")) {
    alert.config_items.push_back(name);
  }
  if (text_at(context, "IncludedSearchResults") == "False") {
    add_fact(alert.facts, "rows", "left out by Azure: the payload would be larger than 256 KB");
  }
  read_links(context, alert);
}

void read_alert_context(const json& context, Alert& alert) {
  if (!context.is_object()) return;
  read_criteria(member(context, "condition"), alert);
  read_log_context(context, alert);
  if (!member(context, "operationName").is_null()) read_activity(context, alert);
  read_others(context, alert);
  add_members(
      alert.facts, "",
      member(context, "properties").is_object() && member(context, "operationName").is_null()
          ? member(context, "properties")
          : json(),
      k_most_members);
}

}  // namespace itsmc::alerts
