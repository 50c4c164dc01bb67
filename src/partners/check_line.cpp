#include "partners/check_line.hpp"

#include <algorithm>
#include <utility>

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

std::string read_check(WorkItemType type) {
  return "read-" + std::string(to_string(type));
}

bool syncs(const Connection& connection, WorkItemType type) noexcept {
  const auto& wanted = connection.work_items;
  return std::find(wanted.begin(), wanted.end(), type) != wanted.end();
}

}  // namespace itsmc::partners
