// The standard controls, and the organisation's own: limit, roles.
#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dataverse/fill.hpp"
#include "dataverse/service.hpp"

namespace itsmc::sim::dataverse {
namespace {

Guid id_from(const std::string& text) {
  const auto id = parse_guid(text);
  if (!id) throw std::runtime_error("id is no GUID: '" + text + "'");
  return *id;
}

std::string text_of(const Table& table, const Row& row, const char* column) {
  const auto number = table.schema().attribute(column);
  if (!number) return {};
  const auto* text = std::get_if<std::string>(&row.values[*number]);
  return text ? *text : std::string();
}

std::string label_of(const Table& table, const Row& row, const char* column) {
  const auto number = table.schema().attribute(column);
  if (!number) return {};
  const auto* value = std::get_if<std::int64_t>(&row.values[*number]);
  const Option* option = value ? table.schema().columns[*number].option(*value) : nullptr;
  return option ? option->label : std::string();
}

std::string name_of_lookup(const Site& site, const Table& table, const Row& row,
                           const char* column) {
  const auto number = table.schema().attribute(column);
  if (!number) return {};
  const auto* id = std::get_if<Guid>(&row.values[*number]);
  if (!id) return {};
  return std::string(site.organisation.name_of(table.schema().columns[*number], *id, nullptr));
}

// The columns that mean the same in both profiles.
struct Names {
  const char* number;
  const char* title;
  const char* state;
  const char* assigned;
};

Names names_of(const Table& table) {
  if (table.schema().table == "incident") return {"ticketnumber", "title", "statuscode", "ownerid"};
  return {"x_number", "x_title", "x_state", "x_assignedto"};
}

std::string truth_line(const Site& site, const Table& table, const Row& row) {
  const Names names = names_of(table);
  const auto& state = row.values[table.schema().at("statecode")];
  const auto* number = std::get_if<std::int64_t>(&state);
  const nlohmann::ordered_json line = {
      {"id", row.id.text()},
      {"number", text_of(table, row, names.number)},
      {"updated", date_text(row.modified)},
      {"title", text_of(table, row, names.title)},
      {"state", label_of(table, row, names.state)},
      {"open", !number || *number == 0},
      {"configuration_item", name_of_lookup(site, table, row, "x_configurationitem")},
      {"assigned_to", name_of_lookup(site, table, row, names.assigned)},
      {"created", date_text(row.created)},
      {"version", row.version},
      {"hidden", row.hidden}};
  return line.dump() + "\n";
}

// set=incidents: the case table; the first of the type unless told otherwise.
Table& table_asked(Site& site, const Request& request) {
  const auto* set = request.param("set");
  if (!set) return *tables_of(site.organisation, type_order(request)).front();
  Table* table = site.organisation.set(*set);
  if (!table || !table->schema().attribute("statecode")) {
    throw std::runtime_error("no such set: '" + *set + "'");
  }
  return *table;
}

Reply truth(Site& site, const Request& request) {
  const std::shared_lock lock(site.organisation.lock);
  const Table& table = table_asked(site, request);
  std::string out;
  for (const auto& position : table.by_key()) {
    out += truth_line(site, table, table.row(position.row));
  }
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.stream = [text = std::move(out)](const Sink& sink) { sink(text); };
  return reply;
}

Reply put(Site& site, const Request& request) {
  const PutOrder order = put_order(request, site.bench.clock.now_ms());
  const Guid id = id_from(order.id);
  Item item;
  item.type = order.type;
  item.number = (order.type == ItemType::incident ? "INC" : "CHG") + id.text().substr(0, 8);
  item.title = order.title;
  item.description = order.title;
  item.state = "New";
  item.urgency = item.impact = "Medium";
  item.priority = "Normal";
  item.category = "Software";
  item.source = "Email";
  item.assigned_to = "User 1";
  item.updated_ms = order.updated_ms;
  const std::unique_lock lock(site.organisation.lock);
  for (Table* table : tables_of(site.organisation, order.type)) {
    put_item(site, *table, item, id);
    Row row = *table->find(id);
    row.hidden = order.hidden;
    table->put(std::move(row));
  }
  return ids_reply({id.text()});
}

Reply removed(Site& site, ItemType type, const std::vector<Guid>& ids) {
  std::vector<std::string> texts;
  for (const auto& id : ids) {
    bool there = false;
    for (Table* table : tables_of(site.organisation, type)) {
      there |= table->remove(id, site.organisation.next_version());
    }
    if (there) texts.push_back(id.text());
  }
  return ids_reply(texts);
}

Reply changed(Site& site, const std::string& what, const Request& request) {
  const ChangeOrder order = change_order(request, site.bench.clock.now_ms());
  auto& organisation = site.organisation;
  const std::unique_lock lock(organisation.lock);
  const auto tables = tables_of(organisation, order.type);
  if (what == "delete") {
    return removed(site, order.type, chosen_rows(*tables.front(), order.count, order.seed));
  }
  std::vector<std::string> texts;
  if (what == "touch") {
    const auto ids = chosen_rows(*tables.front(), order.count, order.seed);
    for (Table* table : tables) set_modified(organisation, *table, ids, order.at_ms / 1000);
    for (const auto& id : ids) texts.push_back(id.text());
    return ids_reply(texts);
  }
  auto items = generate_items({order.count * (order.type == ItemType::incident ? 1 : 20),
                               order.seed + organisation.version(), order.at_ms});
  std::erase_if(items, [&](const Item& item) { return item.type != order.type; });
  for (auto& item : items) {
    item.number += "-" + std::to_string(organisation.version());
    item.updated_ms = order.at_ms;
    item.created_ms = order.at_ms;
  }
  add_items(site, items);
  for (const auto& item : items) texts.push_back(id_of(item).text());
  return ids_reply(texts);
}

// limit?requests=N&seconds=S, limit?at_once=N; 0 takes it away.
Reply set_limit(Site& site, const Request& request) {
  if (const auto* most = request.param("at_once")) {
    site.limits.set_at_once(static_cast<int>(number_or(*most, 52)));
  }
  if (const auto* most = request.param("requests")) {
    site.limits.set(static_cast<std::size_t>(std::max<std::int64_t>(0, number_or(*most, 6000))),
                    number_or(request.param_or("seconds", "300"), 300));
  }
  return json_reply(200, R"({"done":true})");
}

// roles?are=none|basic|team|admin: none at all, one that does not count, one through a team (the
// default), System Administrator.
Reply set_roles(Site& site, const Request& request) {
  const std::string are = request.param_or("are", "team");
  auto& organisation = site.organisation;
  const std::unique_lock lock(organisation.lock);
  const std::int64_t now = site.bench.clock.now();
  organisation.unlink("systemuserroles_association", site.user);
  organisation.unlink("teammembership_association", site.user);
  const auto role = [&](const char* name) {
    organisation.link("systemuserroles_association", site.user,
                      organisation.ensure_named("role", name, now));
  };
  if (are != "none") role("Basic User");
  if (are == "admin") role("System Administrator");
  if (are == "team") {
    organisation.link("teammembership_association", site.user,
                      organisation.ensure_named("team", "Service Desk", now));
  }
  return json_reply(200, R"({"done":true})");
}

}  // namespace

std::optional<Reply> control_rows(Site& site, const std::string& what, const Request& request) {
  if (what == "advance") {
    site.bench.clock.advance(number_or(request.param_or("seconds", "0"), 0));
    return json_reply(200, fmt::format(R"({{"now":"{}"}})", date_text(site.bench.clock.now())));
  }
  if (auto reply = intake_control(site, what, request)) return reply;
  if (what == "truth") return truth(site, request);
  if (what == "put") return put(site, request);
  if (what == "limit") return set_limit(site, request);
  if (what == "roles") return set_roles(site, request);
  if (what == "remove") {
    const Guid id = id_from(id_order(request));
    const std::unique_lock lock(site.organisation.lock);
    return removed(site, type_order(request), {id});
  }
  if (what == "touch" || what == "create" || what == "delete") return changed(site, what, request);
  return std::nullopt;
}

}  // namespace itsmc::sim::dataverse
