#include "cli/commands/typed_command.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "core/shell_words.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

std::size_t place_of(const std::string& option) {
  const auto fields = connection_fields();
  const ConnectionField* const field = find_connection_field(option);
  return field == nullptr ? fields.size() : static_cast<std::size_t>(field - fields.data());
}

void put(std::vector<FieldText>& options, const FieldText& option) {
  std::erase_if(options, [&option](const FieldText& one) { return one.name == option.name; });
  const auto after = std::find_if(options.begin(), options.end(), [&option](const FieldText& one) {
    return place_of(one.name) > place_of(option.name);
  });
  options.insert(after, option);
}

/// The one option that a hint's command has: "itsmc connection edit prod --url https://HOST".
std::vector<FieldText> option_in(const std::string& hint, const std::string& name) {
  const std::string begin = fmt::format("itsmc connection edit {} --", name);
  if (!hint.starts_with(begin)) return {};
  const std::vector<std::string> words = split(hint.substr(begin.size()), ' ');
  if (words.size() != 2 || words[1].ends_with(',') || words[1].ends_with(';')) return {};
  return {{words[0], words[1] == "''" ? std::string() : words[1]}};
}

}  // namespace

TypedCommand typed_command(std::string words, const Given& given,
                           const std::vector<FieldText>& asked) {
  TypedCommand command{std::move(words), {}};
  for (const auto& [option, values] : given.options) {
    if (!values.empty()) put(command.options, {option, values.back()});
  }
  for (const FieldText& field : asked) put(command.options, field);
  return command;
}

std::string to_line(const TypedCommand& command) {
  std::string line = "itsmc " + command.words;
  for (const auto& [name, value] : command.options) {
    const bool is_flag = value == "true" || value == "false";
    line += fmt::format(" --{}", name);
    if (!is_flag) line += ' ' + shell_quoted(value);
    if (value == "false") line += "=false";
  }
  return line;
}

TypedCommand with(TypedCommand command, const FieldText& option) {
  put(command.options, option);
  return command;
}

std::string led_back(std::string hint, const std::string& name) {
  struct Dead {
    std::string_view verb, instead;
  };
  constexpr std::array k_dead{
      Dead{"connection login", "the same command"}, Dead{"connection edit", "the same command"},
      Dead{"--debug connection test", "the same command with --debug"},
      Dead{"connection test", "the same command"}, Dead{"connection logout", "the same command"}};
  for (const Dead& dead : k_dead) {
    const std::string command = fmt::format("itsmc {} {}", dead.verb, name);
    for (std::size_t at = hint.find(command); at != std::string::npos; at = hint.find(command)) {
      const bool goes_on = hint.compare(at + command.size(), 3, " --") == 0;
      std::string instead(dead.instead);
      if (instead == "the same command") instead += goes_on ? " with" : " again";
      hint.replace(at, command.size(), instead);
    }
  }
  return hint;
}

std::string next_line(const TypedCommand& command, const std::string& hint,
                      const std::string& name) {
  const std::vector<FieldText> option = option_in(hint, name);
  if (!option.empty()) return to_line(with(command, option.front()));
  return "mend that, then: " + to_line(command);
}

}  // namespace itsmc::cli
