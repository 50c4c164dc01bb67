// What was made on the instance, in words that all simulated products share: tickets, ci/put,
// ci/truth; and ci/clear.
#include <mutex>
#include <shared_mutex>

#include <nlohmann/json.hpp>

#include "scsm/changes.hpp"
#include "scsm/site.hpp"

namespace itsmc::sim::scsm {
namespace {

using nlohmann::json;

Reply lines_reply(const std::vector<json>& lines) {
  std::string text;
  for (const json& line : lines) text += line.dump() + "\n";
  Reply reply = json_reply(200, std::move(text));
  reply.content_type = "application/x-ndjson";
  return reply;
}

// A resolved one is over for whoever raised it.
bool is_worked_on(const WorkItem& row) {
  return is_open(row) && !(row.status && row.status->name.ends_with(".Resolved"));
}

json ticket(const WorkItem& row) {
  json items = json::array();
  if (row.config_item) items.push_back(row.config_item->base_id);
  for (const auto* item : row.more_items) items.push_back(item->base_id);
  json notes = row.comments;
  if (!row.resolution.empty()) notes.push_back(row.resolution);
  return {{"id", row.base_id},
          {"number", row.number},
          {"correlation_id", row.external_id},
          {"title", row.title},
          {"description", row.description},
          {"state", row.status ? row.status->display : std::string()},
          {"open", is_worked_on(row)},
          {"config_items", items},
          {"notes", notes}};
}

std::string status_word(const std::string& life) {
  if (life == "retired") return "PendingDelete";
  return life == "duplicate" ? "Deleted" : "Active";
}

std::string life_of(const ConfigItem& item) {
  if (!item.status || item.status->name.ends_with(".Active")) return "active";
  return item.status->name.ends_with(".PendingDelete") ? "retired" : "duplicate";
}

Reply put_item(Group& group, const Request& request) {
  const std::string life = request.param_or("life", "active");
  group.add_config_item({request.param_or("id", ""),
                         request.param_or("class", "Microsoft.Windows.Computer"),
                         request.param_or("name", ""), request.param_or("fqdn", ""),
                         group.enums.object_status.find(status_word(life))});
  group.touched();
  return json_reply(200, "{}");
}

}  // namespace

std::optional<Reply> intake_control(Site& site, const std::string& what, const Request& request) {
  if (what == "ci/put" || what == "ci/clear") {
    const std::unique_lock lock(site.group.lock);
    if (what == "ci/put") return put_item(site.group, request);
    site.group.forget_config_items();
    return json_reply(200, "{}");
  }
  const std::shared_lock lock(site.group.lock);
  std::vector<json> lines;
  if (what == "tickets") {
    for (const auto* row : site.group.shelf(type_order(request)).ordered()) {
      lines.push_back(ticket(*row));
    }
    return lines_reply(lines);
  }
  if (what != "ci/truth") return std::nullopt;
  for (const auto& [id, item] : site.group.config_items()) {
    lines.push_back({{"id", id},
                     {"name", item.display},
                     {"fqdn", item.principal},
                     {"ip", ""},
                     {"class", item.class_name},
                     {"life", life_of(item)}});
  }
  return lines_reply(lines);
}

}  // namespace itsmc::sim::scsm
