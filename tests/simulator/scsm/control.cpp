#include <mutex>

#include <fmt/format.h>

#include "scsm/changes.hpp"
#include "scsm/service.hpp"
#include "shared/clock.hpp"

namespace itsmc::sim::scsm {
namespace {

std::string shown(const EnumValue* value) {
  return quote_json(value ? value->display : std::string());
}

std::string truth_line(const WorkItem& row) {
  const bool incident = row.type == ItemType::incident;
  const std::string number = row.priority ? std::to_string(*row.priority) : std::string();
  return fmt::format(
      R"({{"id":{},"number":{},"updated":"{}","title":{},"state":{},"open":{},"urgency":{},)"
      R"("impact":{},"priority":{},"category":{},"source":{},"assignment_group":{},)"
      R"("configuration_item":{},"assigned_to":{},"hidden":{}}})"
      "\n",
      quote_json(row.base_id), quote_json(row.number), rfc3339_text(row.modified_ms),
      quote_json(row.title), shown(row.status), is_open(row), shown(row.urgency), shown(row.impact),
      incident ? quote_json(number) : shown(row.change_priority), shown(row.category),
      shown(row.source), shown(row.queue),
      quote_json(row.config_item ? row.config_item->display : std::string()),
      quote_json(row.assigned_to), row.hidden);
}

Reply truth_reply(Site& site, const Request& request) {
  const ItemType type = type_order(request);
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.stream = [&site, type](const Sink& sink) {
    const std::shared_lock lock(site.group.lock);
    for (const auto* row : site.group.shelf(type).ordered()) {
      if (!sink(truth_line(*row))) return;
    }
  };
  return reply;
}

Reply advance(Site& site, const Request& request) {
  site.bench.clock.advance(number_or(request.param_or("seconds", "0"), 0));
  return json_reply(200, fmt::format(R"({{"now":"{}"}})", utc_text(site.bench.clock.now())));
}

Reply remove_row(Site& site, const Request& request) {
  const std::string id = id_order(request);
  const bool gone = site.group.shelf(type_order(request)).remove(id);
  site.group.touched();
  return ids_reply(gone ? std::vector{id} : std::vector<std::string>{});
}

}  // namespace

std::optional<Reply> control_reply(Site& site, const std::string& what, const Request& request) {
  try {
    if (what == "advance") return advance(site, request);
    if (what == "truth") return truth_reply(site, request);
    const std::int64_t now = site.bench.clock.now_ms();
    const std::unique_lock lock(site.group.lock);
    if (what == "put") {
      const PutOrder order = put_order(request, now);
      put_row(site.group, order);
      return ids_reply({order.id});
    }
    if (what == "remove") return remove_row(site, request);
    if (what == "touch") return ids_reply(touch_rows(site.group, change_order(request, now)));
    if (what == "create") return ids_reply(create_rows(site.group, change_order(request, now)));
    if (what == "delete") return ids_reply(delete_rows(site.group, change_order(request, now)));
    return std::nullopt;
  } catch (const std::exception& error) {
    return json_reply(400, fmt::format(R"({{"error":{}}})", quote_json(error.what())));
  }
}

}  // namespace itsmc::sim::scsm
