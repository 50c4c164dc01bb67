#include "cli/command.hpp"

#include <algorithm>
#include <utility>

#include "cli/globals.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::cli {
namespace {

/// A value is a setting when one of the commands takes it: the others pass over it.
Setter either(Setter one, Setter other) {
  std::vector<std::string> choices = one.choices();
  return {[one = std::move(one), other = std::move(other)](const std::string& text) {
            try {
              one(text);
            } catch (const Error& refused) {
              try {
                other(text);
              } catch (const Error&) {
                throw Error(refused);
              }
            }
          },
          std::move(choices)};
}

}  // namespace

SettingsOptions settings_options() {
  SettingsOptions settings;
  settings.globals = std::make_shared<GlobalOptions>();
  OptionSet all;
  add_globals(all, *settings.globals);
  for (const Command& command : commands()) settings.actions.push_back(command.build(all));
  // Where two commands know an option, the one that ranks it below a connection's field counts.
  for (const Option& option : all.options()) {
    if (option.sources != Sources::all) continue;
    const auto before =
        std::find_if(settings.options.begin(), settings.options.end(),
                     [&option](const Option& known) { return known.name == option.name; });
    if (before == settings.options.end()) {
      settings.options.push_back(option);
    } else if (option.set_default) {
      *before = option;
    } else {
      before->set = either(before->set, option.set);
    }
  }
  return settings;
}

std::vector<std::string> names_of(const SettingsOptions& settings) {
  std::vector<std::string> names;
  names.reserve(settings.options.size());
  for (const Option& option : settings.options) names.push_back(option.name);
  return names;
}

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
