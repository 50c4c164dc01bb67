#include "cherwell/intake_control.hpp"

#include <algorithm>
#include <mutex>

#include <nlohmann/json.hpp>

#include "cherwell/fill.hpp"
#include "shared/orders.hpp"

namespace itsmc::sim::cherwell {
namespace {

using nlohmann::json;

constexpr std::string_view k_group = "ConfigurationItem";

std::string value_of(const ObjectType& type, const Record& record, std::string_view name) {
  const auto field = type.field(name);
  return field ? std::string(text_of(type, record, *field)) : std::string();
}

// "(itsmc:KEY)" at the end of the description: there is no field for it.
std::string key_in(const std::string& description) {
  constexpr std::string_view k_mark = "(itsmc:";
  const auto begin = description.rfind(k_mark);
  if (begin == std::string::npos) return {};
  const auto from = begin + k_mark.size();
  return description.substr(from, std::min(description.find(')', from), description.size()) - from);
}

json ticket(const Site& site, const ObjectType& type, const Record& record) {
  const std::string state = value_of(type, record, "Status");
  const std::string description = value_of(type, record, "Description");
  const std::string item = value_of(type, record, "ConfigItemRecID");
  json notes = json::array({description});
  for (const char* field : {"Comments", "CloseDescription"}) {
    const std::string note = value_of(type, record, field);
    if (!note.empty()) notes.push_back(note);
  }
  return {{"id", record.rec_id},
          {"number", record.public_id},
          {"correlation_id", key_in(description)},
          {"title", title_of(type, record)},
          {"description", description},
          {"state", state},
          {"open", state != "Resolved" && !site.closed_states.contains(state)},
          {"config_items", item.empty() ? json::array() : json::array({item})},
          {"notes", notes}};
}

Reply lines_reply(const std::vector<json>& lines) {
  std::string text;
  for (const json& line : lines) text += line.dump() + "\n";
  Reply reply = json_reply(200, text);
  reply.content_type = "application/x-ndjson";
  return reply;
}

Reply tickets(Site& site, const Request& request) {
  const TypeNumber number = type_number(site, type_order(request));
  const std::shared_lock lock(site.lock);
  std::vector<json> lines;
  for (const auto row : site.table(number).by_updated()) {
    lines.push_back(ticket(site, site.blueprint.type(number), site.table(number).row(row)));
  }
  return lines_reply(lines);
}

Reply put_item(Site& site, const Request& request) {
  const std::string klass = request.param_or("class", "");
  const auto number = site.blueprint.by_name(klass.empty() ? "ConfigServer" : klass);
  if (!number) throw std::runtime_error("no such class");
  const std::string life = request.param_or("life", "active");
  const std::unique_lock lock(site.lock);
  const ObjectType& type = site.blueprint.type(*number);
  Table& table = site.table(*number);
  Record record = plain_record(site, *number, request.param_or("id", ""), site.bench.clock.now());
  record.set(type.at("FriendlyName"), request.param_or("name", ""));
  record.set(type.at("HostName"), request.param_or("fqdn", ""));
  record.set(type.at("IPAddress"), request.param_or("ip", ""));
  // "Duplicate" is a value that a site has added to its list.
  record.set(type.at("AssetStatus"), life == "active"    ? "Active"
                                     : life == "retired" ? "Retired"
                                                         : "Duplicate");
  if (const auto row = table.by_rec_id(record.rec_id)) {
    record.public_id = table.row(*row).public_id;
    table.replace(*row, std::move(record));
  } else {
    table.insert(std::move(record));
  }
  site.settle();
  return json_reply(200, R"({"done":true})");
}

template <class Act>
void for_members(Site& site, Act act) {
  for (TypeNumber number = 0; number < site.blueprint.size(); ++number) {
    if (site.blueprint.type(number).group == k_group) act(number);
  }
}

Reply item_truth(Site& site) {
  const std::shared_lock lock(site.lock);
  std::vector<json> lines;
  for_members(site, [&](TypeNumber number) {
    const ObjectType& type = site.blueprint.type(number);
    for (const auto row : site.table(number).by_updated()) {
      const Record& record = site.table(number).row(row);
      const std::string status = value_of(type, record, "AssetStatus");
      lines.push_back({{"id", record.rec_id},
                       {"name", value_of(type, record, "FriendlyName")},
                       {"fqdn", value_of(type, record, "HostName")},
                       {"ip", value_of(type, record, "IPAddress")},
                       {"class", type.name},
                       {"life", status == "Retired"     ? "retired"
                                : status == "Duplicate" ? "duplicate"
                                                        : "active"}});
    }
  });
  return lines_reply(lines);
}

Reply clear_items(Site& site) {
  const std::unique_lock lock(site.lock);
  for_members(site, [&](TypeNumber number) {
    const auto rows = site.table(number).by_updated();
    for (const auto row : rows) site.table(number).remove(row);
  });
  site.settle();
  return json_reply(200, R"({"done":true})");
}

}  // namespace

std::optional<Reply> intake_reply(Site& site, const std::string& what, const Request& request) {
  if (what == "tickets") return tickets(site, request);
  if (what == "ci/put") return put_item(site, request);
  if (what == "ci/truth") return item_truth(site);
  if (what == "ci/clear") return clear_items(site);
  return std::nullopt;
}

}  // namespace itsmc::sim::cherwell
