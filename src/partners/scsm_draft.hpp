#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/connection.hpp"
#include "itsmc/core/item_draft.hpp"
#include "partners/scsm_status.hpp"

// Writing by the contract itsmc-scsm/1: bodies, and what answers say (scsm reference 5).

namespace itsmc::partners::scsm {

/// The list that a member of a new incident takes its value from; empty: any text.
[[nodiscard]] std::string_view list_of_member(std::string_view member) noexcept;
/// The members with a list.
[[nodiscard]] std::vector<std::string> listed_members();

/// What a draft is checked against: as far as the instance could be read.
struct IncidentRules {
  std::map<std::string, std::vector<ListMember>, std::less<>> lists;  // by the list's name
  std::vector<ItemTemplate> templates;
};

/// A draft in the contract's members: choices are ids, where the list is known.
struct IncidentDraft {
  std::vector<std::pair<std::string, std::string>> members;  // in the order of the contract
  std::vector<FieldProblem> problems;
  [[nodiscard]] std::string body() const;  // JSON
};
/// Pure. The correlation id is not looked at by the checks.
[[nodiscard]] IncidentDraft draft_incident(const ItemDraft& draft, const IncidentRules& rules);

/// A warning for each member that the answer lacks, or has with another value.
[[nodiscard]] std::vector<std::string> compare_incident(const IncidentDraft& sent,
                                                        const nlohmann::json& answer);

/// A work item's JSON. Resolved counts as ended here: nobody waits for the alert any more. Throws
/// Error(protocol) for an answer without ids.
[[nodiscard]] FoundItem parse_found(const nlohmann::json& item, const StatusRule& statuses);

/// The active ones of {"value":[..]}.
[[nodiscard]] std::vector<ConfigItem> parse_config_items(const nlohmann::json& answer);
/// Throws Error(protocol) for one without an id: nothing was made.
[[nodiscard]] ConfigItem parse_config_item(const nlohmann::json& item);

/// The templates of {"value":[..]}; those on another projection than alerts can use say so.
[[nodiscard]] std::vector<ItemTemplate> parse_templates(const nlohmann::json& answer);

}  // namespace itsmc::partners::scsm
