#include "shared/faults.hpp"

#include <algorithm>

#include "shared/message.hpp"

namespace itsmc::sim {

void Firing::add(std::string name, std::string argument) {
  applied_.emplace_back(std::move(name), std::move(argument));
}

const std::string* Firing::argument(std::string_view name) const {
  for (const auto& [applied, value] : applied_)
    if (applied == name) return &value;
  return nullptr;
}

std::string Firing::text() const {
  std::string out;
  for (const auto& [name, value] : applied_) out += (out.empty() ? "" : ",") + name;
  return out;
}

const FaultName* Faults::known(std::string_view name) const {
  const auto found = std::find_if(catalogue_.begin(), catalogue_.end(),
                                  [&](const FaultName& fault) { return fault.name == name; });
  return found == catalogue_.end() ? nullptr : &*found;
}

bool Faults::set(FaultRule rule) {
  const auto* fault = known(rule.name);
  if (!fault) return false;
  if (rule.path.empty()) rule.path = fault->path;
  if (rule.count == 0) rule.count = fault->count;
  const std::lock_guard lock(mutex_);
  rules_.push_back(std::move(rule));
  return true;
}

bool Faults::set_text(std::string_view text) {
  FaultRule rule;
  const auto [head, options] = cut_at(text, ';');
  const auto [named, argument] = cut_at(head, '=');
  rule.name = named;
  rule.argument = argument;
  std::string rest(options);
  std::replace(rest.begin(), rest.end(), ';', '&');
  for (const auto& [name, value] : parse_query(rest)) {
    if (name == "after")
      rule.after = number_or(value, 0);
    else if (name == "count")
      rule.count = number_or(value, 0);
    else if (name == "path")
      rule.path = value;
    else
      return false;
  }
  return set(std::move(rule));
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

void Faults::clear(std::string_view name) {
  const std::lock_guard lock(mutex_);
  std::erase_if(rules_, [&](const FaultRule& rule) { return rule.name == name; });
}

Firing Faults::fire_at(FaultStage stage, std::string_view target) {
  Firing firing;
  const std::lock_guard lock(mutex_);
  for (auto& rule : rules_) {
    if (known(rule.name)->stage != stage) continue;
    if (!rule.path.empty() && target.find(rule.path) == std::string_view::npos) continue;
    ++rule.seen;
    if (rule.seen <= rule.after) continue;
    if (rule.count > 0 && rule.applied >= rule.count) continue;
    ++rule.applied;
    firing.add(rule.name, rule.argument);
  }
  return firing;
}

std::pair<bool, std::string> Faults::peek(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  for (const auto& rule : rules_)
    if (rule.name == name) return {true, rule.argument};
  return {false, {}};
}

std::vector<FaultRule> Faults::rules() const {
  const std::lock_guard lock(mutex_);
  return rules_;
}

}  // namespace itsmc::sim
