#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_draft.hpp"
#include "partners/intake_words.hpp"
#include "partners/servicenow_rules.hpp"

namespace itsmc::partners::servicenow {

using FieldValues = std::vector<std::pair<std::string, std::string>>;

/// What marks the records that we make, beside their correlation id (servicenow reference 6.1).
inline constexpr std::string_view k_correlation_display = "itsmc";

/// The record that is sent, in stored values; what the instance would refuse; what had to give way.
struct RecordDraft {
  FieldValues fields;
  std::vector<FieldProblem> problems;
  std::vector<std::string> warnings;
};

/// Whether fields without a value are asked for; the instance fills a standard change's itself.
enum class Required { here, by_instance };
/// The fields of `draft` over those of its template. References by name are still names:
/// `names_to_resolve` tells them. Pure.
[[nodiscard]] RecordDraft draft_record(const ItemDraft& draft, const TableRules& rules,
                                       const FieldValues& of_template,
                                       Required required = Required::here);

/// A resolution's note: where it is longer than close_notes the whole goes into the work notes.
[[nodiscard]] FieldValues closing_notes(const std::string& note, const TableRules& rules);

/// `given` as stored values by the same rules: for changes.
[[nodiscard]] RecordDraft check_fields(const FieldValues& given, const TableRules& rules);

/// A reference that was given by name.
struct NamedReference {
  std::size_t place = 0;  // in RecordDraft::fields
  std::string field, table, name;
};
[[nodiscard]] std::vector<NamedReference> names_to_resolve(const RecordDraft& record,
                                                           const TableRules& rules);

/// The elements whose choice lists a draft needs.
[[nodiscard]] std::vector<std::string> choice_elements(const ItemDraft& draft,
                                                       const FieldValues& of_template);

/// {"short_description":"..",...}, in this order.
[[nodiscard]] std::string record_body(const FieldValues& fields);

}  // namespace itsmc::partners::servicenow
