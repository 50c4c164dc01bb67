#include "cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::size_t k_text_column = 28;
constexpr std::size_t k_least_beside = 40;  // with less room beside it, a text goes below its word
constexpr std::size_t k_indent_below = 6;

/// Lines that were broken by hand stay so where they fit, else the text is broken anew.
std::string fitted(std::string_view text, std::size_t width) {
  std::size_t widest = 0;
  for (const std::string& line : split(text, '\n')) widest = std::max(widest, line.size());
  if (widest <= width) return std::string(text);
  return wrapped(join(split(text, '\n'), " "), width, 0);
}

/// "  left    text", the text on its own line when the left side is long or the line short.
std::string row(std::string_view left, std::string_view text, std::size_t width) {
  if (width < k_text_column + k_least_beside) {
    const std::size_t room = width > k_indent_below ? width - k_indent_below : 1;
    return fmt::format("  {}\n{:{}}{}\n", left, "", k_indent_below,
                       wrapped(text, room, k_indent_below));
  }
  const std::string right = wrapped(text, width - k_text_column, k_text_column);
  if (left.size() + 4 > k_text_column) {
    return fmt::format("  {}\n{:{}}{}\n", left, "", k_text_column, right);
  }
  return fmt::format("  {:<{}}{}\n", left, k_text_column - 2, right);
}

std::string spelled(const Option& option) {
  std::string left = option.letter == 0 ? std::string("    ") : fmt::format("-{}, ", option.letter);
  left += "--" + option.name;
  if (!option.value.empty()) left += " " + option.value;
  return left;
}

std::string group(const OptionSet& options, OptionGroup which, std::string_view title,
                  std::size_t width) {
  std::string text;
  for (const Option& option : options.options()) {
    if (option.group == which) text += row(spelled(option), option.help, width);
  }
  return text.empty() ? text : fmt::format("\n{}:\n{}", title, text);
}

std::string examples_of(std::string_view examples) {
  std::string text = "\nExample:\n";
  for (const std::string& line : split(examples, '\n')) text += fmt::format("  {}\n", line);
  return text;
}

/// Paragraphs as they are given hold no line ends: they are broken here.
std::string paragraph(std::string_view text, std::size_t width) {
  return fmt::format("{}\n", wrapped(text, std::min(width, k_help_width - 10), 0));
}

}  // namespace

std::string spelled(const Operand& operand) {
  switch (operand.arity) {
    case Arity::none:
      return {};
    case Arity::one:
    case Arity::two:
      return " " + operand.name;
    case Arity::maybe:
      return fmt::format(" [{}]", operand.name);
    case Arity::many:
      return fmt::format(" [{}...]", operand.name);
  }
  return {};
}

std::string words_of(const Command& command) {
  return command.verb.empty() ? std::string(command.noun)
                              : fmt::format("{} {}", command.noun, command.verb);
}

std::string help_of_all(std::size_t width) {
  std::string text = fitted(
      "itsmc brings the work items of IT service management products into one local store and\n"
      "shows them: ServiceNow, Cherwell, Provance and System Center Service Manager.",
      width);
  text += "\n\nUsage: itsmc NOUN VERB [operands] [options]\n\nCommands:\n";
  for (const Noun& noun : nouns()) {
    const std::vector<std::string> verbs = verbs_of(noun.name);
    text += row(noun.name,
                verbs.empty() ? std::string(noun.summary)
                              : fmt::format("{}: {}", noun.summary, join(verbs, ", ")),
                width);
  }
  text += examples_of(
      "itsmc connection add prod --partner servicenow --url https://acme.service-now.com\n"
      "itsmc sync run\n"
      "itsmc workitem list --open --type incident");
  text += "\nTopics, itsmc help TOPIC:\n";
  for (const Topic& topic : topics()) text += row(topic.name, topic.summary, width);
  text += '\n';
  text += fitted(
      "itsmc NOUN VERB --help shows a command's options. Every long option can also be set\n"
      "by a variable: --sync-days is ITSMC_SYNC_DAYS.",
      width);
  return text + '\n';
}

std::string help_of_noun(const Noun& noun, std::size_t width) {
  std::string text = fmt::format("{}\n\nUsage: itsmc {} VERB [operands] [options]\n\nVerbs:\n",
                                 noun.summary, noun.name);
  std::string_view example;
  for (const Command& command : commands()) {
    if (command.noun != noun.name) continue;
    text += row(command.verb, command.summary, width);
    if (example.empty()) example = command.examples;
  }
  text += examples_of(example.substr(0, example.find('\n')));
  text += fmt::format("\nitsmc {} VERB --help shows a verb's options.\n", noun.name);
  return text;
}

std::string help_of_command(const Command& command, const OptionSet& options, std::size_t width) {
  std::string text =
      fmt::format("{}\n\nUsage: itsmc {}{} [options]\n", fitted(command.summary, width),
                  words_of(command), spelled(options.operand()));
  if (!command.about.empty()) text += fmt::format("\n{}\n", fitted(command.about, width));
  if (options.operand().arity != Arity::none) {
    text += "\nOperands:\n" + row(options.operand().name, options.operand().help, width);
  }
  text += group(options, OptionGroup::command, "Options", width);
  text += group(options, OptionGroup::common, "Common options", width);
  return text + examples_of(command.examples);
}

std::string help_of_topic(const Topic& topic, std::size_t width) {
  std::string text = fmt::format("{}\n", fitted(topic.summary, width));
  for (const TopicPart& part : topic.parts()) {
    text += part.title.empty() ? "\n" : fmt::format("\n{}\n", part.title);
    if (!part.text.empty()) text += paragraph(part.text, width);
    if (!part.text.empty() && !part.rows.empty()) text += "\n";
    for (const TopicRow& line : part.rows) text += row(line.word, line.meaning, width);
  }
  return text;
}

}  // namespace itsmc::cli
