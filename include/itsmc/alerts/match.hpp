#pragma once

#include "itsmc/alerts/alert.hpp"
#include "itsmc/core/action.hpp"

namespace itsmc::alerts {

/// Whether every term of the action holds. Texts are compared without case, * stands for anything;
/// `target` is any of the alert's targets and configuration items. An alert without severity
/// matches no term about it. Pure.
[[nodiscard]] bool matches(const Action& action, const Alert& alert);

/// True when `text` fits `pattern`, in which * stands for any number of characters. Case ignored.
[[nodiscard]] bool fits(std::string_view text, std::string_view pattern) noexcept;

}  // namespace itsmc::alerts
