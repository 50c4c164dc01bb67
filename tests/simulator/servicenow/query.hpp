// Encoded queries as text: servicenow reference 3.1.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace itsmc::sim::servicenow {

enum class Operator {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  like,
  not_like,
  starts_with,
  ends_with,
  is_empty,
  is_not_empty,
  between,
  anything,
  same_as,
  not_same_as,
  unknown,
};

struct Condition {
  std::string field;
  Operator op = Operator::unknown;
  std::vector<std::string> values;
};

enum class Direction { ascending, descending };

struct Order {
  std::string field;
  Direction direction = Direction::ascending;
};

using Alternatives = std::vector<Condition>;    // any of them
using Conjunction = std::vector<Alternatives>;  // all of them

struct Query {
  std::vector<Conjunction> groups;  // any of them; never empty
  std::vector<Order> order;
};

// What "javascript:" values stand for, and the moment that relative ones count from.
struct QueryContext {
  std::string user_id;
  std::int64_t now = 0;
  std::int64_t zone_seconds = 0;  // of the session's user: gs.dateGenerate reads that zone
};

// active=true^stateIN1,2^ORshort_descriptionLIKEvpn^NQnumber=INC1^ORDERBYDESCsys_updated_on
// (servicenow reference 3.1; "^^" is a "^" inside a value.) Clauses that cannot be read get
// Operator::unknown: whether they are dropped or return nothing is the instance's property.
Query parse_query_text(std::string_view text, const QueryContext& context);

}  // namespace itsmc::sim::servicenow
