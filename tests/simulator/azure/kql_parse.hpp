// A query as a tree: the subset that the simulator answers.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "azure/kql_tokens.hpp"

namespace itsmc::sim::azure::kql {

// Signs and operators are calls too: {"==", [left, right]}.
struct Expression {
  enum class Kind { literal, column, call, star };
  Kind kind = Kind::literal;
  std::string name;  // of the column or the call
  Token literal;     // kind text, whole, real, span, or name ("true", "null")
  std::vector<Expression> arguments;
};

// "Name = expression", or the expression alone.
struct NamedExpression {
  std::string name;
  Expression expression;
};

struct Ordering {
  Expression expression;
  bool ascending = false;
  bool nulls_first = false;
};

struct Pipeline;

struct Operator {
  std::string name;  // "where", "summarize" ...
  std::vector<NamedExpression> columns;
  std::vector<NamedExpression> by;
  std::vector<Ordering> order;
  std::int64_t count = 0;        // of take and top
  std::vector<Pipeline> others;  // of union
};

// A table or function (or a union of such, or a print) and what is done with it.
struct Pipeline {
  std::string table;             // empty: `others` or `printed`
  std::vector<Pipeline> others;  // of "union A, B"
  std::vector<NamedExpression> printed;
  std::vector<Operator> operators;
};

struct Parsed {
  Pipeline pipeline;
  std::string problem;             // empty: none
  std::vector<std::string> names;  // every name in the text, for choosing columns to load
};

// Never throws: a text that is not in the subset comes back with its problem.
Parsed parse(std::string_view query);

}  // namespace itsmc::sim::azure::kql
