#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/work_item.hpp"
#include "partners/servicenow_records.hpp"

namespace itsmc::partners::servicenow {

/// One entry of a choice list. The same value comes once for each language.
struct ChoiceOption {
  std::string value, label, language;
};

/// What the instance's dictionary says about a field.
struct FieldRule {
  std::string type;            // "string", "reference", "journal_input", "glide_date_time"
  std::string reference;       // the table that a reference points into
  std::size_t max_length = 0;  // 0: not said
  bool mandatory = false;
};

/// A table's fields and choice lists, as far as the user may read them.
struct TableRules {
  std::string table;
  std::map<std::string, FieldRule, std::less<>> fields;  // empty: the dictionary is not readable
  std::map<std::string, std::vector<ChoiceOption>, std::less<>> choices;
  [[nodiscard]] const FieldRule* field(std::string_view name) const;
  /// Empty when the field has no choice list, or none that can be read.
  [[nodiscard]] std::span<const ChoiceOption> options(std::string_view name) const;
};

/// Takes rows of sys_dictionary in; the table's own row hides its parent's (task).
void add_fields(TableRules& rules, std::span<const Record> rows);
/// Takes rows of sys_choice in: the active ones, the table's own list instead of its parent's.
void add_choices(TableRules& rules, std::span<const Record> rows);
/// What every instance has in urgency and impact, where its own list cannot be read.
void add_built_in_choices(TableRules& rules, WorkItemType type);

/// The questions that `add_fields` and `add_choices` read the answers of.
[[nodiscard]] TableQuery dictionary_query(std::string_view table, std::string_view parent);
[[nodiscard]] TableQuery choices_query(std::string_view table, std::string_view parent,
                                       std::span<const std::string> elements);

/// A word of the user as the stored value, or why there is none.
struct Matched {
  std::string value, problem;
};
/// A code, a label, or a label without its number ("High" of "1 - High"); without regard to case.
/// The problem lists what is valid, and the nearest.
[[nodiscard]] Matched match_choice(std::span<const ChoiceOption> options, std::string_view word);

}  // namespace itsmc::partners::servicenow
