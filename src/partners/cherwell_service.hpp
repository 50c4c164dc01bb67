#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/time.hpp"

namespace itsmc::partners::cherwell {

/// What the instance says of itself (cherwell reference 3).
struct ServiceInfo {
  std::string api_version, csm_version, culture;
  /// Of its clock, now; absent when nothing it says tells.
  std::optional<std::chrono::minutes> utc_offset;
  std::string offset_source;  // "systemUtcOffset", "systemDateTime", "timeZone"
};
/// `served_at` is the answer's own Date: what a local time without an offset is compared with.
[[nodiscard]] ServiceInfo parse_service_info(const nlohmann::json& answer, Timestamp served_at);

/// "-05:00", "+05:30".
[[nodiscard]] std::string format_offset(std::chrono::minutes offset);

}  // namespace itsmc::partners::cherwell
