// Work items in neutral words: what every product can be filled from.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim {

enum class ItemType { incident, change_request };

// "incident" or "change-request"; nothing for other words.
std::optional<ItemType> item_type(std::string_view name);
std::string_view name_of(ItemType type);

// One work item as people see it: labels, names, UTC milliseconds. A plain value; a product makes a
// row of its own from it.
struct Item {
  ItemType type = ItemType::incident;
  std::string number, title, description;
  std::string state, urgency, impact, priority, category, source;
  std::string assigned_to, assignment_group, created_by, closed_by, resolved_by;
  std::string configuration_item;
  std::optional<std::int64_t> created_ms, resolved_ms, closed_ms;
  std::int64_t updated_ms = 0;
  bool open = true;
};

// Reads ndjson with the keys of product.md 5 ("title", "assigned_to", "updated_at", ...); keys that
// Item has no place for are passed over. Throws std::runtime_error with the line's number.
std::vector<Item> read_items(const std::string& file);

struct GenerateItems {
  std::uint64_t incidents = 0;
  std::uint64_t seed = 1;
  std::int64_t now_ms = 0;
};

// `incidents` incidents and a twentieth as many changes, last changed within the 100 days before
// now: titles, texts and names as an instance has them (umlauts, quotes, line ends), several rows
// in a second, in no order. States are New, In Progress, On Hold, Resolved, Closed, Canceled
// (changes: New, Assess, Scheduled, Implement, Review, Closed, Canceled); urgency, impact "1 -
// High" to "3 - Low", priority "1 - Critical" to "4 - Low". Equal plans give equal items.
std::vector<Item> generate_items(const GenerateItems& plan);

}  // namespace itsmc::sim
