// What was made on the instance, in words that all simulated products share: tickets, ci/put,
// ci/truth.
#include <mutex>
#include <shared_mutex>

#include <nlohmann/json.hpp>

#include "servicenow/service.hpp"

namespace itsmc::sim::servicenow {
namespace {

using nlohmann::json;

std::string text_of(const Table& table, const Row& row, std::string_view column) {
  const auto number = table.schema().find(column);
  if (!number) return {};
  Scratch scratch;
  return std::string(value_of(table.schema(), row, *number, scratch));
}

json notes_of(const Instance& instance, std::string_view id) {
  json notes = json::array();
  const Table& journal = *instance.table("sys_journal_field");
  for (const auto number : journal.by_time()) {
    const Row& entry = journal.row(number);
    if (text_of(journal, entry, "element_id") == id) {
      notes.push_back(text_of(journal, entry, "value"));
    }
  }
  return notes;
}

json items_of(const std::string& item) {
  return item.empty() ? json::array() : json::array({item});
}

// Resolved and closed are over, and so is cancelled (servicenow reference 4).
bool is_open(const std::string& table, const std::string& state) {
  if (table == "incident") return state != "6" && state != "7" && state != "8";
  return state != "3" && state != "4";
}

json task_ticket(const Instance& instance, const Table& table, const Row& row) {
  json notes = notes_of(instance, row.sys_id.text());
  const std::string closing = text_of(table, row, "close_notes");
  if (!closing.empty()) notes.push_back(closing);
  return {{"id", row.sys_id.text()},
          {"number", text_of(table, row, "number")},
          {"correlation_id", text_of(table, row, "correlation_id")},
          {"title", text_of(table, row, "short_description")},
          {"description", text_of(table, row, "description")},
          {"state", text_of(table, row, "state")},
          {"open", is_open(table.schema().table(), text_of(table, row, "state"))},
          {"config_items", items_of(text_of(table, row, "cmdb_ci"))},
          {"notes", notes}};
}

// An alert's notes are also the words of its events, and what they say additionally.
json alert_ticket(const Instance& instance, const Table& table, const Row& row) {
  json notes = notes_of(instance, row.sys_id.text());
  const std::string key = text_of(table, row, "message_key");
  const Table& events = *instance.table("em_event");
  for (const auto number : events.by_time()) {
    if (text_of(events, events.row(number), "message_key") == key) {
      notes.push_back(text_of(events, events.row(number), "description"));
      notes.push_back(text_of(events, events.row(number), "additional_info"));
    }
  }
  const std::string description = text_of(table, row, "description");
  return {{"id", row.sys_id.text()},
          {"number", text_of(table, row, "number")},
          {"correlation_id", key},
          {"title", description.substr(0, description.find('\n'))},
          {"description", description},
          {"state", text_of(table, row, "state")},
          {"severity", text_of(table, row, "severity")},
          {"events", text_of(table, row, "event_count")},
          {"open", text_of(table, row, "state") != "Closed"},
          {"config_items", items_of(text_of(table, row, "cmdb_ci"))},
          {"notes", notes}};
}

Reply lines_reply(const std::vector<json>& lines) {
  std::string text;
  for (const json& line : lines) text += line.dump() + "\n";
  Reply reply = json_reply(200, text);
  reply.content_type = "application/x-ndjson";
  return reply;
}

// tickets?type=incident|change-request|event|alert: an event is seen by the alert that it made.
Reply tickets(const Instance& instance, const std::string& type) {
  const bool is_task = type == "incident" || type == "change-request";
  const std::shared_lock lock(instance.lock);
  const Table& table = *instance.table(type == "incident"         ? "incident"
                                       : type == "change-request" ? "change_request"
                                                                  : "em_alert");
  std::vector<json> lines;
  for (const auto number : table.by_id()) {
    const Row& row = table.row(number);
    lines.push_back(is_task ? task_ticket(instance, table, row)
                            : alert_ticket(instance, table, row));
  }
  return lines_reply(lines);
}

Reply put_item(Site& site, const Request& request) {
  const std::unique_lock lock(site.instance.lock);
  Table& items = *site.instance.table("cmdb_ci");
  const std::string life = request.param_or("life", "active");
  RowMaker maker(items.schema(), Key(request.param_or("id", "")), site.bench.clock.now());
  maker.set("name", request.param_or("name", "")).set("fqdn", request.param_or("fqdn", ""));
  maker.set("ip_address", request.param_or("ip", ""));
  maker.set("correlation_id", request.param_or("correlation_id", ""));
  const std::string klass = request.param_or("class", "");
  maker.set("sys_class_name", klass.empty() ? "cmdb_ci_server" : klass);
  maker.set("install_status", life == "retired" ? "7" : "1");
  if (life == "duplicate") maker.set("duplicate_of", key_for("cmdb_ci", "the first").text());
  if (const auto number = items.find(maker.row.sys_id)) {
    items.replace(*number, std::move(maker.row));
  } else {
    items.insert(std::move(maker.row));
  }
  site.instance.settle();
  return json_reply(200, R"({"done":true})");
}

std::string life_of(const Table& items, const Row& row) {
  if (!text_of(items, row, "duplicate_of").empty()) return "duplicate";
  const std::string status = text_of(items, row, "install_status");
  return status == "7" || status == "100" ? "retired" : "active";
}

Reply item_truth(const Instance& instance) {
  const std::shared_lock lock(instance.lock);
  const Table& items = *instance.table("cmdb_ci");
  std::vector<json> lines;
  for (const auto number : items.by_id()) {
    const Row& row = items.row(number);
    lines.push_back({{"id", row.sys_id.text()},
                     {"name", text_of(items, row, "name")},
                     {"fqdn", text_of(items, row, "fqdn")},
                     {"ip", text_of(items, row, "ip_address")},
                     {"class", text_of(items, row, "sys_class_name")},
                     {"discovery_source", text_of(items, row, "discovery_source")},
                     {"life", life_of(items, row)}});
  }
  return lines_reply(lines);
}

}  // namespace

std::optional<Reply> intake_reply(Site& site, const std::string& what, const Request& request) {
  if (what == "tickets") return tickets(site.instance, request.param_or("type", "incident"));
  if (what == "ci/put") return put_item(site, request);
  if (what == "ci/truth") return item_truth(site.instance);
  return std::nullopt;
}

}  // namespace itsmc::sim::servicenow
