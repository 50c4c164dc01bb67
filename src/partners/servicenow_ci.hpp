#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/item_draft.hpp"
#include "itsmc/partners/intake.hpp"
#include "partners/servicenow_records.hpp"

namespace itsmc::partners::servicenow {

/// What a server is made as when its class is not known.
inline constexpr std::string_view k_usual_class = "cmdb_ci_server";
/// The discovery source of what we make, unless discovery_source is set.
inline constexpr std::string_view k_usual_source = "Other Automated";

/// One question of a search, and what its answers must be: the instance drops clauses that it does
/// not know and answers with all that is left (servicenow reference 2.8).
struct CiStep {
  enum class Match { id, resource, fqdn, name, short_of, fqdn_of, ip } match = Match::name;
  std::string word;
  std::string table = "cmdb_ci";
};
/// The steps in the order of servicenow reference 7; the first that finds anything ends the search.
[[nodiscard]] std::vector<CiStep> ci_steps(const CiQuery& query);
[[nodiscard]] TableQuery ci_question(const CiStep& step);
/// Those of the rows that the step means and that are in use: neither retired or absent nor a
/// duplicate of another.
[[nodiscard]] std::vector<ConfigItem> ci_answers(const CiStep& step, const Records& records);

[[nodiscard]] ConfigItem config_item(const Record& record);

/// The payload of the identification and reconciliation engine, and its data source.
struct CiPayload {
  std::string body, source;
};
[[nodiscard]] CiPayload ci_payload(const CiDraft& draft);

/// What the engine did with one item.
struct CiOutcome {
  std::string id, klass, operation;
};
enum class IreCall { dry_run, commit };
/// Throws Error: ambiguous (MULTI_MATCH), protocol where nothing usable was made or would be, with
/// the engine's own words. `source` is for the hint.
[[nodiscard]] CiOutcome read_ire(const nlohmann::json& answer, IreCall call,
                                 std::string_view source);

}  // namespace itsmc::partners::servicenow
