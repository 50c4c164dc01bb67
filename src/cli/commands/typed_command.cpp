#include "cli/commands/typed_command.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "core/environment_words.hpp"
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

/// The one option that a hint has behind `begin`: "itsmc connection edit prod --url https://HOST".
std::vector<FieldText> option_in(const std::string& hint, const std::string& begin) {
  if (!hint.starts_with(begin)) return {};
  const std::vector<std::string> words = split(hint.substr(begin.size()), ' ');
  if (words.size() != 2 || words[1].ends_with(',') || words[1].ends_with(';')) return {};
  return {{words[0], words[1] == "''" ? std::string() : words[1]}};
}

/// "behind a proxy: the same command with --proxy URL" for each place where it is named.
std::string named_once(std::string hint, const std::string& command) {
  constexpr std::string_view k_same = "the same command";
  for (std::size_t at = hint.find(command); at != std::string::npos; at = hint.find(command, at)) {
    const bool goes_on = hint.compare(at + command.size(), 3, " --") == 0;
    hint.replace(at, command.size(), fmt::format("{}{}", k_same, goes_on ? " with" : " again"));
  }
  return hint;
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
  const std::vector<FieldText> option =
      option_in(hint, fmt::format("itsmc connection edit {} --", name));
  if (option.empty()) return "mend that, then: " + to_line(command);
  const FieldText& named = option.front();
  const bool adds = command.words.starts_with("connection add");
  if (!adds || !named.value.empty()) return to_line(with(command, named));
  // A new connection has nothing that could be emptied: what was given is left away.
  TypedCommand less = command;
  const auto given = std::erase_if(
      less.options, [&named](const FieldText& one) { return one.name == named.name; });
  return given > 0 ? to_line(less)
                   : fmt::format("unset {}, then: {}", environment_name(named.name), to_line(less));
}

std::string typed_out(const TypedCommand& command, const std::string& hint) {
  const std::string bare = "itsmc " + command.words;
  const std::size_t at = hint.find(bare);
  if (at == std::string::npos) return hint;
  if (hint == bare) return "mend that, then: " + to_line(command);
  const std::vector<FieldText> option = option_in(hint, bare + " --");
  if (!option.empty()) return to_line(with(command, option.front()));
  if (hint.find(bare, at + 1) == std::string::npos) {
    return std::string(hint).replace(at, bare.size(), to_line(command));
  }
  return fmt::format("{}; that command: {}", named_once(hint, bare), to_line(command));
}

}  // namespace itsmc::cli
