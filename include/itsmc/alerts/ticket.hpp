#pragma once

#include <optional>
#include <string>
#include <vector>

#include "itsmc/alerts/alert.hpp"
#include "itsmc/core/item_draft.hpp"

namespace itsmc::alerts {

/// For what one work item stands (product.md section 7).
enum class Per : std::uint8_t { alert, rule, ci, row };

/// A work item as an alert or a log row means it: the words, what it affects, and its key.
struct Ticket {
  ItemDraft draft;  // correlation_id is the key
  std::vector<CiQuery> cis;
  std::string alert_id, rule;
  std::optional<Timestamp> fired_at;
  bool over = false;
  std::string note;  // what is written when it is over, or when it is added to another's item
};

/// Most that a description holds, in bytes; what is left out is said in the text. ServiceNow's
/// description is 4,000 characters and cut without a word.
inline constexpr std::size_t k_longest_description = 3'900;

/// The tickets of an alert. per ci: one for each configuration item; per row: one for each row that
/// the payload has; either gives one where there is none. Pure; the keys are the same in every
/// version:
///   alert "ALERT-ID", rule "rule:HASH", ci "ALERT-ID:ci:HASH", row "ALERT-ID:row:HASH".
[[nodiscard]] std::vector<Ticket> tickets_of(const Alert& alert, Per per);

/// Tickets of log rows: one a row (its key is a hash over the row), or one for all.
enum class RowsPer : std::uint8_t { row, all };
[[nodiscard]] std::vector<Ticket> tickets_of(const Rows& rows, const std::string& title,
                                             RowsPer per);

/// Urgency and impact ("High", "Medium", "Low") that a severity stands for: the documented map.
/// Sev0 High/High, Sev1 High/Medium, Sev2 Medium/Medium, Sev3 Medium/Low, Sev4 Low/Low. An alert
/// without a severity counts as Sev3.
struct Weight {
  std::string_view urgency, impact;
};
[[nodiscard]] Weight weight_of(int severity) noexcept;
/// The severity of a ServiceNow event, by the vendor's own map for Azure: 1, 2, 4, 4, 5
/// (servicenow reference 6.3).
[[nodiscard]] int event_severity_of(int severity) noexcept;

}  // namespace itsmc::alerts
