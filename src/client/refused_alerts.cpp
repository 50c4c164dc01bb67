#include "client/refused_alerts.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "itsmc/core/hash.hpp"

namespace itsmc::client {
namespace {

using nlohmann::json;
using std::chrono::minutes;

constexpr minutes k_first_pause{10};
constexpr minutes k_longest_pause{24 * 60};

bool is_same(const RefusedAlert& one, const std::string& resource_id, const std::string& action) {
  return one.resource_id == resource_id && one.action == action;
}

minutes pause_after(int tries) {
  minutes pause = k_first_pause;
  for (int i = 1; i < tries && pause < k_longest_pause; ++i) pause *= 2;
  return std::min(pause, k_longest_pause);
}

std::optional<RefusedAlert> read_one(const json& one) {
  const auto changed_at = parse_rfc3339(one.value("changed_at", ""));
  const auto again_at = parse_rfc3339(one.value("again_at", ""));
  if (!changed_at || !again_at) return std::nullopt;
  return RefusedAlert{.resource_id = one.value("alert", ""),
                      .action = one.value("action", ""),
                      .recipe = one.value("recipe", ""),
                      .changed_at = *changed_at,
                      .again_at = *again_at,
                      .tries = one.value("tries", 1)};
}

}  // namespace

bool is_refusal(ErrorKind kind) noexcept {
  return kind == ErrorKind::invalid || kind == ErrorKind::denied || kind == ErrorKind::protocol ||
         kind == ErrorKind::ambiguous;
}

std::string recipe_mark(const Action& action) {
  std::string words;
  for (const FieldText& field : to_fields(action)) {
    words += fmt::format("{}={}\n", field.name, field.value);
  }
  return hash_text(words);
}

// [{"alert":"/subscriptions/../alerts/1f..","action":"cpu","recipe":"9a..",
//   "changed_at":"2026-06-20T08:00:00Z","again_at":"2026-06-20T08:10:00Z","tries":1}]: our own.
RefusedAlerts::RefusedAlerts(std::string_view text) {
  const json all = json::parse(text, nullptr, false);
  if (!all.is_array()) return;
  for (const json& one : all) {
    if (!one.is_object()) continue;
    if (auto read = read_one(one)) all_.push_back(std::move(*read));
  }
}

std::string RefusedAlerts::text() const {
  json all = json::array();
  for (const RefusedAlert& one : all_) {
    all.push_back({{"alert", one.resource_id},
                   {"action", one.action},
                   {"recipe", one.recipe},
                   {"changed_at", format_rfc3339(one.changed_at)},
                   {"again_at", format_rfc3339(one.again_at)},
                   {"tries", one.tries}});
  }
  return all.dump();
}

bool RefusedAlerts::waits(const RefusedAlert& like, Timestamp now) const {
  return std::any_of(all_.begin(), all_.end(), [&](const RefusedAlert& one) {
    return is_same(one, like.resource_id, like.action) && one.recipe == like.recipe &&
           one.changed_at >= like.changed_at && now < one.again_at;
  });
}

void RefusedAlerts::put(RefusedAlert one, Timestamp now) {
  const auto known = std::find_if(all_.begin(), all_.end(), [&](const RefusedAlert& other) {
    return is_same(other, one.resource_id, one.action);
  });
  if (known != all_.end() && known->recipe == one.recipe) one.tries = known->tries + 1;
  one.again_at = now + pause_after(one.tries);
  if (known == all_.end()) {
    all_.push_back(std::move(one));
  } else {
    *known = std::move(one);
  }
}

void RefusedAlerts::forget(const std::string& resource_id, const std::string& action) {
  std::erase_if(all_, [&](const RefusedAlert& one) { return is_same(one, resource_id, action); });
}

void RefusedAlerts::forget_before(Timestamp earliest) {
  std::erase_if(all_, [&](const RefusedAlert& one) { return one.changed_at < earliest; });
}

}  // namespace itsmc::client
