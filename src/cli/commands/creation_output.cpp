#include "cli/commands/creation_output.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/commands/questions.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/creators.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

using client::CreationInput;
using client::CreationReport;
using client::CreationStatus;

std::string one_line_each(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (!joined.empty()) joined += '\n';
    joined += excerpt(text, 2'000);  // without line ends
  }
  return joined;
}

}  // namespace

std::vector<Column> creation_columns() {
  constexpr Shown k_hide = Shown::not_in_tables;
  return {{"connection", "the connection's name"},
          {"type", "incident, change-request, event or alert"},
          {"id", "the product's own id", k_hide},
          {"number", "as people call it"},
          {"status",
           "created, updated, resolved, already_exists, nothing_to_resolve, dry_run or failed"},
          {"url", "where a browser shows it"},
          {"correlation_id", "what finds it again", k_hide},
          of_kind(Cell::Kind::lines,
                  {"warnings", "what the product dropped or changed, what was not linked", k_hide}),
          {"request", "with --dry-run: what would be sent", k_hide},
          {"error", "why it failed", k_hide}};
}

void ItemRows::row(const CreationReport& report) {
  const std::string warnings = one_line_each(report.warnings);
  const std::string error = report.error ? report.error->text() : std::string();
  listing_.row(std::vector<Cell>{text_cell(report.connection), text_cell(to_string(report.type)),
                                 text_cell(report.id), text_cell(report.number),
                                 text_cell(to_string(report.status)), text_cell(report.url),
                                 text_cell(report.correlation_id), lines_cell(warnings),
                                 text_cell(report.request), text_cell(error)});
}

void tell_of(Session& session, const CreationReport& report) {
  if (session.format() == Format::table && !report.request.empty()) {
    session.terminal.out.write("\n" + report.request + "\n");
  }
  session.terminal.out.flush();  // what is above explains it
  for (const std::string& warning : report.warnings) {
    session.talk.warning(report.number.empty() ? warning : report.number + ": " + warning);
  }
  if (report.error) session.talk.error(*report.error, {report.connection, {}});
}

std::vector<CreationReport> make_items(Session& session, const std::vector<CreationInput>& inputs,
                                       client::Sending sending, Shape shape) {
  ItemRows rows(session, sending, shape);
  client::Creators creators(session.platform);
  std::vector<CreationReport> reports;
  for (const CreationInput& input : inputs) {
    try {
      reports.push_back(creators.perform(input, sending));
    } catch (const Error&) {
      rows.finish();
      throw;
    }
    rows.row(reports.back());
  }
  rows.finish();
  for (const CreationReport& report : reports) tell_of(session, report);
  return reports;
}

void add_for_one_call(OptionSet& options, Option option) {
  option.sources = Sources::command_line_and_environment;
  options.add(std::move(option));
}

void add_set_option(OptionSet& options, std::vector<std::pair<std::string, std::string>>& target) {
  add_for_one_call(options, {.name = "set",
                             .value = "FIELD=VALUE",
                             .help = "A field by the product's own name; may be repeated",
                             .set = assignments_into(target)});
}

void add_dry_run_option(OptionSet& options, bool& target) {
  add_for_one_call(options, {.name = "dry-run",
                             .value = {},
                             .help = "Print the exact request and send nothing",
                             .set = into(target)});
}

std::pair<std::string, std::string> parse_assignment(const std::string& text) {
  const std::size_t sign = text.find('=');
  const std::string field(trim(text.substr(0, sign)));
  if (sign == std::string::npos || field.empty()) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is not FIELD=VALUE", excerpt(text, 60)),
                "for example: --set assignment_group=Operations");
  }
  return {field, text.substr(sign + 1)};
}

Setter assignments_into(std::vector<std::pair<std::string, std::string>>& target) {
  return [&target](const std::string& text) {
    auto assignment = parse_assignment(text);
    std::erase_if(target, [&](const auto& one) { return one.first == assignment.first; });
    target.push_back(std::move(assignment));
  };
}

Connection choose_connection(const Session& session, const std::string& name) {
  if (!name.empty()) return client::load_connection(session.platform, name);
  const std::vector<std::string> names = connections_to_choose(session);
  if (names.size() == 1) return client::load_connection(session.platform, names.front());
  throw Error(ErrorKind::usage,
              fmt::format("--connection is needed: {} connections are configured", names.size()),
              "one of: " + join(names, ", "));
}

}  // namespace itsmc::cli
