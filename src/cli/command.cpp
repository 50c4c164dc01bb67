#include "cli/command.hpp"

namespace itsmc::cli {

const Command* find_command(std::string_view noun, std::string_view verb) noexcept {
  for (const Command& command : commands()) {
    if (command.noun == noun && command.verb == verb) return &command;
  }
  return nullptr;
}

const Noun* find_noun(std::string_view name) noexcept {
  for (const Noun& noun : nouns()) {
    if (noun.name == name) return &noun;
  }
  return nullptr;
}

std::vector<std::string> verbs_of(std::string_view noun) {
  std::vector<std::string> verbs;
  for (const Command& command : commands()) {
    if (command.noun == noun && !command.verb.empty()) verbs.emplace_back(command.verb);
  }
  return verbs;
}

}  // namespace itsmc::cli
