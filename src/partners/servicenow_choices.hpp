#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/partners/servicenow_page.hpp"

namespace itsmc::partners::servicenow {

/// One row of the table sys_choice.
struct ChoiceRow {
  std::string id, table, element, value, label, language;
  bool inactive = false;
};

/// {"result":[{"sys_id":"..","name":"incident","element":"state","value":"1","label":"New",
/// "language":"en","inactive":"false"},..]}, servicenow reference 4. Rows without a value or label
/// are left out. Throws Error(protocol) when there is no result.
[[nodiscard]] std::vector<ChoiceRow> parse_choice_rows(const nlohmann::json& answer);

/// What people see of each code: the table's own active English row, then the parent's (task); a
/// retired row or another language where there is neither; the built-in label where there is no
/// row.
[[nodiscard]] Choices choose_labels(WorkItemType type, std::span<const ChoiceRow> rows);

/// The encoded query for every choice that `map` needs.
[[nodiscard]] std::string choice_query(const FieldMap& map, std::string_view after_id);

}  // namespace itsmc::partners::servicenow
