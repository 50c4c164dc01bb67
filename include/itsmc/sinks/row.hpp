#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/item_filter.hpp"
#include "itsmc/core/sync_report.hpp"

namespace itsmc::sinks {

// A value of more than 64 KB would be cut without a word (azure reference 2.2; bytes or UTF-16
// units, nobody says: bytes are the smaller number). The rest is for the marker.
inline constexpr std::size_t k_max_value_bytes = 64'000;

/// "connection/type/id".
[[nodiscard]] std::string record_key(const StoredItem& stored);
/// "2026-06-20T08:00:00.000Z", with "/0000000007" behind it when the product counts its changes.
[[nodiscard]] std::string record_version(const StoredItem& stored);

/// A work item as a row of ServiceDesk_CL: appends one JSON object, absent values left out. A value
/// that is too long ends in a visible marker; its column's name is put into `cut`.
///   {"TimeGenerated":"2026-06-20T08:00:00Z","RecordKey_s":"prod/incident/1c74..",..}
void append_row(const StoredItem& stored, std::string_view time_generated, std::string& out,
                std::vector<std::string_view>& cut);

/// A line of the ledger as a row of ServiceDeskLog_CL.
void append_log_row(const LedgerLine& line, std::string_view time_generated, std::string& out);

}  // namespace itsmc::sinks
