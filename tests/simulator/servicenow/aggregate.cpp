#include <map>
#include <shared_mutex>

#include <fmt/format.h>

#include "servicenow/answers.hpp"
#include "servicenow/site.hpp"

namespace itsmc::sim::servicenow {
namespace {

std::vector<std::string> names_in(const Request& request, std::string_view param) {
  std::vector<std::string> out;
  const std::string text = request.param_or(param, "");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

struct Member {
  const Site& site;
  const Request& request;
  const std::vector<RowRef>& rows;
};

std::string value_at(const Member& member, const RowRef& row, const std::string& field) {
  const Table& table = member.site.instance.table(row.table);
  const auto path = resolve_field(member.site.instance, table, field);
  Scratch scratch;
  return path.empty() ? std::string() : std::string(path_value(path, table.row(row.row), scratch));
}

// "min":{"sys_updated_on":"2016-03-01 00:00:00"}
std::string extremes(const Member& member, std::string_view param, bool smallest) {
  std::string out;
  for (const auto& field : names_in(member.request, param)) {
    std::string best;
    for (const auto& row : member.rows) {
      std::string value = value_at(member, row, field);
      if (value.empty()) continue;
      if (best.empty() || (smallest ? value < best : value > best)) best = std::move(value);
    }
    out += fmt::format("{}{}:{}", out.empty() ? "" : ",", quote_json(field), quote_json(best));
  }
  return out;
}

// "sum" and "avg", with four decimals as recorded (fixture docs_aggregate_group_avg.json).
std::string sums(const Member& member, std::string_view param, bool average) {
  std::string out;
  for (const auto& field : names_in(member.request, param)) {
    double sum = 0;
    double count = 0;
    for (const auto& row : member.rows) {
      const std::string value = value_at(member, row, field);
      if (value.empty()) continue;
      sum += static_cast<double>(number_or(value, 0));
      ++count;
    }
    const double shown = average ? (count > 0 ? sum / count : 0) : sum;
    const std::string text = average ? fmt::format("{:.4f}", shown) : fmt::format("{:.0f}", shown);
    out += fmt::format("{}{}:{}", out.empty() ? "" : ",", quote_json(field), quote_json(text));
  }
  return out;
}

std::string stats_json(const Member& member) {
  std::string out;
  const auto add = [&](std::string_view name, const std::string& members) {
    if (members.empty()) return;
    out += fmt::format("{}\"{}\":{{{}}}", out.empty() ? "" : ",", name, members);
  };
  if (member.request.param_or("sysparm_count", "false") == "true") {
    out = fmt::format(R"("count":"{}")", member.rows.size());
  }
  add("min", extremes(member, "sysparm_min_fields", true));
  add("max", extremes(member, "sysparm_max_fields", false));
  add("avg", sums(member, "sysparm_avg_fields", true));
  add("sum", sums(member, "sysparm_sum_fields", false));
  return "{" + out + "}";
}

std::string grouped_json(const Member& member, const std::vector<std::string>& fields) {
  std::map<std::vector<std::string>, std::vector<RowRef>> groups;
  for (const auto& row : member.rows) {
    std::vector<std::string> key;
    for (const auto& field : fields) key.push_back(value_at(member, row, field));
    groups[key].push_back(row);
  }
  std::string out;
  for (const auto& [key, rows] : groups) {
    std::string by;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      by += fmt::format(R"({}{{"value":{},"field":{}}})", i ? "," : "", quote_json(key[i]),
                        quote_json(fields[i]));
    }
    out += fmt::format(R"({}{{"stats":{},"groupby_fields":[{}]}})", out.empty() ? "" : ",",
                       stats_json({member.site, member.request, rows}), by);
  }
  return "[" + out + "]";
}

bool needs_rows(const Request& request) {
  for (const char* name : {"sysparm_min_fields", "sysparm_max_fields", "sysparm_avg_fields",
                           "sysparm_sum_fields", "sysparm_group_by"}) {
    if (request.param(name)) return true;
  }
  return false;
}

}  // namespace

Reply aggregate(Site& site, const Call& call) {
  if (site.instance.table_numbers(call.table).empty()) return invalid_table(call.table);
  if (const auto* table = call.firing.argument("acl-table"); table && *table == call.table) {
    return acl_exception("Read");
  }
  const std::shared_lock lock(site.instance.lock);
  const SelectionPlan plan = plan_of(site, call);
  if (!needs_rows(call.request)) {
    // Counts what matches: access rules by row are not applied (servicenow reference 9).
    const bool counts = call.request.param_or("sysparm_count", "false") == "true";
    const std::string count =
        counts ? fmt::format(R"("count":"{}")", site.selector.count(plan)) : "";
    return json_reply(200, R"({"result":{"stats":{)" + count + "}}}");
  }
  const auto rows = site.selector.all(plan);
  const Member member{site, call.request, *rows};
  const auto group_by = names_in(call.request, "sysparm_group_by");
  const std::string result =
      group_by.empty() ? R"({"stats":)" + stats_json(member) + "}" : grouped_json(member, group_by);
  return json_reply(200, R"({"result":)" + result + "}");
}

}  // namespace itsmc::sim::servicenow
