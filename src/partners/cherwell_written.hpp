#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/error.hpp"
#include "itsmc/core/item_draft.hpp"
#include "partners/cherwell_object.hpp"

namespace itsmc::partners::cherwell {

/// The RecID of what was saved. Throws Error(denied|not_found|protocol) for a 200 that says it
/// failed, by hasError or by fieldValidationErrors, naming each field with the server's words, and
/// Error(protocol) for one that names no row.
[[nodiscard]] std::string read_saved(const nlohmann::json& answer, const ObjectRules& rules);

/// A warning for each field that the row does not have as it was sent.
[[nodiscard]] std::vector<std::string> compare_row(const FieldValues& sent,
                                                   const ObjectRules& rules, const Row& row);

/// The fields that `found_item` reads, and Description.
[[nodiscard]] std::vector<const FieldRule*> found_fields(const ObjectRules& rules);
/// A row of Incident or ChangeRequest as an item. Resolved is over.
[[nodiscard]] FoundItem found_item(const ObjectRules& rules, const Row& row);

/// Says that an answer which claims a row made none.
[[nodiscard]] Error nothing_made(std::string_view object, std::string_view why);
/// True for an answer that refuses: what was asked for may have been done all the same.
[[nodiscard]] bool is_refusal(const Error& error) noexcept;

}  // namespace itsmc::partners::cherwell
