#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/item_draft.hpp"
#include "itsmc/core/time.hpp"
#include "partners/servicenow_draft.hpp"

namespace itsmc::partners::servicenow {

/// Where events go: JSON records, inserted without em_event's business rules (reference 6.3).
inline constexpr std::string_view k_event_path = "/api/global/em/jsonv2";

/// An event's fields in stored values, what is wrong with it, and what had to give way. The draft's
/// correlation id is its message key: the same key updates one alert, severity 0 closes it. Pure.
[[nodiscard]] RecordDraft draft_event(const ItemDraft& draft, Timestamp now);

/// What of an alert makes the event that closes it: the same key and the same place.
[[nodiscard]] FieldValues clearing_event(const Record& alert, std::string_view note, Timestamp now);

/// {"records":[{...}]}
[[nodiscard]] std::string event_body(const FieldValues& fields);

/// How many events the answer says were taken; absent when it says nothing of the kind.
[[nodiscard]] std::optional<int> inserted_events(const nlohmann::json& answer);

}  // namespace itsmc::partners::servicenow
