#include <algorithm>

#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {
namespace {

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool is_true(const Request& request, std::string_view name) {
  const auto* value = request.param(name);
  return value && *value == "true";
}

void add_deviations(const Firing& firing, View& view) {
  view.null_choices = firing.has("null-choices");
  view.shuffled_keys = firing.has("key-order-shuffled");
  view.empty_links = firing.has("empty-links");
  view.bare_numbers = firing.has("bare-numbers");
  if (const auto* field = firing.argument("bad-date")) {
    view.bad_date_field = field->empty() ? "opened_at" : *field;
  }
  if (const auto* fields = firing.argument("acl-fields")) {
    const auto at = std::min(fields->find('@'), fields->size());
    view.hidden_fields = split_list(std::string_view(*fields).substr(0, at));
    if (at < fields->size()) {
      view.hidden_percent = static_cast<unsigned>(number_or(fields->substr(at + 1), 100));
    }
  }
  if (const auto* format = firing.argument("date-format")) {
    view.date_format = format->starts_with("dd")   ? DateFormat::day_first
                       : format->starts_with("MM") ? DateFormat::month_first
                                                   : DateFormat::iso;
  }
}

// field=value pairs, which accept display values of choices and references; names that are no
// column are ignored (servicenow reference 2.2).
Condition plain_condition(const Instance& instance, const Table& table, const Field& pair) {
  Condition condition{pair.name, Operator::equal, {pair.value}};
  const auto& schema = table.schema();
  const auto number = schema.find(pair.name);
  if (!number) return condition;
  const auto& column = schema.column(*number);
  if (column.kind == ColumnKind::choice) {
    const auto* value = instance.choice_value(schema.table(), column.name, pair.value);
    if (value) condition.values.front() = *value;
  }
  if (column.kind == ColumnKind::reference && !instance.find(column.target, Key(pair.value))) {
    const auto* target = instance.table(column.target);
    if (!target) return condition;
    condition.field += "." + target->schema().column(target->schema().display()).name;
  }
  return condition;
}

Query plain_query(const Site& site, const Call& call, const Table& table) {
  Query query;
  query.groups.emplace_back();
  for (const auto& pair : call.request.params) {
    if (pair.name.starts_with("sysparm_")) continue;
    if (!resolve_field(site.instance, table, pair.name).empty()) {
      query.groups.back().push_back({plain_condition(site.instance, table, pair)});
    }
  }
  return query;
}

std::uint64_t unsigned_param(const Request& request, std::string_view name,
                             std::uint64_t otherwise) {
  const auto* value = request.param(name);
  if (!value) return otherwise;
  const auto number = number_or(*value, -1);
  return number < 0 ? otherwise : static_cast<std::uint64_t>(number);
}

}  // namespace

std::int64_t zone_seconds(const Firing& firing) {
  // A user in Los Angeles unless told otherwise: whoever reads display dates as UTC is wrong by
  // eight hours.
  const auto* minutes = firing.argument("user-zone");
  return (minutes ? number_or(*minutes, 0) : -480) * 60;
}

View view_of(const Site& site, const Call& call) {
  View view;
  const std::string mode = call.request.param_or("sysparm_display_value", "false");
  view.mode = mode == "all"    ? DisplayMode::all
              : mode == "true" ? DisplayMode::display
                               : DisplayMode::value;
  if (is_true(call.request, "sysparm_exclude_reference_link")) view.links = Links::excluded;
  view.fields = split_list(call.request.param_or("sysparm_fields", ""));
  view.link_base = "https://" + site.settings.foreign_name + call.api_prefix() + "/table/";
  view.zone_seconds = zone_seconds(call.firing);
  add_deviations(call.firing, view);
  return view;
}

SelectionPlan plan_of(const Site& site, const Call& call) {
  SelectionPlan plan;
  plan.tables = site.instance.table_numbers(call.table);
  if (call.firing.has("invalid-query-returns-none")) {
    plan.invalid = InvalidClause::returns_nothing;
  }
  const auto* text = call.request.param("sysparm_query");
  if (text && !call.firing.has("query-ignored")) {
    const QueryContext context{std::string(key_for("sys_user", call.session.user).text()),
                               site.bench.clock.now(), zone_seconds(call.firing)};
    plan.query_text = *text;
    plan.query = parse_query_text(*text, context);
    // Scripts mean another thing for another user or moment: never taken for the same query.
    if (text->find("javascript:") != std::string::npos ||
        text->find("RELATIVE") != std::string::npos) {
      plan.query_text += "@" + context.user_id + std::to_string(context.now) +
                         std::to_string(context.zone_seconds);
    }
  } else {
    plan.query = plain_query(site, call, site.instance.table(plan.tables.front()));
    plan.query_text = "?";
    for (const auto& group : plan.query.groups.back()) {
      plan.query_text += group.front().field + "=" + group.front().values.front() + "&";
    }
  }
  plan.offset = unsigned_param(call.request, "sysparm_offset", 0);
  plan.limit = unsigned_param(call.request, "sysparm_limit", 10000);
  plan.count = !is_true(call.request, "sysparm_no_count");
  return plan;
}

}  // namespace itsmc::sim::servicenow
