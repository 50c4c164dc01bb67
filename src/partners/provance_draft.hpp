#pragma once

#include <stop_token>
#include <vector>

#include "itsmc/core/table_profile.hpp"
#include "partners/provance_metadata.hpp"

namespace itsmc::partners::provance {

/// The tables that could hold one type, the likeliest first; only the first has its columns.
struct Candidates {
  WorkItemType type = WorkItemType::incident;
  std::vector<TableFacts> tables;
};

/// Of all tables those whose names fit the type, the likeliest first. A publisher's own table comes
/// before the platform's: it was made for this. Pure.
[[nodiscard]] std::vector<TableFacts> likely_tables(WorkItemType type,
                                                    const std::vector<TableFacts>& all);

/// Candidates for every type. Throws Error.
[[nodiscard]] std::vector<Candidates> read_metadata(const Organisation& organisation,
                                                    const std::stop_token& stop);

/// The draft: for each type the first table, and for each field the column whose name fits best.
/// Pure. Throws Error(not_found) when no table fits any type.
[[nodiscard]] ProfileDraft draft_from(const std::vector<Candidates>& candidates);

}  // namespace itsmc::partners::provance
