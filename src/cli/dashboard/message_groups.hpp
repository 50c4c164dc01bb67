#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "itsmc/client/dashboard.hpp"

namespace itsmc::cli {

/// Runs of one connection that ended alike, of whatever type.
struct MessageGroup {
  std::string connection;
  std::vector<WorkItemType> types;    // each once, in the order of the products' types
  std::string status, message, hint;  // without the connection's name, which stands before it
  std::int64_t runs = 0;
  std::optional<Timestamp> last;
};
/// Equal messages in one, each where its first stands. A hint is told once: the first keeps it.
/// Pure.
[[nodiscard]] std::vector<MessageGroup> group_messages(std::span<const store::RunMessage> messages);
/// "incident, change-request". Pure.
[[nodiscard]] std::string words_of(std::span<const WorkItemType> types);

}  // namespace itsmc::cli
