#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "itsmc/core/error.hpp"

namespace itsmc::partners::cherwell {

/// The error members that any answer may carry, whatever its status (cherwell reference 11).
struct InBandError {
  std::string code, message;
  [[nodiscard]] bool any() const noexcept { return !code.empty() || !message.empty(); }
};
/// The error of an answer that says it has one; empty for a good answer.
[[nodiscard]] InBandError in_band_error(const nlohmann::json& answer);
/// As a failure of its own kind: INSUFFICIENTRIGHTS is denied, ...NOTFOUND is not_found.
[[nodiscard]] Error to_error(const InBandError& error, int status);

}  // namespace itsmc::partners::cherwell
