#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/item_draft.hpp"
#include "partners/servicenow_draft.hpp"
#include "partners/servicenow_records.hpp"

namespace itsmc::partners::servicenow {

/// What became of each field that was sent: a warning for each one that the answer does not have,
/// or has with another value (servicenow reference 4, 6.2).
[[nodiscard]] std::vector<std::string> compare_record(const FieldValues& sent,
                                                      const Record& answered);

/// The record as an item: of incident, change_request or em_alert. `base_url` is the connection's.
[[nodiscard]] FoundItem found_item(WorkItemType type, const Record& record,
                                   std::string_view base_url);

/// The fields that `found_item` reads, joined by commas.
[[nodiscard]] std::string_view found_fields(WorkItemType type) noexcept;

/// "incident", "change_request", "em_alert": where items of this type are found.
[[nodiscard]] std::string_view table_of(WorkItemType type) noexcept;

}  // namespace itsmc::partners::servicenow
