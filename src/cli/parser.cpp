#include "cli/parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr const char* k_leave_away = "give it a value, or leave it away";
constexpr std::array<std::string_view, 2> k_secret_names{"password", "client-secret"};

std::string_view option_word(std::string_view argument) {
  return argument.substr(0, argument.find('='));
}

/// True when the argument is a known option whose value is the next argument.
bool takes_next(std::string_view argument, const OptionSet& common) {
  if (argument.find('=') != std::string_view::npos) return false;
  const Option* option = nullptr;
  if (argument.starts_with("--")) {
    option = common.find(argument.substr(2));
  } else if (argument.size() == 2) {
    option = common.find(argument[1]);
  }
  return option != nullptr && !option->value.empty();
}

/// Of a command whose operands are connections.
bool takes_bare_names(const OptionSet& options, std::string_view command) {
  const bool on_connections = command.starts_with("sync ") || command.starts_with("connection ");
  return on_connections && options.operand().name == "NAME";
}

/// What other tools call it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> k_words_elsewhere{
    {{"--json", "-o json"},
     {"--csv", "-o csv"},
     {"--format", "--output"},
     {"--columns", "--fields"},
     {"--verbose", "--debug"},
     {"--silent", "--quiet"}}};

/// Of the command's own options first: "--con" is its --connection, not the common --config-dir.
std::string nearest_option(std::string_view word, const OptionSet& options) {
  for (const auto& [elsewhere, here] : k_words_elsewhere) {
    if (word == elsewhere) return std::string(here);
  }
  // The dashes are no letters: with them "--by" would be half of "--ci".
  const std::size_t dashes = word.find_first_not_of('-');
  if (dashes == std::string_view::npos || word.size() - dashes < 2) return {};
  const std::string_view name = word.substr(dashes);
  std::vector<std::string> own, all;
  for (const Option& option : options.options()) {
    all.push_back(option.name);
    if (option.group == OptionGroup::command) own.push_back(option.name);
  }
  std::string near = nearest(name, own);
  if (!near.starts_with(name)) near = nearest(name, all);
  return near.empty() ? near : "--" + near;
}

Error unknown_option(std::string_view argument, const OptionSet& options,
                     std::string_view command) {
  const std::string word(option_word(argument));
  const ConnectionField* const field =
      word.starts_with("--") ? find_connection_field(word.substr(2)) : nullptr;
  if (field != nullptr && !command.starts_with("workspace")) {
    return {ErrorKind::usage,
            fmt::format("unknown option \"{}\": it is a field of the connection", word),
            fmt::format("itsmc connection edit NAME {}{}", word,
                        field->form == FieldForm::truth ? "" : " VALUE")};
  }
  if (takes_bare_names(options, command) && edit_distance(word, "--connection") <= 2) {
    return {ErrorKind::usage,
            fmt::format("unknown option \"{}\": names of connections stand as they are",
                        excerpt(word, 60)),
            fmt::format("itsmc {} NAME", command)};
  }
  const std::string near = nearest_option(word, options);
  std::string text = fmt::format("unknown option \"{}\"", excerpt(word, 60));
  if (!near.empty()) text += fmt::format(": did you mean \"{}\"?", near);
  return {ErrorKind::usage, std::move(text),
          command.empty() ? std::string("itsmc --help") : fmt::format("itsmc {} --help", command)};
}

/// CLI11 finds the options; values stay text, and its own help and messages are not used.
void declare(CLI::App& app, const Option& option) {
  std::string names = "--" + option.name;
  if (option.letter != 0) names = fmt::format("-{},{}", option.letter, names);
  if (option.value.empty()) {
    app.add_flag(names)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return;
  }
  app.add_option(names)->type_size(1)->expected(1)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
}

/// "--fields A,B" for a value that is missing.
std::string spelled_with_value(const Option& option) {
  const std::vector<std::string>& choices = option.set.choices();
  return fmt::format("--{} {}", option.name, choices.empty() ? option.value : join(choices, "|"));
}

Error unreadable(const CLI::ParseError& problem, const OptionSet& options,
                 std::string_view command) {
  // "--limit: 1 required TEXT missing": only the name is repeated, never a value.
  const std::string_view text = problem.what();
  const std::string_view name = text.substr(0, text.find(':'));
  const bool named = name.starts_with("-") && name.find(' ') == std::string_view::npos;
  const std::string_view word = option_word(name);
  const Option* const option = word.starts_with("--")
                                   ? options.find(word.substr(2))
                                   : options.find(word.size() == 2 ? word[1] : '\0');
  const bool lacks = named && option != nullptr && text.find("missing") != std::string_view::npos;
  if (lacks) {
    return {ErrorKind::usage,
            fmt::format("option \"{}\" lacks its value: {}", word, spelled_with_value(*option)),
            option->name == "fields" ? "--fields help lists the fields"
                                     : fmt::format("itsmc {} --help", command)};
  }
  return {ErrorKind::usage,
          named
              ? fmt::format("option \"{}\" cannot be read: it lacks its value, or has one too many",
                            option_word(name))
              : std::string("the arguments cannot be read"),
          fmt::format("itsmc {} --help", command)};
}

/// "-o=json": a letter's value stands as it is, or behind a space; "=json" is no format.
void refuse_equals_behind_letter(const OptionSet& options,
                                 const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return;
    if (argument.size() < 3 || argument[0] != '-' || argument[2] != '=') continue;
    const Option* const option = options.find(argument[1]);
    if (option == nullptr || option->value.empty()) continue;
    const std::string value = excerpt(argument.substr(3), 40);
    throw Error(
        ErrorKind::usage,
        fmt::format("\"{}\" is not how -{} is written", excerpt(argument, 40), option->letter),
        fmt::format("-{0} {1} or --{2}={1}", option->letter, value, option->name));
  }
}

