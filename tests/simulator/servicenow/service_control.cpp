#include <mutex>
#include <shared_mutex>

#include <fmt/format.h>

#include "servicenow/changes.hpp"
#include "servicenow/service.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::servicenow {
namespace {

std::string display_name(const Instance& instance, const Schema& schema, const Row& row,
                         std::string_view column) {
  const auto number = schema.find(column);
  if (!number) return {};
  Scratch scratch;
  const auto id = value_of(schema, row, *number, scratch);
  const auto found = instance.find(schema.column(*number).target, Key(id));
  if (id.empty() || !found) return {};
  const auto& target = found.table->schema();
  Scratch other;
  return std::string(value_of(target, found.table->row(found.row), target.display(), other));
}

std::string text_of(const Schema& schema, const Row& row, std::string_view column) {
  const auto number = schema.find(column);
  if (!number) return {};
  Scratch scratch;
  return std::string(value_of(schema, row, *number, scratch));
}

std::string truth_line(Site& site, const Firing& acl, const RowRef& ref) {
  const Table& table = site.instance.table(ref.table);
  const auto& schema = table.schema();
  const Row& row = table.row(ref.row);
  const std::string state = text_of(schema, row, "state");
  const auto* label = site.instance.choice_label(schema.table(), "state", state);
  const auto quoted = [&](std::string_view column) {
    return quote_json(text_of(schema, row, column));
  };
  return fmt::format(
      R"({{"sys_id":{},"number":{},"sys_updated_on":"{}","sys_mod_count":{},"state_code":{},)"
      R"("state":{},"short_description":{},"assigned_to":{},"assignment_group":{},"cmdb_ci":{},)"
      R"("opened_at":{},"active":{},"hidden":{}}})"
      "\n",
      quote_json(row.sys_id.text()), quoted("number"), utc_text(row.updated_on), row.mod_count,
      quote_json(state), quote_json(label ? *label : state), quoted("short_description"),
      quote_json(display_name(site.instance, schema, row, "assigned_to")),
      quote_json(display_name(site.instance, schema, row, "assignment_group")),
      quote_json(display_name(site.instance, schema, row, "cmdb_ci")), quoted("opened_at"),
      quoted("active"), hidden_by_acl(site, acl, ref));
}

std::string ids_json(const std::vector<std::string>& ids) {
  std::string out = fmt::format(R"({{"count":{},"sys_ids":[)", ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) out += (i ? "," : "") + quote_json(ids[i]);
  return out + "]}";
}

ChangePlan change_plan(const Site& site, const Request& request) {
  ChangePlan plan;
  plan.table = request.param_or("table", "incident");
  plan.count = static_cast<std::uint64_t>(number_or(request.param_or("count", "1"), 1));
  plan.seed = static_cast<std::uint64_t>(number_or(request.param_or("seed", "1"), 1));
  const auto at = parse_utc(request.param_or("at", "now"));
  plan.moment = at.value_or(site.bench.clock.now());
  return plan;
}

}  // namespace

Reply truth_reply(Site& site, const Request& request) {
  const std::string name = request.param_or("table", "incident");
  if (!site.instance.table(name)) return json_reply(404, R"({"error":"no such table"})");
  const auto since = parse_utc(request.param_or("since", "")).value_or(INT64_MIN);
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.stream = [&site, name, since](const Sink& sink) {
    const std::shared_lock lock(site.instance.lock);
    const Firing acl = standing_acl(site);
    const auto number = site.instance.number_of(name);
    const Table& table = site.instance.table(number);
    for (const auto row : table.by_id()) {
      if (table.row(row).updated_on < since) continue;
      if (!sink(truth_line(site, acl, {number, row}))) return;
    }
  };
  return reply;
}

std::optional<Reply> change_reply(Site& site, const std::string& what, const Request& request) {
  const bool row = what == "row";
  if (what != "touch" && what != "delete" && what != "create" && !row) return std::nullopt;
  const ChangePlan plan = change_plan(site, request);
  if (!site.instance.table(plan.table)) return json_reply(404, R"({"error":"no such table"})");
  const std::unique_lock lock(site.instance.lock);
  if (row) {
    const std::string id = request.param_or("sys_id", "global");
    ensure_row(site.instance, plan.table, Key(id), plan.moment);
    return json_reply(200, ids_json({id}));
  }
  if (what == "touch") return json_reply(200, ids_json(touch_rows(site.instance, plan)));
  if (what == "delete") return json_reply(200, ids_json(delete_rows(site.instance, plan)));
  return json_reply(200, ids_json(create_rows(site.instance, plan)));
}

std::optional<Reply> token_reply(Site& site, const std::string& what, const Request& request) {
  if (what == "tokens/expire") {
    site.oauth.expire_access();
    if (request.param_or("refresh", "") == "1") site.oauth.expire_refresh();
  } else if (what == "tokens/unlock") {
    site.oauth.unlock();
  } else if (what == "tokens") {
    if (const auto* s = request.param("expires_in"))
      site.oauth.set_access_seconds(number_or(*s, 1799));
    if (const auto* s = request.param("refresh_expires_in")) {
      site.oauth.set_refresh_seconds(number_or(*s, 8'640'000));
    }
    if (const auto* n = request.param("lockout")) site.oauth.set_lockout(number_or(*n, 5));
  } else {
    return std::nullopt;
  }
  return json_reply(200, R"({"done":true})");
}

}  // namespace itsmc::sim::servicenow
