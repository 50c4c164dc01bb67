// Events and the alerts that Event Management makes of them: servicenow reference 6.3, 6.4.
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "servicenow/answers.hpp"
#include "servicenow/site.hpp"
#include "shared/random.hpp"

namespace itsmc::sim::servicenow {
namespace {

using nlohmann::json;

constexpr std::array k_event_columns{"source",        "event_class",     "node",
                                     "resource",      "metric_name",     "type",
                                     "message_key",   "severity",        "description",
                                     "time_of_event", "additional_info", "resolution_state",
                                     "ci_identifier", "ci_type"};

std::string text_of(const json& record, const std::string& name) {
  const auto found = record.find(name);
  if (found == record.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

// message_key; without one what says where the event comes from.
std::string key_of(const json& event) {
  std::string key = text_of(event, "message_key");
  if (!key.empty()) return key;
  return text_of(event, "source") + text_of(event, "node") + text_of(event, "type") +
         text_of(event, "resource") + text_of(event, "metric_name");
}

std::optional<RowNumber> alert_of(const Table& alerts, const std::string& key) {
  const auto column = alerts.schema().at("message_key");
  std::optional<RowNumber> found;
  for (const auto row : alerts.by_id()) {
    if (alerts.row(row).stored(column).value_or("") == key) found = row;
  }
  return found;
}

// The configuration item: by the identifier that the event carries, else by the node's name.
std::string item_of(const Instance& instance, const json& event) {
  const json named = json::parse(text_of(event, "ci_identifier"), nullptr, false);
  if (named.is_object() && instance.find("cmdb_ci", Key(text_of(named, "sys_id")))) {
    return text_of(named, "sys_id");
  }
  const Table& items = *instance.table("cmdb_ci");
  const std::string node = text_of(event, "node");
  for (const char* by : {"name", "fqdn"}) {
    const auto column = items.schema().at(by);
    for (const auto row : items.by_id()) {
      const bool same = !node.empty() && items.row(row).stored(column).value_or("") == node;
      if (same) return std::string(items.row(row).sys_id.text());
    }
  }
  return {};
}

class Processing {
 public:
  Processing(Instance& instance, std::int64_t now) : instance_(instance), now_(now) {}

  // Severity 0 closes the alert of the key and makes none; all else opens, updates or reopens it.
  void process(const json& event) {
    Table& alerts = *instance_.table("em_alert");
    const std::string key = key_of(event);
    const bool clear = text_of(event, "severity") == "0";
    const auto found = alert_of(alerts, key);
    if (!found && clear) return;
    if (!found) {
      open(alerts, event, key);
    } else {
      update(alerts, *found, event);
    }
    instance_.settle();
  }

 private:
  void open(Table& alerts, const json& event, const std::string& key) {
    const std::uint64_t count = alerts.size() + 1;
    RowMaker maker(alerts.schema(), Key(hex_id(fmt::format("em_alert/{}/{}", key, count))), now_);
    maker.set("number", fmt::format("Alert{:07}", 10'000 + count)).set("message_key", key);
    for (const char* same : {"source", "node", "resource", "metric_name", "type", "severity",
                             "description", "additional_info"}) {
      maker.set(same, text_of(event, same));
    }
    maker.set("cmdb_ci", item_of(instance_, event)).set("event_count", "1");
    alerts.insert(std::move(maker.row));
  }

  void update(Table& alerts, RowNumber number, const json& event) const {
    const Schema& schema = alerts.schema();
    Row next = alerts.row(number);
    const bool clear = text_of(event, "severity") == "0";
    const bool closed = next.stored(schema.at("state")).value_or("Open") == "Closed";
    if (clear) {
      next.set(schema.at("state"), "Closed");
    } else {
      if (closed) next.set(schema.at("state"), "Reopen");
      next.set(schema.at("severity"), text_of(event, "severity"));
      next.set(schema.at("description"), text_of(event, "description"));
    }
    const auto count = number_or(next.stored(schema.at("event_count")).value_or("0"), 0);
    next.set(schema.at("event_count"), std::to_string(count + 1));
    next.updated_on = now_;
    ++next.mod_count;
    alerts.replace(number, std::move(next));
  }

  Instance& instance_;
  std::int64_t now_;
};

void take_event(Site& site, const Firing& firing, const json& event) {
  Instance& instance = site.instance;
  Table& events = *instance.table("em_event");
  const std::int64_t now = site.bench.clock.now();
  const std::string seed = fmt::format("em_event/{}", events.revision());
  RowMaker maker(events.schema(), Key(hex_id(seed)), now);
  for (const char* column : k_event_columns) maker.set(column, text_of(event, column));
  // A blank severity cannot be processed.
  const bool failed = firing.has("events-fail") || text_of(event, "severity").empty();
  const bool waits = firing.has("events-wait");
  maker.set("state", failed ? "Error" : waits ? "Ready" : "Processed");
  if (failed) maker.set("error_msg", "Event has no valid severity");
  events.insert(std::move(maker.row));
  instance.settle();
  if (!failed && !waits) Processing(instance, now).process(event);
}

}  // namespace

Reply take_events(Site& site, const Call& call) {
  if (call.request.method != "POST") return error_reply(405, "Method not supported", std::nullopt);
  const auto* role = call.firing.argument("no-role");
  if (call.firing.has("acl-write") || (role && *role == "evt_mgmt_integration")) {
    return error_reply(403, "User Not Authorized", "Failed API level ACL Validation");
  }
  const json body = json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || !body.contains("records") || !body["records"].is_array()) {
    return error_reply(400, "Exception while reading request", "The payload is not valid JSON.");
  }
  const json& records = body["records"];
  auto taken = static_cast<std::int64_t>(records.size());
  if (const auto* count = call.firing.argument("events-count")) taken = number_or(*count, 0);
  if (call.firing.has("nothing-made")) taken = 0;
  const std::unique_lock lock(site.instance.lock);
  for (std::int64_t i = 0; i < taken && i < static_cast<std::int64_t>(records.size()); ++i) {
    take_event(site, call.firing, records[static_cast<std::size_t>(i)]);
  }
  return json_reply(
      200,
      fmt::format(R"({{"result":{{"Default Bulk Endpoint":"{} events were inserted"}}}})", taken));
}

}  // namespace itsmc::sim::servicenow
