#include "servicenow/filter.hpp"

#include <algorithm>

#include "shared/clock.hpp"
#include "shared/message.hpp"

namespace itsmc::sim::servicenow {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Text is compared as the instance's database does: without regard to (ASCII) case.
bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool contains_text(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char x, char y) { return lower(x) == lower(y); }) != text.end();
}

bool is_number(ColumnKind kind) {
  return kind == ColumnKind::integer;
}

bool looks_numeric(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Negative, zero, positive. Numbers (also coded choices: a change's state is negative) as
// numbers, the rest bytewise.
int compare_values(ColumnKind kind, std::string_view left, std::string_view right) {
  const bool numeric = is_number(kind) || kind == ColumnKind::choice;
  if (numeric && looks_numeric(left) && looks_numeric(right)) {
    const auto a = number_or(left, 0);
    const auto b = number_or(right, 0);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return left.compare(right);
}

bool is_one_of(std::string_view value, const std::vector<std::string>& values) {
  return std::any_of(values.begin(), values.end(),
                     [&](const std::string& other) { return same_text(value, other); });
}

bool passes_order(Operator op, int order) {
  switch (op) {
    case Operator::less:
      return order < 0;
    case Operator::less_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::greater_equal:
      return order >= 0;
    default:
      return false;
  }
}

bool ends_with(std::string_view text, std::string_view part) {
  return text.size() >= part.size() && same_text(text.substr(text.size() - part.size()), part);
}

bool passes_value(const Filter::Test& test, std::string_view value) {
  const auto& first = test.values.front();
  switch (test.op) {
    case Operator::equal:
      return same_text(value, first);
    case Operator::not_equal:
      return !same_text(value, first);
    case Operator::in:
      return is_one_of(value, test.values);
    case Operator::not_in:
      return !is_one_of(value, test.values);
    case Operator::like:
      return contains_text(value, first);
    case Operator::not_like:
      return !contains_text(value, first);
    case Operator::starts_with:
      return value.size() >= first.size() && same_text(value.substr(0, first.size()), first);
    case Operator::ends_with:
      return ends_with(value, first);
    case Operator::is_empty:
      return value.empty();
    case Operator::is_not_empty:
      return !value.empty();
    case Operator::anything:
      return true;
    case Operator::between: {
      const auto kind = test.path.column().kind;
      return !value.empty() && compare_values(kind, value, test.values[0]) >= 0 &&
             compare_values(kind, value, test.values[1]) <= 0;
    }
    default:
      // An empty (null) value is neither less nor greater than anything.
      return !value.empty() &&
             passes_order(test.op, compare_values(test.path.column().kind, value, first));
  }
}

bool is_moment_test(const Filter::Test& test) {
  if (!test.path.direct() || test.path.steps[0].column != k_updated_on) return false;
  switch (test.op) {
    case Operator::equal:
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal:
      return true;
    default:
      return false;
  }
}

bool passes_moment(const Filter::Test& test, std::int64_t moment) {
  if (test.op == Operator::equal) return moment == test.moment;
  return passes_order(test.op, moment < test.moment ? -1 : moment > test.moment ? 1 : 0);
}

// Nothing when the clause cannot be read.
std::optional<Filter::Test> bind(const Instance& instance, const Table& table,
                                 const Condition& condition) {
  Filter::Test test;
  test.path = resolve_field(instance, table, condition.field);
  if (condition.op == Operator::unknown || test.path.empty()) return std::nullopt;
  test.op = condition.op;
  test.values = condition.values;
  if (test.op == Operator::same_as || test.op == Operator::not_same_as) {
    test.other = resolve_field(instance, table, condition.values.front());
    if (test.other.empty()) return std::nullopt;
  }
  if (is_moment_test(test)) {
    const auto moment = parse_utc(test.values.front());
    if (!moment) return std::nullopt;
    test.moment = *moment;
  }
  return test;
}

}  // namespace

FieldPath resolve_field(const Instance& instance, const Table& table, std::string_view name) {
  FieldPath path;
  const Table* at = &table;
  while (true) {
    const auto dot = name.find('.');
    const auto column = at->schema().find(name.substr(0, dot));
    if (!column) return {};
    path.steps.push_back({at, *column});
    if (dot == std::string_view::npos) return path;
    at = instance.table(at->schema().column(*column).target);
    if (!at) return {};
    name.remove_prefix(dot + 1);
  }
}

const Row* walk(const FieldPath& path, const Row& row) {
  const Row* at = &row;
  for (std::size_t i = 0; i + 1 < path.steps.size(); ++i) {
    Scratch scratch;
    const auto& step = path.steps[i];
    const auto id = value_of(step.table->schema(), *at, step.column, scratch);
    if (id.empty()) return nullptr;
    const Table* next = path.steps[i + 1].table;
    const auto found = next->find(Key(id));
    if (!found) return nullptr;
    at = &next->row(*found);
  }
  return at;
}

std::string_view path_value(const FieldPath& path, const Row& row, Scratch& scratch) {
  const Row* at = walk(path, row);
  if (!at) return {};
  const auto& last = path.steps.back();
  return value_of(last.table->schema(), *at, last.column, scratch);
}

Filter::Filter(const Instance& instance, const Table& table, const Query& query,
               InvalidClause invalid) {
  for (const auto& conjunction : query.groups) {
    auto& group = groups_.emplace_back();
    for (const auto& alternatives : conjunction) {
      Any any;
      for (const auto& condition : alternatives) {
        if (auto test = bind(instance, table, condition))
          any.push_back(*std::move(test));
        else if (invalid == InvalidClause::returns_nothing)
          nothing_ = true;
      }
      if (!any.empty()) group.push_back(std::move(any));
    }
  }
}

bool Filter::passes(const Test& test, const Row& row) {
  if (is_moment_test(test)) return passes_moment(test, row.updated_on);
  Scratch scratch;
  const auto value = path_value(test.path, row, scratch);
  if (test.op == Operator::same_as || test.op == Operator::not_same_as) {
    Scratch other;
    const bool same = value == path_value(test.other, row, other);
    return same == (test.op == Operator::same_as);
  }
  return passes_value(test, value);
}

bool Filter::matches(const Row& row) const {
  if (nothing_) return false;
  return std::any_of(groups_.begin(), groups_.end(), [&](const std::vector<Any>& group) {
    return std::all_of(group.begin(), group.end(), [&](const Any& any) {
      return std::any_of(any.begin(), any.end(),
                         [&](const Test& test) { return passes(test, row); });
    });
  });
}

const std::vector<Filter::Any>* Filter::conjunction() const {
  if (groups_.size() != 1) return nullptr;
  const auto& group = groups_.front();
  const bool plain =
      std::all_of(group.begin(), group.end(), [](const Any& any) { return any.size() == 1; });
  return plain ? &group : nullptr;
}

}  // namespace itsmc::sim::servicenow
