// summarize: groups and what is computed of each.
#include <algorithm>
#include <memory>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "azure/kql_run.hpp"

namespace itsmc::sim::azure::kql {
namespace {

// What one aggregate remembers of one group.
struct State {
  std::int64_t count = 0;
  Value best;
  std::size_t best_row = 0;
  bool any = false;
  double real = 0;
  std::int64_t whole = 0;
  std::unique_ptr<std::set<std::string>> seen;
};

enum class Aggregate { count, countif, dcount, sum, min, max, avg, arg_max, arg_min, take_any };

struct AggregateName {
  std::string_view name;
  Aggregate what;
};

constexpr AggregateName k_aggregates[] = {
    {"count", Aggregate::count},     {"countif", Aggregate::countif},
    {"dcount", Aggregate::dcount},   {"sum", Aggregate::sum},
    {"min", Aggregate::min},         {"max", Aggregate::max},
    {"avg", Aggregate::avg},         {"arg_max", Aggregate::arg_max},
    {"arg_min", Aggregate::arg_min}, {"take_any", Aggregate::take_any},
    {"any", Aggregate::take_any},    {"count_distinct", Aggregate::dcount},
};

// One aggregate of the list: how it is fed and which columns it gives.
struct Plan {
  Aggregate what = Aggregate::count;
  Compiled argument;
  std::vector<ColumnInfo> columns;
  std::vector<std::size_t> carried;  // columns of the row that arg_max and take_any keep
  bool shows_best = true;            // arg_max shows its own argument first
};

std::string default_name(const std::string& function, const Expression& expression) {
  const bool column =
      !expression.arguments.empty() && expression.arguments[0].kind == Expression::Kind::column;
  return function + "_" + (column ? expression.arguments[0].name : "");
}

void carry(Plan& plan, const Relation& input, const Expression& list, std::size_t from,
           const std::set<std::string>& taken) {
  for (std::size_t i = from; i < list.arguments.size(); ++i) {
    const auto& one = list.arguments[i];
    if (one.kind == Expression::Kind::star) {
      for (std::size_t j = 0; j < input.columns.size(); ++j) {
        if (taken.contains(input.columns[j].name)) continue;
        plan.carried.push_back(j);
        plan.columns.push_back(input.columns[j]);
      }
    } else if (one.kind == Expression::Kind::column) {
      const auto index = column_index(input.columns, one.name);
      plan.carried.push_back(index);
      plan.columns.push_back(input.columns[index]);
    } else {
      throw Problem("SyntaxError", "only columns can be kept by " + list.name);
    }
  }
}

Plan plan_of(const NamedExpression& one, const Relation& input, const Surroundings& around,
             std::set<std::string> taken) {
  const Expression& call = one.expression;
  const auto* found = std::find_if(
      std::begin(k_aggregates), std::end(k_aggregates), [&](const AggregateName& known) {
        return call.kind == Expression::Kind::call && known.name == call.name;
      });
  if (found == std::end(k_aggregates)) {
    throw Problem("SyntaxError", "summarize needs an aggregate function");
  }
  Plan plan;
  plan.what = found->what;
  const std::string name = one.name.empty() ? default_name(call.name, call) : one.name;
  if (plan.what == Aggregate::count) {
    plan.columns.push_back({name, "long"});
    return plan;
  }
  if (call.arguments.empty()) throw Problem("SyntaxError", call.name + "() needs an argument");
  if (plan.what == Aggregate::take_any) {
    plan.shows_best = false;
    carry(plan, input, call, 0, taken);
    return plan;
  }
  plan.argument = compile(call.arguments[0], input.columns, around);
  if (plan.what == Aggregate::arg_max || plan.what == Aggregate::arg_min) {
    const bool column = call.arguments[0].kind == Expression::Kind::column;
    const std::string shown = !one.name.empty() ? one.name
                              : column          ? call.arguments[0].name
                                                : default_name(call.name, call);
    plan.columns.push_back({shown, plan.argument.type});
    if (column) taken.insert(call.arguments[0].name);
    carry(plan, input, call, 1, taken);
    return plan;
  }
  const bool counts = plan.what == Aggregate::countif || plan.what == Aggregate::dcount;
  const bool averages = plan.what == Aggregate::avg;
  plan.columns.push_back({name, counts ? "long" : averages ? "real" : plan.argument.type});
  return plan;
}

// Whether a value takes the place of the best so far; ties stay with the first.
bool is_better(Aggregate what, const State& state, const Value& value) {
  if (!state.any) return true;
  const int order = compare(value, state.best);
  const bool least = what == Aggregate::min || what == Aggregate::arg_min;
  return least ? order < 0 : order > 0;
}

void feed(const Plan& plan, State& state, const Scope& scope) {
  const auto row = static_cast<std::size_t>(scope.index);
  if (plan.what == Aggregate::count) {
    ++state.count;
    return;
  }
  if (plan.what == Aggregate::take_any) {
    if (!state.any) state.best_row = row;
    state.any = true;
    return;
  }
  const Value value = plan.argument.run(scope);
  const bool keeps_row = plan.what == Aggregate::arg_max || plan.what == Aggregate::arg_min;
  if (plan.what == Aggregate::countif) {
    state.count += value.is_true() ? 1 : 0;
  } else if (plan.what == Aggregate::dcount) {
    if (value.is_null()) return;
    if (!state.seen) state.seen = std::make_unique<std::set<std::string>>();
    std::string key;
    append_key(value, key);
    state.seen->insert(std::move(key));
  } else if (value.is_null() && !keeps_row) {
    return;
  } else if (plan.what == Aggregate::sum || plan.what == Aggregate::avg) {
    ++state.count;
    state.real += value.number();
    state.whole += value.kind == Kind::real ? 0 : value.whole;
    state.best.kind = value.kind;
  } else if (is_better(plan.what, state, value)) {
    state.best = value;
    state.best_row = row;
    state.any = true;
  }
}

Value sum_of(const State& state) {
  if (state.best.kind == Kind::real) return Value::of_real(state.real);
  Value out = Value::of_whole(state.whole);
  if (state.best.kind == Kind::span) out.kind = Kind::span;
  return out;
}

void finish(const Plan& plan, const State& state, const Relation& input, Row& out) {
  switch (plan.what) {
    case Aggregate::count:
    case Aggregate::countif:
      out.push_back(Value::of_whole(state.count));
      return;
    case Aggregate::dcount:
      out.push_back(
          Value::of_whole(state.seen ? static_cast<std::int64_t>(state.seen->size()) : 0));
      return;
    case Aggregate::sum:
      out.push_back(sum_of(state));
      return;
    case Aggregate::avg:
      out.push_back(state.count == 0
                        ? Value{}
                        : Value::of_real(state.real / static_cast<double>(state.count)));
      return;
    case Aggregate::min:
    case Aggregate::max:
      out.push_back(state.best);
      return;
    default:
      break;
  }
  if (plan.shows_best) out.push_back(state.best);
  for (const auto index : plan.carried) {
    out.push_back(state.any ? input.rows[state.best_row][index] : Value{});
  }
}

struct Group {
  Row keys;
  std::vector<State> states;
};

struct Grouping {
  std::vector<Compiled> keys;
  std::vector<ColumnInfo> columns;
  std::set<std::string> names;  // of plain columns
};

Grouping grouping_of(const Operator& what, const Relation& input, const Surroundings& around) {
  Grouping out;
  for (std::size_t i = 0; i < what.by.size(); ++i) {
    const auto& one = what.by[i];
    out.keys.push_back(compile(one.expression, input.columns, around));
    std::string name = one.name;
    const auto& expression = one.expression;
    if (name.empty() && expression.kind == Expression::Kind::column) name = expression.name;
    const bool bins = expression.kind == Expression::Kind::call && !expression.arguments.empty() &&
                      expression.arguments[0].kind == Expression::Kind::column;
    if (name.empty() && bins) name = expression.arguments[0].name;
    if (name.empty()) name = fmt::format("Column{}", i + 1);
    out.names.insert(name);
    out.columns.push_back({name, out.keys.back().type});
  }
  return out;
}

}  // namespace

Relation summarize(const Operator& what, const Relation& input, const Surroundings& around) {
  const Grouping grouping = grouping_of(what, input, around);
  std::vector<Plan> plans;
  for (const auto& one : what.columns) plans.push_back(plan_of(one, input, around, grouping.names));
  std::unordered_map<std::string, std::size_t> by_key;
  std::vector<Group> groups;
  if (grouping.keys.empty()) {
    groups.push_back({{}, std::vector<State>(plans.size())});
    by_key.emplace("", 0);
  }
  std::string key;
  Row keys(grouping.keys.size());
  for (std::size_t i = 0; i < input.rows.size(); ++i) {
    const Scope scope{input.rows[i], input.ingested.empty() ? 0 : input.ingested[i],
                      static_cast<std::int64_t>(i)};
    key.clear();
    for (std::size_t j = 0; j < keys.size(); ++j) {
      keys[j] = grouping.keys[j].run(scope);
      append_key(keys[j], key);
    }
    const auto [found, is_new] = by_key.try_emplace(key, groups.size());
    if (is_new) groups.push_back({keys, std::vector<State>(plans.size())});
    Group& group = groups[found->second];
    for (std::size_t j = 0; j < plans.size(); ++j) feed(plans[j], group.states[j], scope);
  }
  Relation out;
  out.held = input.held;
  out.columns = grouping.columns;
  for (const auto& plan : plans) {
    out.columns.insert(out.columns.end(), plan.columns.begin(), plan.columns.end());
  }
  for (auto& group : groups) {
    Row row = std::move(group.keys);
    for (std::size_t j = 0; j < plans.size(); ++j) finish(plans[j], group.states[j], input, row);
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace itsmc::sim::azure::kql
