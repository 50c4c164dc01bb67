#pragma once

#include <string>
#include <string_view>

namespace itsmc {

/// How a connection's name, a field or an option stands in a variable: "prod-eu" is PROD_EU.
[[nodiscard]] std::string environment_word(std::string_view name);

/// An option's variable: "ITSMC_SYNC_DAYS" for "sync-days".
[[nodiscard]] std::string environment_name(std::string_view option);

}  // namespace itsmc
