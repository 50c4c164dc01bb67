#pragma once

#include <cstdint>
#include <string>

#include "itsmc/core/error.hpp"

namespace itsmc {

enum class CheckStatus : std::uint8_t { ok, warning, failed, skipped };

/// One line of `connection test`.
struct Check {
  std::string check;  // "dns", "sign-in", "read-incident"...
  CheckStatus status = CheckStatus::ok;
  std::string message;                      // what was found
  std::string cause;                        // why, when not ok
  std::string hint;                         // the next command, or the click path in the product
  ErrorKind kind = ErrorKind::unavailable;  // of a failed check: decides the exit code
};

}  // namespace itsmc
