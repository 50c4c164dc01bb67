// $filter: read into a tree, held against rows (provance reference 4).
#pragma once
#include <memory>
#include <vector>

#include "dataverse/table.hpp"

namespace itsmc::sim::dataverse {

enum class Test { eq, ne, gt, ge, lt, le, contains, starts, ends };

// One node: a test of a column, or and/or/not of others.
struct Filter {
  enum class Shape { test, all, any, none };
  Shape shape = Shape::test;
  std::vector<Filter> parts;
  std::size_t column = 0;
  Test test = Test::eq;
  Value value;
};

// Throws Refusal with the product's words: unterminated literal, unknown property, operand types
// that do not fit (a quoted date).
Filter parse_filter(std::string_view text, const Schema& schema);
bool matches(const Filter& filter, const Table& table, const Row& row);

// The stretch of modifiedon outside of which nothing can match; both ends belong to it.
struct Stretch {
  std::int64_t from = INT64_MIN;
  std::int64_t to = INT64_MAX;
};
Stretch modified_stretch(const Filter& filter, const Schema& schema);

// Whether the text matches the pattern, case aside: % any run, _ one character, [abc] one of them.
bool like(std::string_view text, std::string_view pattern);

}  // namespace itsmc::sim::dataverse
