#include "partners/check_line.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "itsmc/core/figures.hpp"

namespace itsmc::partners {

Check good_line(std::string check, std::string message) {
  return {.check = std::move(check), .message = std::move(message), .cause = {}, .hint = {}};
}

Check skipped_line(std::string check, std::string message) {
  return {.check = std::move(check),
          .status = CheckStatus::skipped,
          .message = std::move(message),
          .cause = {},
          .hint = {}};
}

Check bad_line(CheckStatus status, std::string check, std::string message, const Error& error) {
  return {.check = std::move(check),
          .status = status,
          .message = std::move(message),
          .cause = error.text(),
          .hint = error.hint(),
          .kind = error.kind()};
}

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
