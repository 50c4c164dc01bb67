#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_draft.hpp"

namespace itsmc::partners {

/// The longest correlation id that any intake takes.
inline constexpr std::size_t k_longest_correlation_id = 100;

/// Throws Error(invalid) for an id that must not be sent: an empty one would match every record
/// without one.
void require_correlation_id(std::string_view id);

/// Throws Error(invalid) that names all of them, if there is one.
void refuse_problems(const std::vector<FieldProblem>& problems);

/// "WORDS web02 (cmdb_ci_server 9f..), ..": configuration items that a record has no room for, from
/// the one at `first` on.
[[nodiscard]] std::string name_items(std::string_view words, const std::vector<ConfigItem>& items,
                                     std::size_t first);

/// "did you mean "NEAR"? valid: A, B, C and 4 more"; `near` may be empty.
[[nodiscard]] std::string offer_choices(std::string_view near, std::vector<std::string> choices);

/// Valid UTF-8 is cut between characters, of which `max_length` are kept.
[[nodiscard]] std::string cut_text(std::string_view text, std::size_t max_length);
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace itsmc::partners
