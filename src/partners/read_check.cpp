#include "partners/read_check.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "itsmc/core/figures.hpp"

namespace itsmc::partners {

std::string counted_rows(std::int64_t rows, std::string_view table, const Connection& connection) {
  return fmt::format("{} rows in {}, of any age; a sync brings those changed last within {} days",
                     with_separators(rows), table, connection.sync_days);
}

std::string read_check(WorkItemType type) {
  return "read-" + std::string(to_string(type));
}

bool syncs(const Connection& connection, WorkItemType type) noexcept {
  const auto& wanted = connection.work_items;
  return std::find(wanted.begin(), wanted.end(), type) != wanted.end();
}

}  // namespace itsmc::partners
