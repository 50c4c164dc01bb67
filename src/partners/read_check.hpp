#pragma once

#include <string>
#include <string_view>

#include "itsmc/core/connection.hpp"

// What every partner's examination says of the types it reads.

namespace itsmc::partners {

/// What a read check counted, and that it is not what a sync brings: "24,645 rows in incident, of
/// any age; a sync brings those changed last within 30 days".
[[nodiscard]] std::string counted_rows(std::int64_t rows, std::string_view table,
                                       const Connection& connection);
/// "read-incident".
[[nodiscard]] std::string read_check(WorkItemType type);
[[nodiscard]] bool syncs(const Connection& connection, WorkItemType type) noexcept;

}  // namespace itsmc::partners
