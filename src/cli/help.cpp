#include "cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::size_t k_text_column = 28;
constexpr std::size_t k_line_width = 100;

/// "  left    text", the text on its own line when the left side is long.
std::string row(std::string_view left, std::string_view text) {
  const std::string right = wrapped(text, k_line_width - k_text_column, k_text_column);
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

std::string group(const OptionSet& options, OptionGroup which, std::string_view title) {
  std::string text;
  for (const Option& option : options.options()) {
    if (option.group == which) text += row(spelled(option), option.help);
  }
  return text.empty() ? text : fmt::format("\n{}:\n{}", title, text);
}

std::string examples_of(std::string_view examples) {
  std::string text = "\nExample:\n";
  for (const std::string& line : split(examples, '\n')) text += fmt::format("  {}\n", line);
  return text;
}

/// Paragraphs as they are given hold no line ends: they are broken here.
std::string paragraph(std::string_view text) {
  return fmt::format("{}\n", wrapped(text, k_line_width - 10, 0));
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

std::string help_of_all() {
  std::string text =
      "itsmc brings the work items of IT service management products into one local store and\n"
      "shows them: ServiceNow, Cherwell, Provance and System Center Service Manager.\n"
      "\nUsage: itsmc NOUN VERB [operands] [options]\n\nCommands:\n";
  for (const Noun& noun : nouns()) {
    const std::vector<std::string> verbs = verbs_of(noun.name);
    text += row(noun.name, verbs.empty() ? std::string(noun.summary)
                                         : fmt::format("{}: {}", noun.summary, join(verbs, ", ")));
  }
  text += examples_of(
      "itsmc connection add prod --partner servicenow --url https://acme.service-now.com\n"
      "itsmc sync run\n"
      "itsmc workitem list --open --type incident");
  text += "\nTopics, itsmc help TOPIC:\n";
  for (const Topic& topic : topics()) text += row(topic.name, topic.summary);
  text +=
      "\nitsmc NOUN VERB --help shows a command's options. Every long option can also be set\n"
      "by a variable: --sync-days is ITSMC_SYNC_DAYS.\n";
  return text;
}

std::string help_of_noun(const Noun& noun) {
  std::string text = fmt::format("{}\n\nUsage: itsmc {} VERB [operands] [options]\n\nVerbs:\n",
                                 noun.summary, noun.name);
  std::string_view example;
  for (const Command& command : commands()) {
    if (command.noun != noun.name) continue;
    text += row(command.verb, command.summary);
    if (example.empty()) example = command.examples;
  }
  text += examples_of(example.substr(0, example.find('\n')));
  text += fmt::format("\nitsmc {} VERB --help shows a verb's options.\n", noun.name);
  return text;
}

std::string help_of_command(const Command& command, const OptionSet& options) {
  std::string text = fmt::format("{}\n\nUsage: itsmc {}{} [options]\n", command.summary,
                                 words_of(command), spelled(options.operand()));
  if (!command.about.empty()) text += fmt::format("\n{}\n", command.about);
  if (options.operand().arity != Arity::none) {
    text += "\nOperands:\n" + row(options.operand().name, options.operand().help);
  }
  text += group(options, OptionGroup::command, "Options");
  text += group(options, OptionGroup::common, "Common options");
  return text + examples_of(command.examples);
}

std::string help_of_topic(const Topic& topic) {
  std::string text = fmt::format("{}\n", topic.summary);
  for (const TopicPart& part : topic.parts()) {
    text += part.title.empty() ? "\n" : fmt::format("\n{}\n", part.title);
    if (!part.text.empty()) text += paragraph(part.text);
    if (!part.text.empty() && !part.rows.empty()) text += "\n";
    for (const TopicRow& line : part.rows) text += row(line.word, line.meaning);
  }
  return text;
}

}  // namespace itsmc::cli
