#include "azure/kql_evaluate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "azure/kql_functions.hpp"

namespace itsmc::sim::azure::kql {
namespace {

Compiled constant(std::string type, Value value) {
  return {std::move(type), [value](const Scope&) { return value; }};
}

Compiled compile_literal(const Token& token, const Surroundings& around) {
  switch (token.kind) {
    case TokenKind::text:
      return constant("string", Value::of_text(around.pool.keep(token.text)));
    case TokenKind::whole:
      return constant("long", Value::of_whole(token.whole));
    case TokenKind::real:
      return constant("real", Value::of_real(token.real));
    case TokenKind::span:
      return constant("timespan", Value::of_span(token.whole));
    default:
      return constant("bool", Value::of_truth(token.text == "true"));
  }
}

// Of + - * / %: spans and times win over numbers, a difference of times is a span.
std::string number_type(const std::string& name, const std::string& left,
                        const std::string& right) {
  const auto either = [&](const char* type) { return left == type || right == type; };
  if (name == "-" && left == "datetime" && right == "datetime") return "timespan";
  if (name == "/" && left == "timespan" && right == "timespan") return "real";
  for (const char* type : {"datetime", "timespan", "real", "long"}) {
    if (either(type)) return type;
  }
  return "long";
}

Value span_literal(const std::string& text) {
  const auto tokens = tokens_of(text);
  if (tokens.size() != 2 || tokens[0].kind != TokenKind::span) {
    throw Problem("SyntaxError", "timespan(" + text + ") could not be parsed");
  }
  return Value::of_span(tokens[0].whole);
}

std::string result_type(const Function& function, const std::vector<Compiled>& arguments) {
  if (function.type == "number") {
    return number_type(std::string(function.name), arguments[0].type, arguments[1].type);
  }
  if (function.type == "second") return arguments[1].type;
  return function.type.empty() ? arguments[0].type : std::string(function.type);
}

Compiled compile_call(const Expression& expression, const std::vector<ColumnInfo>& columns,
                      const Surroundings& around) {
  if (expression.name == "ingestion_time") {
    return {"datetime", [](const Scope& scope) {
              return scope.ingested == 0 ? Value{} : Value::of_instant(scope.ingested);
            }};
  }
  if (expression.name == "row_number") {
    return {"long", [](const Scope& scope) { return Value::of_whole(scope.index + 1); }};
  }
  if (expression.name == "timespan") {
    return constant("timespan", span_literal(expression.arguments[0].literal.text));
  }
  const auto* function = find_function(expression.name);
  if (!function) {
    throw Problem("SyntaxError", fmt::format("Unknown function: '{}'", expression.name));
  }
  const std::size_t count = expression.arguments.size();
  if (count < function->least || count > function->most) {
    throw Problem("SemanticError", fmt::format("Function '{}' cannot be called with {} arguments",
                                               expression.name, count));
  }
  std::vector<Compiled> arguments;
  for (const auto& argument : expression.arguments) {
    arguments.push_back(compile(argument, columns, around));
  }
  const std::string type = result_type(*function, arguments);
  return {type, [function, arguments, around, values = Row(count)](const Scope& scope) mutable {
            for (std::size_t i = 0; i < arguments.size(); ++i) {
              values[i] = arguments[i].run(scope);
            }
            return function->run(values, around);
          }};
}

}  // namespace

std::size_t column_index(const std::vector<ColumnInfo>& columns, const std::string& name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ColumnInfo& column) { return column.name == name; });
  if (found == columns.end()) {
    throw Problem("SemanticError",
                  fmt::format("Failed to resolve scalar expression named '{}'", name));
  }
  return static_cast<std::size_t>(found - columns.begin());
}

Compiled compile(const Expression& expression, const std::vector<ColumnInfo>& columns,
                 const Surroundings& around) {
  switch (expression.kind) {
    case Expression::Kind::literal:
      return compile_literal(expression.literal, around);
    case Expression::Kind::column: {
      const std::size_t index = column_index(columns, expression.name);
      return {columns[index].type, [index](const Scope& scope) { return scope.row[index]; }};
    }
    case Expression::Kind::star:
      throw Problem("SyntaxError", "Query could not be parsed at '*'");
    case Expression::Kind::call:
      break;
  }
  return compile_call(expression, columns, around);
}

}  // namespace itsmc::sim::azure::kql
