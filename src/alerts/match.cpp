#include "itsmc/alerts/match.hpp"

#include <algorithm>

#include "itsmc/core/text.hpp"

namespace itsmc::alerts {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool severity_holds(const MatchTerm& term, const std::optional<int>& severity) {
  if (!severity) return false;
  const int wanted = term.value[0] - '0';
  if (term.sign == "=") return *severity == wanted;
  if (term.sign == "!=") return *severity != wanted;
  if (term.sign == "<") return *severity < wanted;
  if (term.sign == "<=") return *severity <= wanted;
  return term.sign == ">" ? *severity > wanted : *severity >= wanted;
}

bool target_fits(const Alert& alert, std::string_view pattern) {
  const auto one = [pattern](const std::string& name) { return fits(name, pattern); };
  return std::any_of(alert.targets.begin(), alert.targets.end(), one) ||
         std::any_of(alert.config_items.begin(), alert.config_items.end(), one);
}

bool text_fits(const MatchTerm& term, const Alert& alert) {
  if (term.key == "rule") return fits(alert.rule, term.value);
  if (term.key == "service") return fits(alert.service, term.value);
  if (term.key == "signal") return fits(alert.signal, term.value);
  return target_fits(alert, term.value);
}

}  // namespace

bool fits(std::string_view text, std::string_view pattern) noexcept {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_at = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_at = at;
    } else if (in_pattern < pattern.size() && lower(text[at]) == lower(pattern[in_pattern])) {
      ++at;
      ++in_pattern;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

bool matches(const Action& action, const Alert& alert) {
  return std::all_of(action.match.begin(), action.match.end(), [&](const MatchTerm& term) {
    if (term.key == "severity") return severity_holds(term, alert.severity);
    return text_fits(term, alert) == (term.sign == "=");
  });
}

}  // namespace itsmc::alerts
