#include <array>

#include <fmt/format.h>

#include "shared/item.hpp"
#include "shared/random.hpp"
#include "shared/words.hpp"

namespace itsmc::sim {
namespace {

constexpr std::int64_t k_day_ms = 86'400'000;
constexpr std::int64_t k_span_s = 100L * 86400;

struct State {
  std::string_view label;
  bool open;
};
constexpr std::array<State, 6> k_states{{{"New", true},
                                         {"In Progress", true},
                                         {"On Hold", true},
                                         {"Resolved", true},
                                         {"Closed", false},
                                         {"Canceled", false}}};
constexpr std::array<State, 7> k_change_states{{{"New", true},
                                                {"Assess", true},
                                                {"Scheduled", true},
                                                {"Implement", true},
                                                {"Review", true},
                                                {"Closed", false},
                                                {"Canceled", false}}};
constexpr std::array<std::string_view, 3> k_levels{"1 - High", "2 - Medium", "3 - Low"};
constexpr std::array<std::string_view, 4> k_priorities{"1 - Critical", "2 - High", "3 - Moderate",
                                                       "4 - Low"};
constexpr std::array<std::string_view, 5> k_categories{"Network", "Software", "Hardware",
                                                       "Inquiry / Help", "Database"};
constexpr std::array<std::string_view, 4> k_sources{"Phone", "Email", "Self-service", "Walk-in"};

std::string user(Random& random) {
  return fmt::format("User {}", random.below(3000));
}

template <class List>
void set_state(const List& states, Random& random, Item& item) {
  const State& state = states[random.below(states.size())];
  item.state = state.label;
  item.open = state.open;
  if (!state.open) {
    item.closed_ms = item.updated_ms;
    item.closed_by = user(random);
  }
  if (state.label == "Resolved" || (!state.open && item.type == ItemType::incident)) {
    item.resolved_ms = item.updated_ms;
    item.resolved_by = user(random);
  }
}

Item make_item(const GenerateItems& plan, ItemType type, std::uint64_t number) {
  const bool incident = type == ItemType::incident;
  Random random(mix(plan.seed + (incident ? 0 : 1)) ^ number);
  Item item;
  item.type = type;
  item.number = fmt::format("{}{:07}", incident ? "INC" : "CHG", number);
  const auto age = 300 + static_cast<std::int64_t>(random.below(k_span_s));
  item.updated_ms = (plan.now_ms / 1000 - age) * 1000;
  item.created_ms = item.updated_ms - static_cast<std::int64_t>(random.below(20 * k_day_ms));
  if (incident)
    set_state(k_states, random, item);
  else
    set_state(k_change_states, random, item);
  add_words(3 + random.below(7), random, item.title);
  add_text(random, item.description);
  item.urgency = one_of(k_levels, random);
  item.impact = one_of(k_levels, random);
  item.priority = one_of(k_priorities, random);
  item.category = one_of(k_categories, random);
  item.source = one_of(k_sources, random);
  if (random.chance(80)) item.assigned_to = user(random);
  item.assignment_group = fmt::format("Group {}", random.below(80));
  item.created_by = user(random);
  if (random.chance(10)) item.configuration_item = fmt::format("CI {}", random.below(2000));
  return item;
}

}  // namespace

std::vector<Item> generate_items(const GenerateItems& plan) {
  std::vector<Item> items;
  items.reserve(plan.incidents + plan.incidents / 20);
  for (std::uint64_t i = 0; i < plan.incidents; ++i) {
    items.push_back(make_item(plan, ItemType::incident, i));
  }
  for (std::uint64_t i = 0; i < plan.incidents / 20; ++i) {
    items.push_back(make_item(plan, ItemType::change_request, i));
  }
  return items;
}

}  // namespace itsmc::sim
