#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/item_draft.hpp"
#include "partners/servicenow_records.hpp"

namespace itsmc::partners::servicenow {

/// A template, and by which of the product's two ways it is used.
struct Template {
  enum class Kind { fields, standard_change } kind = Kind::fields;
  ItemTemplate told;
};

/// A row of sys_template. `row` may lack what the user may not read.
[[nodiscard]] Template parse_template(const Record& row);
/// The published standard changes: the answer of /api/sn_chg_rest/change/standard/template.
[[nodiscard]] std::vector<Template> parse_standard_templates(const nlohmann::json& answer);

/// "urgency=2^short_description=a ^^ b^EQ" as fields and values.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_template_fields(
    std::string_view text);

/// The template that `word` names, by id or by name without regard to case, or why there is none.
struct ChosenTemplate {
  const Template* found = nullptr;
  std::string problem;
};
[[nodiscard]] ChosenTemplate choose_template(const std::vector<Template>& templates,
                                             WorkItemType type, std::string_view word);

[[nodiscard]] TableQuery template_query();

}  // namespace itsmc::partners::servicenow
