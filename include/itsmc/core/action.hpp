#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/work_item.hpp"

namespace itsmc {

/// One condition of an action: "rule=CPU*", "severity<=2".
struct MatchTerm {
  std::string key;   // rule, severity, target, service or signal
  std::string sign;  // "=", "!=", "<", "<=", ">", ">=" (the last four of severity only)
  std::string value;
  friend bool operator==(const MatchTerm&, const MatchTerm&) = default;
};

/// A saved recipe that turns an alert into a work item: what stands in actions/NAME.toml. A value.
struct Action {
  std::string name, connection;
  WorkItemType type = WorkItemType::incident;
  std::vector<MatchTerm> match;  // all must hold; none: every alert
  std::string per = "alert";     // alert, rule, ci or row
  std::string on_resolve = "resolve";
  std::string urgency, impact, category, template_name;  // empty: from the alert's severity
  std::vector<std::pair<std::string, std::string>> set, resolve_set;
};

/// One row of the action field table: flags, TOML keys, help and checks read it. All are text.
struct ActionField {
  std::string_view name, value, help, fallback{};
};
[[nodiscard]] std::span<const ActionField> action_fields() noexcept;
[[nodiscard]] const ActionField* find_action_field(std::string_view name) noexcept;

/// A checked action, or every problem at once (then `action` is not to be used).
struct CheckedAction {
  Action action;
  std::vector<FieldProblem> problems;
};
/// Pure. `set` and `resolve-set` are FIELD=VALUE, one a line.
[[nodiscard]] CheckedAction check_action(std::string_view name, std::span<const FieldText> fields);
/// The non-default fields as words: what actions/NAME.toml holds.
[[nodiscard]] std::vector<FieldText> to_fields(const Action& action);

}  // namespace itsmc
