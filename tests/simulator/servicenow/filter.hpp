// Queries bound to a table: fields resolved (dot-walks too), rows judged.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servicenow/instance.hpp"
#include "servicenow/query.hpp"

namespace itsmc::sim::servicenow {

// assigned_to.name: the columns to walk, all but the last references. Empty when there is no such
// field. Valid as long as the instance is.
struct FieldPath {
  struct Step {
    const Table* table = nullptr;
    ColumnNumber column = 0;
  };
  std::vector<Step> steps;

  [[nodiscard]] bool empty() const { return steps.empty(); }
  [[nodiscard]] bool direct() const { return steps.size() == 1; }
  [[nodiscard]] const Column& column() const {
    return steps.back().table->schema().column(steps.back().column);
  }
};

FieldPath resolve_field(const Instance& instance, const Table& table, std::string_view name);

// The row that the path's last column is read from; nullptr when a reference on the way is empty
// or points nowhere.
const Row* walk(const FieldPath& path, const Row& row);
// The value at the end of the path, "" when there is none.
std::string_view path_value(const FieldPath& path, const Row& row, Scratch& scratch);

// What an instance does with a clause it cannot read (servicenow reference 2.8).
enum class InvalidClause { dropped, returns_nothing };

// A query bound to one table. Immutable; valid as long as the instance is.
class Filter {
 public:
  struct Test {
    FieldPath path;
    Operator op = Operator::unknown;
    std::vector<std::string> values;
    std::int64_t moment = 0;  // of a comparison on sys_updated_on
    FieldPath other;          // of SAMEAS
  };
  using Any = std::vector<Test>;

  Filter(const Instance& instance, const Table& table, const Query& query, InvalidClause invalid);
  [[nodiscard]] bool matches(const Row& row) const;
  [[nodiscard]] bool returns_nothing() const { return nothing_; }
  // The tests of a query that is one plain conjunction without ORs; nullptr for any other.
  [[nodiscard]] const std::vector<Any>* conjunction() const;
  static bool passes(const Test& test, const Row& row);

 private:
  std::vector<std::vector<Any>> groups_;
  bool nothing_ = false;
};

}  // namespace itsmc::sim::servicenow
