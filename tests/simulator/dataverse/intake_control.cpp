// What was made on the instance, in words that all simulated products share: tickets, ci/put,
// ci/truth.
#include <mutex>

#include <nlohmann/json.hpp>

#include "dataverse/fill.hpp"

namespace itsmc::sim::dataverse {
namespace {

using nlohmann::json;

std::string text_at(const Table& table, const Row& row, std::string_view column) {
  const auto number = table.schema().attribute(column);
  const auto* text = number ? std::get_if<std::string>(&row.values[*number]) : nullptr;
  return text ? *text : std::string();
}

std::int64_t number_at(const Table& table, const Row& row, std::string_view column) {
  const auto number = table.schema().attribute(column);
  const auto* value = number ? std::get_if<std::int64_t>(&row.values[*number]) : nullptr;
  return value ? *value : 0;
}

json notes_of(const Organisation& organisation, const Guid& id) {
  const Table& notes = *organisation.table("annotation");
  const auto about = notes.schema().at("objectid");
  json texts = json::array();
  for (const auto& position : notes.by_key()) {
    const Row& note = notes.row(position.row);
    const auto* of = std::get_if<Guid>(&note.values[about]);
    if (of && *of == id) texts.push_back(text_at(notes, note, "notetext"));
  }
  return texts;
}

// A resolved x_incident is active still, as the platform has it; it is over for whoever raised it.
bool is_worked_on(const Table& table, const Row& row) {
  if (number_at(table, row, "statecode") != 0) return false;
  return !(table.schema().table == "x_incident" && number_at(table, row, "x_state") == 4);
}

json ticket(const Organisation& organisation, const Table& table, const Row& row) {
  const bool of_case = table.schema().table == "incident";
  json items = json::array();
  const auto item = table.schema().attribute("x_configurationitem");
  const auto* linked = item ? std::get_if<Guid>(&row.values[*item]) : nullptr;
  if (linked) items.push_back(linked->text());
  const std::string description = text_at(table, row, of_case ? "description" : "x_description");
  // The only place where an id of somebody else can stand.
  const auto mark = description.rfind("[itsmc:");
  return {{"id", row.id.text()},
          {"number", text_at(table, row, of_case ? "ticketnumber" : "x_number")},
          {"correlation_id", mark == std::string::npos ? "" : description.substr(mark)},
          {"title", text_at(table, row, of_case ? "title" : "x_title")},
          {"description", description},
          {"open", is_worked_on(table, row)},
          {"config_items", items},
          {"notes", notes_of(organisation, row.id)}};
}

std::string tickets(Organisation& organisation, ItemType type) {
  std::string lines;
  for (const Table* table : tables_of(organisation, type)) {
    for (const auto& position : table->by_key()) {
      lines += ticket(organisation, *table, table->row(position.row)).dump() + "\n";
    }
  }
  return lines;
}

void put_item_row(Site& site, const Request& request) {
  Table& table = *site.organisation.table("x_configurationitem");
  const Schema& schema = table.schema();
  Row row;
  row.id = parse_guid(request.param_or("id", "")).value_or(Guid());
  row.created = row.modified = site.bench.clock.now();
  row.version = site.organisation.next_version();
  row.values.resize(schema.columns.size());
  const auto set = [&](const char* column, const std::string& text) {
    if (!text.empty()) row.values[schema.at(column)] = text;
  };
  set("x_name", request.param_or("name", ""));
  set("x_fqdn", request.param_or("fqdn", ""));
  set("x_ipaddress", request.param_or("ip", ""));
  const bool active = request.param_or("life", "active") == "active";
  row.values[schema.at("statecode")] = std::int64_t{active ? 0 : 1};
  table.put(std::move(row));
}

std::string item_lines(const Organisation& organisation) {
  const Table& table = *organisation.table("x_configurationitem");
  std::string lines;
  for (const auto& position : table.by_key()) {
    const Row& row = table.row(position.row);
    const json line = {{"id", row.id.text()},
                       {"name", text_at(table, row, "x_name")},
                       {"fqdn", text_at(table, row, "x_fqdn")},
                       {"ip", text_at(table, row, "x_ipaddress")},
                       {"class", "x_configurationitem"},
                       {"life", number_at(table, row, "statecode") == 0 ? "active" : "retired"}};
    lines += line.dump() + "\n";
  }
  return lines;
}

}  // namespace

std::optional<Reply> intake_control(Site& site, const std::string& what, const Request& request) {
  if (what != "tickets" && what != "ci/put" && what != "ci/truth") return std::nullopt;
  const std::unique_lock lock(site.organisation.lock);
  if (what == "ci/put") {
    put_item_row(site, request);
    return json_reply(200, "{}");
  }
  return json_reply(200, what == "tickets" ? tickets(site.organisation, type_order(request))
                                           : item_lines(site.organisation));
}

}  // namespace itsmc::sim::dataverse
