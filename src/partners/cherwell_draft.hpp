#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_draft.hpp"
#include "partners/cherwell_object.hpp"

namespace itsmc::partners::cherwell {

/// What finds a work item again: it stands at the end of the description, for Cherwell knows no key
/// of the caller's (cherwell reference 7). No character of it but "_" and "%" of a key means
/// anything to a search by "contains"; brackets would.
[[nodiscard]] std::string mark_of(std::string_view correlation_id);
/// The key of the last mark in a description; empty without one.
[[nodiscard]] std::string key_in(std::string_view description);

/// The record that is sent; what the instance would refuse; what had to give way.
struct RecordDraft {
  FieldValues fields;
  std::vector<FieldProblem> problems;
  std::vector<std::string> warnings;
};

/// The fields of an Incident or ChangeRequest. Their lists are in `rules`. A customer is still to
/// be looked up when CustomerRecID holds an e-mail address. Pure.
[[nodiscard]] RecordDraft draft_record(const ItemDraft& draft, const ObjectRules& rules);
/// `given` by the same rules, for changes and configuration items.
[[nodiscard]] RecordDraft check_fields(const FieldValues& given, const ObjectRules& rules);
/// Required fields that have no value, as problems.
[[nodiscard]] std::vector<FieldProblem> missing_fields(const FieldValues& fields,
                                                       const ObjectRules& rules);

/// The fields whose lists a draft needs.
[[nodiscard]] std::vector<std::string> choice_fields(const ItemDraft& draft);

/// "1" (highest) to "5" by urgency and impact, each High, Medium or Low, or 1, 2 or 3; whatever
/// else counts as Medium.
[[nodiscard]] std::string usual_priority(std::string_view urgency, std::string_view impact);

/// A note as fields: appended to Comments, or to the description, before its mark. `now` is the
/// row.
[[nodiscard]] FieldValues note_fields(std::string_view note, const ObjectRules& rules,
                                      const Row& now);

/// The state that ends a work item of this object: Resolved where there is one.
[[nodiscard]] std::string end_state(const ObjectRules& rules);

[[nodiscard]] bool has_field(const FieldValues& fields, std::string_view name);
/// Sets it, over what it had.
void set_field(FieldValues& fields, std::string_view name, std::string value);

/// {"busObId":..,"busObRecId":"","fields":[{"dirty":true,..}],..}; an empty `id` makes a row.
[[nodiscard]] nlohmann::json save_body(const ObjectRules& rules, const std::string& id,
                                       const FieldValues& fields);

}  // namespace itsmc::partners::cherwell
