#include "cli/dashboard/message_groups.hpp"

#include <algorithm>

#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

/// The ledger's messages begin with their connection, as errors on the terminal do.
std::string without_name(const store::RunMessage& one) {
  std::string_view text = one.message;
  if (text.starts_with(one.connection + ": ")) text.remove_prefix(one.connection.size() + 2);
  return std::string(text);
}

void add_to(MessageGroup& group, const store::RunMessage& one) {
  const auto place = std::lower_bound(group.types.begin(), group.types.end(), one.type);
  if (place == group.types.end() || *place != one.type) group.types.insert(place, one.type);
  group.runs += one.runs;
  group.last = std::max(group.last, one.last);
}

}  // namespace

std::vector<MessageGroup> group_messages(std::span<const store::RunMessage> messages) {
  std::vector<MessageGroup> groups;
  std::vector<std::string> hints;
  for (const store::RunMessage& one : messages) {
    const std::string message = without_name(one);
    const auto alike = [&](const MessageGroup& group) {
      return group.connection == one.connection && group.status == one.status &&
             group.message == message;
    };
    auto group = std::find_if(groups.begin(), groups.end(), alike);
    if (group == groups.end()) {
      group = groups.insert(groups.end(), {.connection = one.connection,
                                           .types = {},
                                           .status = one.status,
                                           .message = message,
                                           .hint = {},
                                           .last = one.last});
    }
    add_to(*group, one);
    const bool told = std::find(hints.begin(), hints.end(), one.hint) != hints.end();
    if (one.hint.empty() || told || !group->hint.empty()) continue;
    hints.push_back(one.hint);
    group->hint = one.hint;
  }
  return groups;
}

std::string words_of(std::span<const WorkItemType> types) {
  std::vector<std::string> words;
  for (const WorkItemType type : types) words.emplace_back(to_string(type));
  return join(words, ", ");
}

}  // namespace itsmc::cli
