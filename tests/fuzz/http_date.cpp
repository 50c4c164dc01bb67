#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "itsmc/core/time.hpp"

using namespace itsmc;

/// Reads anything as each sort of time; what was readable must come back from its own text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto date = parse_http_date(text);
  if (date && parse_rfc3339(format_rfc3339(*date)) != date) std::abort();
  const auto time = parse_rfc3339(text);
  // A zone may carry a time just beyond the years that can be written.
  const bool in_range = time && time->time_since_epoch() >= std::chrono::seconds(-62'167'219'200) &&
                        time->time_since_epoch() < std::chrono::seconds(253'402'300'800);
  if (in_range && parse_rfc3339(format_rfc3339(*time)) != time) std::abort();
  const auto duration = parse_duration(text);
  if (duration && format_duration(*duration).empty()) std::abort();
  return 0;
}
