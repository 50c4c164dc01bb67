#include "servicenow/query.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "shared/clock.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::servicenow {
namespace {

struct OperatorName {
  std::string_view text;
  Operator op;
};

// Longer spellings before those they begin with.
constexpr auto k_operators = std::to_array<OperatorName>({
    {"!=", Operator::not_equal},
    {"<=", Operator::less_equal},
    {">=", Operator::greater_equal},
    {"<", Operator::less},
    {">", Operator::greater},
    {"=", Operator::equal},
    {"ISNOTEMPTY", Operator::is_not_empty},
    {"ISEMPTY", Operator::is_empty},
    {"EMPTYSTRING", Operator::is_empty},
    {"NOT LIKE", Operator::not_like},
    {"NOTLIKE", Operator::not_like},
    {"NOT IN", Operator::not_in},
    {"STARTSWITH", Operator::starts_with},
    {"ENDSWITH", Operator::ends_with},
    {"BETWEEN", Operator::between},
    {"ANYTHING", Operator::anything},
    {"NSAMEAS", Operator::not_same_as},
    {"SAMEAS", Operator::same_as},
    {"LIKE", Operator::like},
    {"IN", Operator::in},
});

bool is_field_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Splits at "^", turning "^^" into a "^" of the value.
std::vector<std::string> split_terms(std::string_view text) {
  std::vector<std::string> terms(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '^') {
      terms.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '^') {
      terms.back() += '^';
      ++i;
    } else {
      terms.emplace_back();
    }
  }
  return terms;
}

// RELATIVEGT@hour@ago@1 -> > now - 1 h
bool parse_relative(std::string_view text, const QueryContext& context, Condition& condition) {
  constexpr std::string_view k_prefix = "RELATIVE";
  if (!text.starts_with(k_prefix)) return false;
  const auto parts = split(text.substr(k_prefix.size()), '@');
  if (parts.size() != 4) return false;
  const auto& unit = parts[1];
  const std::int64_t seconds = unit == "minute" ? 60 : unit == "hour" ? 3600 : 86400;
  const std::int64_t amount = number_or(parts[3], 0) * seconds;
  condition.op = parts[0] == "GT"   ? Operator::greater
                 : parts[0] == "GE" ? Operator::greater_equal
                 : parts[0] == "LT" ? Operator::less
                                    : Operator::less_equal;
  condition.values = {utc_text(context.now + (parts[2] == "ago" ? -amount : amount))};
  return true;
}

// javascript:gs.getUserID(), javascript:gs.dateGenerate('2024-01-31','00:00:00'). The latter is
// read in the zone of the session's user: the trap of servicenow reference 3.1.
bool evaluate_script(std::string& value, const QueryContext& context) {
  constexpr std::string_view k_prefix = "javascript:";
  if (!value.starts_with(k_prefix)) return true;
  const std::string script = value.substr(k_prefix.size());
  if (script == "gs.getUserID()") {
    value = context.user_id;
    return true;
  }
  constexpr std::string_view k_generate = "gs.dateGenerate(";
  if (!script.starts_with(k_generate)) return false;
  const auto parts = split(script, '\'');
  if (parts.size() < 4) return false;
  const auto moment = parse_utc(parts[1] + " " + parts[3]);
  if (!moment) return false;
  value = utc_text(*moment - context.zone_seconds);
  return true;
}

Condition parse_condition(std::string_view text, const QueryContext& context) {
  Condition condition;
  const auto end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return is_field_letter(c); });
  condition.field = std::string(text.begin(), end);
  text.remove_prefix(condition.field.size());
  if (condition.field.empty() || parse_relative(text, context, condition)) return condition;
  for (const auto& [name, op] : k_operators) {
    if (!text.starts_with(name)) continue;
    condition.op = op;
    text.remove_prefix(name.size());
    const bool list = op == Operator::in || op == Operator::not_in;
    condition.values = list                      ? split(text, ',')
                       : op == Operator::between ? split(text, '@')
                                                 : std::vector<std::string>{std::string(text)};
    if (op == Operator::between && condition.values.size() != 2) condition.op = Operator::unknown;
    break;
  }
  for (auto& value : condition.values)
    if (!evaluate_script(value, context)) condition.op = Operator::unknown;
  return condition;
}

bool parse_order(std::string_view term, Query& query) {
  constexpr std::string_view k_descending = "ORDERBYDESC";
  constexpr std::string_view k_ascending = "ORDERBY";
  if (term.starts_with(k_descending)) {
    query.order.push_back({std::string(term.substr(k_descending.size())), Direction::descending});
    return true;
  }
  if (!term.starts_with(k_ascending)) return false;
  query.order.push_back({std::string(term.substr(k_ascending.size())), Direction::ascending});
  return true;
}

}  // namespace

Query parse_query_text(std::string_view text, const QueryContext& context) {
  Query query;
  query.groups.emplace_back();
  for (const auto& whole : split_terms(text)) {
    std::string_view term = whole;
    if (term.empty() || term == "EQ" || parse_order(term, query)) continue;
    bool joins = false;
    if (term.starts_with("NQ")) {
      query.groups.emplace_back();
      term.remove_prefix(2);
      if (term.empty()) continue;
    } else if (term.starts_with("OR")) {
      joins = true;
      term.remove_prefix(2);
    }
    auto& group = query.groups.back();
    if (!joins || group.empty()) group.emplace_back();
    group.back().push_back(parse_condition(term, context));
  }
  return query;
}

}  // namespace itsmc::sim::servicenow