/// Of what was typed; a variable that is empty counts as unset.
void refuse_blank(const std::string& text, std::string_view word, const std::string& hint) {
  if (!trim(text).empty()) return;
  throw Error(ErrorKind::usage, fmt::format("{} is empty", word), hint);
}

/// Calls `set` and says where a bad value stood.
void set_from(const Setter& set, const std::string& text, const std::string& where) {
  try {
    set(text);
  } catch (Error& error) {
    error.while_doing(where);
    throw;
  }
}

std::optional<std::string> variable_of(const Option& option, const Environment& environment) {
  if (option.sources == Sources::command_line) return std::nullopt;
  return from_environment(option.name, environment);
}

}  // namespace

std::optional<std::string> from_environment(std::string_view option,
                                            const Environment& environment) {
  std::optional<std::string> text = environment(environment_name(option));
  return text && !text->empty() ? text : std::nullopt;
}

CommandWords take_words(std::span<const std::string> arguments, const OptionSet& common) {
  CommandWords words;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool is_option = argument.size() > 1 && argument.front() == '-';
    const bool complete = !words.verb.empty();
    if (complete || argument == "--") {
      words.rest.insert(words.rest.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i),
                        arguments.end());
      return words;
    }
    if (is_option) {
      words.rest.push_back(argument);
      if (takes_next(argument, common) && i + 1 < arguments.size()) {
        words.rest.push_back(arguments[++i]);
      }
      continue;
    }
    if (!words.noun.empty() && verbs_of(words.noun).empty()) {
      words.rest.push_back(argument);  // query SQL, or an unknown noun
      continue;
    }
    (words.noun.empty() ? words.noun : words.verb) = argument;
  }
  return words;
}

void refuse_secret_values(std::span<const std::string> arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return;
    for (const std::string_view name : k_secret_names) {
      if (option_word(argument) != fmt::format("--{}", name)) continue;
      throw Error(
          ErrorKind::usage,
          fmt::format("--{0} takes no value: every user of this machine could read it in the list "
                      "of processes",
                      name),
          fmt::format("use --{0}-stdin, --{0}-file FILE, --{0}-command COMMAND or {1}; on a "
                      "terminal you are asked",
                      name, environment_name(name)));
    }
  }
}

Given read_arguments(const OptionSet& options, std::vector<std::string> arguments,
                     std::string_view command) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (const Option& option : options.options()) declare(app, option);
  refuse_equals_behind_letter(options, arguments);
  Given given;
  app.add_option("operands", given.operands);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 wants the last first
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& problem) {
    throw unreadable(problem, options, command);
  }
  for (const std::string& extra : app.remaining()) {
    if (extra != "--") throw unknown_option(extra, options, command);
  }
  for (const Option& option : options.options()) {
    const CLI::Option* const found = app.get_option("--" + option.name);
    if (found->count() > 0) given.options.emplace(option.name, found->results());
  }
  return given;
}

void apply(const OptionSet& options, const Given& given, const Environment& environment) {
  for (const Option& option : options.options()) {
    if (const auto found = given.options.find(option.name); found != given.options.end()) {
      for (const std::string& text : found->second) {
        if (option.blank == Blank::refused) refuse_blank(text, "--" + option.name, k_leave_away);
        set_from(option.set, text, "--" + option.name);
      }
      continue;
    }
    if (const std::optional<std::string> text = variable_of(option, environment)) {
      set_from(option.set, *text, environment_name(option.name));
    }
  }
}

void apply_defaults(const OptionSet& options, const Given& given, const Environment& environment,
                    std::span<const FieldText> defaults) {
  for (const FieldText& field : defaults) {
    const Option* const option = options.find(field.name);
    if (option == nullptr || option->sources != Sources::all) continue;
    if (given.options.contains(field.name) || variable_of(*option, environment)) continue;
    const Setter& set = option->set_default ? option->set_default : option->set;
    try {
      set(field.value);
    } catch (const Error&) {
      continue;  // another command's option of this name takes it, or the file was refused before
    }
  }
}

void apply_operands(const OptionSet& options, const std::vector<std::string>& words,
                    std::string_view command) {
  const Operand& operand = options.operand();
  const std::string hint = fmt::format("itsmc {} --help", command);
  // The words are not repeated: one may be a secret that slipped out of its place.
  if (operand.arity == Arity::none && !words.empty()) {
    const bool named = options.find("name") != nullptr;
    throw Error(ErrorKind::usage,
                fmt::format("\"itsmc {}\" takes no operands{}", command,
                            named ? ": the name goes behind --name" : ""),
                named ? fmt::format("itsmc {} --name NAME", command) : hint);
  }
  if (operand.arity == Arity::one && words.empty()) {
    const std::string choices = join(operand.set.choices(), ", ");
    throw Error(ErrorKind::usage,
                fmt::format("\"itsmc {}\" needs {}{}", command, operand.name,
                            choices.empty() ? "" : ": one of " + choices),
                hint);
  }
  if (operand.arity == Arity::two && words.size() != 2) {
    throw Error(ErrorKind::usage,
                fmt::format("\"itsmc {}\" needs {}: two words, {} were given", command,
                            operand.name, words.size()),
                hint);
  }
  const bool one_at_most = operand.arity != Arity::many && operand.arity != Arity::two;
  if (one_at_most && words.size() > 1) {
    throw Error(ErrorKind::usage,
                fmt::format("\"itsmc {}\" takes one {}, {} words were given", command, operand.name,
                            words.size()),
                hint);
  }
  for (const std::string& word : words) {
    refuse_blank(word, operand.name, hint);
    operand.set(word);
  }
}

}  // namespace itsmc::cli
