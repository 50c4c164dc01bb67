#include "cli/when.hpp"

#include <fmt/format.h>

#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {

Timestamp read_when(std::string_view option, const std::string& text, Timestamp now) {
  if (const std::optional<Timestamp> time = parse_rfc3339(text)) return *time;
  if (const auto back = parse_duration(text)) return now - *back;
  throw Error(ErrorKind::usage,
              fmt::format("{}: \"{}\" is neither a time nor a duration", option, excerpt(text, 40)),
              fmt::format("{0} 2026-06-20, {0} 2026-06-20T08:00:00Z or {0} 2h", option));
}

}  // namespace itsmc::cli
