#pragma once

#include <string_view>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/check.hpp"

namespace itsmc::client {

inline constexpr std::string_view k_store_check = "store";

/// Whether a sync could write the store. Makes nothing. Never throws for what it finds.
[[nodiscard]] Check check_store(const Platform& platform);

}  // namespace itsmc::client
