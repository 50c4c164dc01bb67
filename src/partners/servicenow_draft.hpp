#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_draft.hpp"
#include "partners/servicenow_rules.hpp"

namespace itsmc::partners::servicenow {

using FieldValues = std::vector<std::pair<std::string, std::string>>;

/// What marks the records that we make, beside their correlation id (servicenow reference 6.1).
inline constexpr std::string_view k_correlation_display = "itsmc";
/// correlation_id's length (servicenow reference 4).
inline constexpr std::size_t k_longest_correlation_id = 100;

/// Throws Error(invalid) for an id that must not be sent: an empty one would match every record
/// without one.
void require_correlation_id(std::string_view id);

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

/// "web02 (cmdb_ci_server)" and so on: configuration items that the record has no room for.
[[nodiscard]] std::string name_items(std::string_view words, const std::vector<ConfigItem>& items,
                                     std::size_t first);

/// {"short_description":"..",...}, in this order.
[[nodiscard]] std::string record_body(const FieldValues& fields);

/// Text of at most `max_length` characters of UTF-8.
[[nodiscard]] std::string cut_text(std::string_view text, std::size_t max_length);

}  // namespace itsmc::partners::servicenow
