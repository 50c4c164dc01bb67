#include "cli/man.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/globals.hpp"
#include "cli/help.hpp"
#include "cli/roff.hpp"
#include "cli/topics.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

std::string page_name(const Command& command) {
  std::string name = "itsmc-" + words_of(command);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string spelled(const Option& option) {
  std::string left = "--" + option.name;
  if (!option.value.empty()) left += " " + option.value;
  return option.letter == 0 ? left : fmt::format("-{}, {}", option.letter, left);
}

void write_options(Roff& page, const OptionSet& options, OptionGroup which) {
  for (const Option& option : options.options()) {
    if (option.group == which) page.item(spelled(option), option.help);
  }
}

void write_part(Roff& page, const TopicPart& part) {
  if (!part.text.empty()) page.paragraph(part.text);
  for (const TopicRow& row : part.rows) page.item(row.word, row.meaning);
}

void write_parts(Roff& page, const std::vector<TopicPart>& parts) {
  for (const TopicPart& part : parts) {
    if (!part.title.empty()) page.subsection(part.title);
    write_part(page, part);
  }
}

ManPage command_page(const Command& command) {
  OptionSet options;
  const Action action = command.build(options);
  GlobalOptions unused;
  if (command.sorting == Sorting::offered) add_sort(options, unused);
  add_globals(options, unused);
  Roff page(page_name(command), 1, command.summary);
  page.section("Synopsis");
  page.paragraph(
      fmt::format("itsmc {}{} [options]", words_of(command), spelled(options.operand())));
  page.section("Description");
  page.paragraph(fmt::format("{}.", command.summary));
  if (!command.about.empty()) page.paragraph(command.about);
  if (options.operand().arity != Arity::none) {
    page.item(options.operand().name, options.operand().help);
  }
  page.section("Options");
  write_options(page, options, OptionGroup::command);
  page.subsection("Common options");
  write_options(page, options, OptionGroup::common);
  page.section("Exit status");
  page.paragraph("0 when all is done; the other codes are in itsmc(1).");
  page.section("Examples");
  page.example(command.examples);
  page.section("See also");
  page.paragraph("itsmc(1), itsmc-config(5), itsmc-partners(7)");
  return {page_name(command) + ".1", std::move(page).text()};
}

void write_commands(Roff& page) {
  for (const Noun& noun : nouns()) {
    for (const Command& command : commands()) {
      if (command.noun != noun.name) continue;
      page.item(fmt::format("{}(1)", page_name(command)), command.summary);
    }
  }
}

/// The first example of each command by which a new connection comes to rows.
std::string first_examples() {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> k_steps{
      {{"connection", "add"}, {"sync", "run"}, {"workitem", "list"}}};
  std::string lines;
  for (const auto& [noun, verb] : k_steps) {
    const std::string_view examples = find_command(noun, verb)->examples;
    if (!lines.empty()) lines += '\n';
    lines += examples.substr(0, examples.find('\n'));
  }
  return lines;
}

ManPage main_page() {
  Roff page("itsmc", 1, "work items of IT service management products, from a shell");
  page.section("Synopsis");
  page.paragraph("itsmc NOUN VERB [operands] [options]");
  page.paragraph("itsmc help TOPIC");
  page.section("Description");
  page.paragraph(
      "itsmc brings the work items of IT service management products into one local store, shows "
      "them, and sends work items back: ServiceNow, Cherwell, Provance and System Center Service "
      "Manager.");
  page.section("Commands");
  write_commands(page);
  page.section("Options");
  GlobalOptions unused;
  OptionSet common;
  add_globals(common, unused);
  write_options(page, common, OptionGroup::common);
  page.section("Exit status");
  write_parts(page, exit_code_parts());
  page.section("Environment");
  write_parts(page, environment_parts());
  page.section("Files");
  write_parts(page, file_parts());
  page.section("Examples");
  page.example(first_examples());
  page.section("See also");
  page.paragraph("itsmc-config(5), itsmc-partners(7)");
  return {"itsmc.1", std::move(page).text()};
}

ManPage config_page() {
  Roff page("itsmc-config", 5, "files that configure itsmc");
  page.section("Description");
  page.paragraph(
      "The files are TOML, hold no secrets, and are made to be edited. An unknown key is an error "
      "that names file, line and the nearest key.");
  for (const TopicPart& part : configuration_parts()) {
    page.subsection(part.title);
    write_part(page, part);
  }
  page.section("Files");
  write_parts(page, file_parts());
  page.section("Examples");
  page.paragraph("connections/prod.toml:");
  page.example(
      "partner = \"servicenow\"\nurl = \"https://acme.service-now.com\"\n"
      "username = \"itsmc\"\nclient-id = \"0a1b2c\"\nwork-items = [\"incident\"]");
  page.section("See also");
  page.paragraph("itsmc(1), itsmc-connection-edit(1), itsmc-partners(7)");
  return {"itsmc-config.5", std::move(page).text()};
}

ManPage partners_page() {
  Roff page("itsmc-partners", 7, "products that itsmc works with");
  page.section("Description");
  page.paragraph("A partner is a product; a connection names one instance of it and its fields.");
  write_parts(page, partner_parts());
  page.section("See also");
  page.paragraph("itsmc(1), itsmc-config(5), itsmc-connection-add(1)");
  return {"itsmc-partners.7", std::move(page).text()};
}

}  // namespace

std::vector<ManPage> man_pages() {
  std::vector<ManPage> pages{main_page(), config_page(), partners_page()};
  for (const Command& command : commands()) pages.push_back(command_page(command));
  return pages;
}

std::string man_page_of(std::span<const std::string> arguments) {
  std::string names;
  for (const ManPage& page : man_pages()) {
    if (arguments.size() > 1 && page.file == arguments[1]) return page.text;
    names += page.file + "\n";
  }
  if (arguments.size() < 2) return names;
  throw Error(ErrorKind::not_found, fmt::format("no page \"{}\"", excerpt(arguments[1], 60)),
              "itsmc __man lists them");
}

}  // namespace itsmc::cli
