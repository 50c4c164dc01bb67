#include "partners/servicenow_table.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "itsmc/core/text.hpp"

namespace itsmc::test {
namespace {

struct Condition {
  std::string field, operation, value;
};
struct Parsed {
  std::vector<Condition> conditions;
  std::vector<std::pair<std::string, bool>> order;  // field, descending
};

/// Cuts at single carets; two of them are one in a value.
std::vector<std::string> clauses_of(const std::string& query) {
  std::vector<std::string> clauses(1);
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (query[i] != '^') {
      clauses.back() += query[i];
    } else if (i + 1 < query.size() && query[i + 1] == '^') {
      clauses.back() += '^';
      ++i;
    } else {
      clauses.emplace_back();
    }
  }
  return clauses;
}

bool is_field_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

Condition condition_of(const std::string& clause) {
  static constexpr std::array k_operations = {
      "ISNOTEMPTY", "ISEMPTY", "IN", ">=", "<=", "!=", "=", ">", "<"};
  std::size_t end = 0;
  while (end < clause.size() && is_field_letter(clause[end])) ++end;
  for (const char* operation : k_operations) {
    if (clause.compare(end, std::string(operation).size(), operation) != 0) continue;
    return {clause.substr(0, end), operation, clause.substr(end + std::string(operation).size())};
  }
  throw std::runtime_error("the twin does not know this clause: " + clause);
}

Parsed parse(const std::string& query) {
  Parsed parsed;
  for (const std::string& clause : clauses_of(query)) {
    if (clause.empty()) continue;
    if (clause.rfind("ORDERBYDESC", 0) == 0) {
      parsed.order.emplace_back(clause.substr(11), true);
    } else if (clause.rfind("ORDERBY", 0) == 0) {
      parsed.order.emplace_back(clause.substr(7), false);
    } else {
      parsed.conditions.push_back(condition_of(clause));
    }
  }
  return parsed;
}

std::string value_of(const SnowRow& row, const std::string& field) {
  const auto found = row.find(field);
  return found == row.end() ? std::string() : to_lower(found->second);
}

bool holds(const SnowRow& row, const Condition& condition) {
  const std::string value = value_of(row, condition.field);
  const std::string wanted = to_lower(condition.value);
  const std::string& operation = condition.operation;
  if (operation == "ISEMPTY") return value.empty();
  if (operation == "ISNOTEMPTY") return !value.empty();
  if (operation == "=") return value == wanted;
  if (operation == "!=") return value != wanted;
  if (operation == ">") return value > wanted;
  if (operation == "<") return value < wanted;
  if (operation == ">=") return value >= wanted;
  if (operation == "<=") return value <= wanted;
  const std::vector<std::string> choices = split(wanted, ',');
  return std::find(choices.begin(), choices.end(), value) != choices.end();
}

}  // namespace

std::vector<const SnowRow*> select_rows(const std::vector<SnowRow>& rows,
                                        const std::string& query) {
  const Parsed parsed = parse(query);
  std::vector<const SnowRow*> chosen;
  for (const SnowRow& row : rows) {
    const bool matches =
        std::all_of(parsed.conditions.begin(), parsed.conditions.end(),
                    [&row](const Condition& condition) { return holds(row, condition); });
    if (matches) chosen.push_back(&row);
  }
  const auto before = [&parsed](const SnowRow* a, const SnowRow* b) {
    for (const auto& [field, descending] : parsed.order) {
      const std::string left = value_of(*a, field), right = value_of(*b, field);
      if (left != right) return descending ? left > right : left < right;
    }
    return false;
  };
  std::stable_sort(chosen.begin(), chosen.end(), before);
  return chosen;
}

}  // namespace itsmc::test
