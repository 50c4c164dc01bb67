#include "shared/item.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "shared/clock.hpp"
#include "shared/compress.hpp"

namespace itsmc::sim {
namespace {

using nlohmann::json;

std::string text_of(const json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::optional<std::int64_t> time_of(const json& line, const char* key) {
  const std::string text = text_of(line, key);
  if (text.empty()) return std::nullopt;
  const auto time = parse_utc_ms(text);
  if (!time) throw std::runtime_error(fmt::format("{} cannot be read: '{}'", key, text));
  return time;
}

bool is_open(const json& line) {
  const auto found = line.find("open");
  if (found == line.end() || found->is_null()) return true;
  return found->is_boolean() ? found->get<bool>() : found->dump() != "0";
}

// {"type":"incident","number":"INC0000045","title":"..","state":"New","open":true,
//  "updated_at":"2016-02-29T01:23:00.000Z",...}
Item item_of(const json& line) {
  Item item;
  const std::string type = text_of(line, "type");
  const auto known = type.empty() ? ItemType::incident : item_type(type);
  if (!known) throw std::runtime_error("unknown type '" + type + "'");
  item.type = *known;
  item.number = text_of(line, "number");
  item.title = text_of(line, "title");
  item.description = text_of(line, "description");
  item.state = text_of(line, "state");
  item.urgency = text_of(line, "urgency");
  item.impact = text_of(line, "impact");
  item.priority = text_of(line, "priority");
  item.category = text_of(line, "category");
  item.source = text_of(line, "source");
  item.assigned_to = text_of(line, "assigned_to");
  item.assignment_group = text_of(line, "assignment_group");
  item.created_by = text_of(line, "created_by");
  item.closed_by = text_of(line, "closed_by");
  item.resolved_by = text_of(line, "resolved_by");
  item.configuration_item = text_of(line, "configuration_item");
  item.created_ms = time_of(line, "created_at");
  item.resolved_ms = time_of(line, "resolved_at");
  item.closed_ms = time_of(line, "closed_at");
  item.open = is_open(line);
  const auto updated = time_of(line, "updated_at");
  if (!updated) throw std::runtime_error("updated_at is missing");
  item.updated_ms = *updated;
  return item;
}

}  // namespace

std::optional<ItemType> item_type(std::string_view name) {
  if (name == "incident") return ItemType::incident;
  if (name == "change-request" || name == "change_request") return ItemType::change_request;
  return std::nullopt;
}

std::string_view name_of(ItemType type) {
  return type == ItemType::incident ? "incident" : "change-request";
}

std::vector<Item> read_items(const std::string& file) {
  const std::string text = read_xz_file(file);
  std::vector<Item> items;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line(text.data() + at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \r\t") == std::string_view::npos) continue;
    try {
      items.push_back(item_of(json::parse(line)));
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("{} line {}: {}", file, number, error.what()));
    }
  }
  return items;
}

}  // namespace itsmc::sim
