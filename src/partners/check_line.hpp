#pragma once

#include <string>
#include <string_view>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/error.hpp"

// Lines of `connection test`, as every partner's examination writes them.

namespace itsmc::partners {

[[nodiscard]] Check good_line(std::string check, std::string message);
[[nodiscard]] Check skipped_line(std::string check, std::string message);
/// With the error's words as the cause, and its hint and kind.
[[nodiscard]] Check bad_line(CheckStatus status, std::string check, std::string message,
                             const Error& error);

/// "read-incident".
/// What a read check counted, and that it is not what a sync brings: "24,645 rows in incident, of
/// any age; a sync brings those changed last within 30 days".
[[nodiscard]] std::string counted_rows(std::int64_t rows, std::string_view table,
                                       const Connection& connection);
[[nodiscard]] std::string read_check(WorkItemType type);
[[nodiscard]] bool syncs(const Connection& connection, WorkItemType type) noexcept;

}  // namespace itsmc::partners
