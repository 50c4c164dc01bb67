#include <algorithm>

#include "dataverse/filter.hpp"

namespace itsmc::sim::dataverse {
namespace {

bool compared(Test test, std::weak_ordering order) {
  switch (test) {
    case Test::eq:
      return order == 0;
    case Test::ne:
      return order != 0;
    case Test::gt:
      return order > 0;
    case Test::ge:
      return order >= 0;
    case Test::lt:
      return order < 0;
    default:
      return order <= 0;
  }
}

bool tested(const Filter& filter, const Table& table, const Row& row) {
  Value made;
  const Value& value = table.look(row, filter.column, made);
  if (is_null(filter.value) || is_null(value)) {
    // A row without a value differs from every value (general knowledge), and is neither more nor
    // less than any.
    const bool same = is_null(filter.value) == is_null(value);
    return filter.test == Test::eq ? same : filter.test == Test::ne && !same;
  }
  if (filter.test <= Test::le) return compared(filter.test, compare(value, filter.value));
  std::string pattern;
  if (filter.test != Test::starts) pattern += '%';
  pattern += std::get<std::string>(filter.value);
  if (filter.test != Test::ends) pattern += '%';
  return like(std::get<std::string>(value), pattern);
}

void narrow(const Filter& filter, std::size_t modified, Stretch& stretch) {
  if (filter.shape == Filter::Shape::all) {
    for (const auto& part : filter.parts) narrow(part, modified, stretch);
    return;
  }
  if (filter.shape != Filter::Shape::test || filter.column != modified) return;
  const auto* moment = std::get_if<std::int64_t>(&filter.value);
  if (!moment) return;
  if (filter.test == Test::gt || filter.test == Test::ge || filter.test == Test::eq) {
    stretch.from = std::max(stretch.from, *moment);
  }
  if (filter.test == Test::lt || filter.test == Test::le || filter.test == Test::eq) {
    stretch.to = std::min(stretch.to, *moment);
  }
}

// How many characters of the pattern stand for one of the text; `hit` says whether it is this one.
std::size_t step(std::string_view pattern, char c, bool& hit) {
  if (pattern.front() == '[') {
    const auto close = pattern.find(']');
    if (close != std::string_view::npos) {
      hit = std::any_of(pattern.begin() + 1, pattern.begin() + static_cast<std::ptrdiff_t>(close),
                        [&](char one) { return folded(one) == folded(c); });
      return close + 1;
    }
  }
  hit = pattern.front() == '_' || folded(pattern.front()) == folded(c);
  return 1;
}

}  // namespace

bool like(std::string_view text, std::string_view pattern) {
  while (!pattern.empty()) {
    if (pattern.front() == '%') {
      pattern.remove_prefix(1);
      if (pattern.empty()) return true;
      for (std::size_t i = 0; i <= text.size(); ++i)
        if (like(text.substr(i), pattern)) return true;
      return false;
    }
    if (text.empty()) return false;
    bool hit = false;
    const auto length = step(pattern, text.front(), hit);
    if (!hit) return false;
    text.remove_prefix(1);
    pattern.remove_prefix(length);
  }
  return text.empty();
}

bool matches(const Filter& filter, const Table& table, const Row& row) {
  const auto one = [&](const Filter& part) { return matches(part, table, row); };
  switch (filter.shape) {
    case Filter::Shape::all:
      return std::all_of(filter.parts.begin(), filter.parts.end(), one);
    case Filter::Shape::any:
      return std::any_of(filter.parts.begin(), filter.parts.end(), one);
    case Filter::Shape::none:
      return !one(filter.parts.front());
    default:
      return tested(filter, table, row);
  }
}

Stretch modified_stretch(const Filter& filter, const Schema& schema) {
  Stretch stretch;
  if (const auto modified = schema.attribute("modifiedon")) narrow(filter, *modified, stretch);
  return stretch;
}

}  // namespace itsmc::sim::dataverse
