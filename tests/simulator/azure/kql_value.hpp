// Values, columns and rows of a query.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "azure/row_store.hpp"

namespace itsmc::sim::azure::kql {

// A time or a span counts ticks of 100 ns, times since 1970.
inline constexpr std::int64_t k_ticks_a_ms = 10'000;

enum class Kind : std::uint8_t {
  null,
  text,
  whole,
  real,
  boolean,
  instant,
  span,
  dynamic,  // text holds JSON
};

// One cell. Texts are views: the relation's rows keep what they look into.
struct Value {
  Kind kind = Kind::null;
  union {
    std::int64_t whole = 0;
    double real;
    bool truth;
  };
  std::string_view text;

  static Value of_text(std::string_view value) { return make(Kind::text, value); }
  static Value of_dynamic(std::string_view json) { return make(Kind::dynamic, json); }
  static Value of_whole(std::int64_t value) { return make_whole(Kind::whole, value); }
  static Value of_instant(std::int64_t ticks) { return make_whole(Kind::instant, ticks); }
  static Value of_span(std::int64_t ticks) { return make_whole(Kind::span, ticks); }
  static Value of_truth(bool value) {
    Value out;
    out.kind = Kind::boolean;
    out.truth = value;
    return out;
  }
  static Value of_real(double value) {
    Value out;
    out.kind = Kind::real;
    out.real = value;
    return out;
  }
  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
  [[nodiscard]] bool is_true() const { return kind == Kind::boolean && truth; }
  [[nodiscard]] bool is_number() const { return kind == Kind::whole || kind == Kind::real; }
  [[nodiscard]] double number() const {
    return kind == Kind::real ? real : static_cast<double>(whole);
  }

 private:
  static Value make(Kind kind, std::string_view text) {
    Value out;
    out.kind = kind;
    out.text = text;
    return out;
  }
  static Value make_whole(Kind kind, std::int64_t value) {
    Value out;
    out.kind = kind;
    out.whole = value;
    return out;
  }
};

// As answers spell them: string int long real bool datetime timespan guid dynamic.
struct ColumnInfo {
  std::string name;
  std::string type;
};

using Row = std::vector<Value>;

// Texts that were made while a query ran. Not thread-safe.
class TextPool {
 public:
  std::string_view keep(std::string text) {
    texts_.push_back(std::move(text));
    return texts_.back();
  }

 private:
  std::deque<std::string> texts_;
};

// Rows with what keeps their texts alive.
struct Relation {
  std::vector<ColumnInfo> columns;
  std::vector<Row> rows;
  std::vector<std::int64_t> ingested;  // ticks of each row; empty: not known any more
  std::vector<BatchPtr> held;
};

// What the product says about a query that it cannot run.
struct Problem : std::runtime_error {
  Problem(std::string the_code, const std::string& message)
      : std::runtime_error(message), code(std::move(the_code)) {}
  std::string code;  // "SyntaxError" or "SemanticError"
};

// <0, 0, >0; nulls first. Numbers compare as numbers, texts by their bytes.
int compare(const Value& left, const Value& right);
// "2021-12-08T23:51:14.1104269Z" without the zeros at the fraction's end.
std::string instant_text(std::int64_t ticks);
// "1.02:03:04" as timespans are written.
std::string span_text(std::int64_t ticks);
// What tostring() makes of it; null is "".
std::string text_of(const Value& value);
// JSON of a cell in an answer: dynamic arrives as a string.
void append_json(const Value& value, std::string& out);
// Bytes that are equal exactly when the values are: a group's key.
void append_key(const Value& value, std::string& out);

}  // namespace itsmc::sim::azure::kql
