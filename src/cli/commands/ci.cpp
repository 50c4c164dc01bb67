#include <memory>

#include <fmt/format.h>

#include "cli/commands/absent_store.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/creation_output.hpp"
#include "itsmc/client/dashboard.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

using client::CiReport;

struct CiOptions {
  CiDraft draft;
  std::string id, connection;
  bool dry_run = false;
};

std::vector<Column> found_columns() {
  return {{"connection", "the connection's name"},
          {"id", "the product's own id"},
          {"name", "as people see it"},
          {"fqdn", "the full name, where the product has one"},
          {"class", "the product's class"}};
}

std::vector<Column> made_columns() {
  return {
      {"connection", "the connection's name"},
      {"id", "the product's own id"},
      {"name", "as people see it"},
      {"class", "the product's class"},
      {"status", "created, exists, ambiguous or dry_run"},
      of_kind(Cell::Kind::lines, {"matches", "what stands there already", Shown::not_in_tables}),
      {"request", "with --dry-run: what would be sent", Shown::not_in_tables}};
}

std::string words_of(const std::vector<ConfigItem>& items) {
  std::string all;
  for (const ConfigItem& item : items) all += (all.empty() ? "" : "\n") + words_of(item);
  return all;
}

void require_a_name(const CiOptions& options) {
  const bool given = !options.id.empty() || !options.draft.name.empty() ||
                     !options.draft.fqdn.empty() || !options.draft.ip.empty();
  if (!given) {
    throw Error(ErrorKind::usage, "nothing to look for: give --name, --fqdn, --ip or --id",
                "itsmc ci find --name vm01");
  }
}

/// What was looked for, as one that can be made: with a name it must have.
std::string command_to_create(const CiDraft& draft, const std::string& connection) {
  std::string command = fmt::format("itsmc ci create --connection {}", connection);
  const auto add = [&command](std::string_view option, const std::string& value) {
    if (!value.empty()) command += fmt::format(" --{} {}", option, shell_word(value));
  };
  if (draft.name.empty()) command += " --name NAME";
  add("name", draft.name);
  add("fqdn", draft.fqdn);
  add("ip", draft.ip);
  return command;
}

int run_find(const CiOptions& options, Session& session) {
  if (answers_fields_help(session, found_columns())) return 0;
  require_a_name(options);
  const Connection connection = choose_connection(session, options.connection);
  session.connection = connection.name;
  const std::vector<ConfigItem> found = client::find_ci(session.platform, connection,
                                                        {.id = options.id,
                                                         .fqdn = options.draft.fqdn,
                                                         .name = options.draft.name,
                                                         .ip = options.draft.ip});
  Listing listing(session, found_columns());
  for (const ConfigItem& item : found) {
    listing.row(std::vector<Cell>{text_cell(connection.name), text_cell(item.id),
                                  text_cell(item.name), text_cell(item.fqdn),
                                  text_cell(item.klass)});
  }
  listing.finish();
  if (!found.empty()) return 0;
  session.terminal.out.flush();
  session.talk.note(fmt::format("no configuration item matches; make one: {}",
                                command_to_create(options.draft, connection.name)));
  return exit_code(ErrorKind::not_found);
}

int run_create(const CiOptions& options, Session& session) {
  if (answers_fields_help(session, made_columns(), Shape::one)) return 0;
  if (options.draft.name.empty()) {
    throw Error(ErrorKind::usage, "--name is needed", "itsmc ci create --name vm01");
  }
  const Connection connection = choose_connection(session, options.connection);
  session.connection = connection.name;
  const client::Sending sending =
      options.dry_run ? client::Sending::dry_run : client::Sending::real;
  const CiReport report = client::create_ci(session.platform, connection, options.draft, sending);
  const std::string matches = words_of(report.matches);
  Listing listing(session, made_columns(), Shape::one, purpose_of(sending));
  listing.row(std::vector<Cell>{text_cell(connection.name), text_cell(report.item.id),
                                text_cell(report.item.name), text_cell(report.item.klass),
                                text_cell(to_string(report.status)), lines_cell(matches),
                                text_cell(report.request)});
  listing.finish();
  session.terminal.out.flush();
  for (const std::string& warning : report.warnings) session.talk.warning(warning);
  if (report.status == CiReport::Status::dry_run && session.format() == Format::table) {
    session.terminal.out.write("\n" + report.request + "\n");
  }
  if (report.status != CiReport::Status::ambiguous) return 0;
  throw Error(ErrorKind::ambiguous,
              fmt::format("{} configuration items match: {}", report.matches.size(),
                          join(split(matches, '\n'), ", ")),
              "name it more exactly, by --fqdn or --ip");
}

struct ListOptions {
  std::vector<std::string> connections;
  std::int64_t limit = 50;
};

/// Out of the store: no network.
int run_list(const ListOptions& options, Session& session) {
  const std::vector<Column> columns{
      {"name", "the configuration item"},
      {"items", "work items that affect it", Shown::always, Figures::grouped},
      {"open", "of them still open", Shown::always, Figures::grouped},
      of_kind(Cell::Kind::time, {"newest", "when the last of them was created"})};
  if (answers_fields_help(session, columns)) return 0;
  const client::Dashboard counted =
      client::dashboard(session.platform, {.connections = options.connections,
                                           .types = {},
                                           .computer = {},
                                           .since = Timestamp{},
                                           .days = {},
                                           .computers = options.limit});
  Listing listing(session, columns);
  for (const store::ComputerCount& one : counted.counts.computers) {
    listing.row(std::vector<Cell>{text_cell(one.name), integer_cell(one.count),
                                  integer_cell(one.open), time_cell(one.newest)});
  }
  listing.finish();
  if (counted.counts.computers.empty()) {
    session.terminal.out.flush();
    if (!note_absent_store(session)) {
      session.talk.note("no work item names a configuration item; the product's: itsmc ci find");
    }
  }
  const auto shown = static_cast<std::int64_t>(counted.counts.computers.size());
  if (shown < counted.counts.computers_in_all) {
    session.terminal.out.flush();
    session.talk.note(fmt::format("showing {} of {}; --limit 0 shows all", with_separators(shown),
                                  with_separators(counted.counts.computers_in_all)));
  }
  return 0;
}

void add_names(OptionSet& options, CiOptions& chosen) {
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Which instance; default: the only connection",
               .set = into(chosen.connection)});
  add_for_one_call(
      options,
      {.name = "name", .value = "NAME", .help = "Its name", .set = into(chosen.draft.name)});
  add_for_one_call(
      options,
      {.name = "fqdn", .value = "NAME", .help = "Its full name", .set = into(chosen.draft.fqdn)});
  add_for_one_call(
      options,
      {.name = "ip", .value = "ADDRESS", .help = "Its address", .set = into(chosen.draft.ip)});
}

}  // namespace

Action build_ci_find(OptionSet& options) {
  auto chosen = std::make_shared<CiOptions>();
  add_names(options, *chosen);
  add_for_one_call(options, {.name = "id",
                             .value = "ID",
                             .help = "The product's own id, or an Azure resource id",
                             .set = into(chosen->id)});
  return [chosen](Session& session) { return run_find(*chosen, session); };
}

Action build_ci_create(OptionSet& options) {
  auto chosen = std::make_shared<CiOptions>();
  add_names(options, *chosen);
  options.add({.name = "class",
               .value = "CLASS",
               .help = "The product's class; default: its class for computers",
               .set = into(chosen->draft.klass),
               .sources = Sources::command_line_and_environment});
  add_set_option(options, chosen->draft.set);
  add_dry_run_option(options, chosen->dry_run);
  return [chosen](Session& session) { return run_create(*chosen, session); };
}

Action build_ci_list(OptionSet& options) {
  auto chosen = std::make_shared<ListOptions>();
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Only of these connections",
               .set = list_into(chosen->connections)});
  options.add({.name = "limit",
               .value = "N",
               .help = "How many at most (default 50); 0: all",
               .set = count_into(chosen->limit, {0, 1'000'000'000}),
               .fallback = "50"});
  return [chosen](Session& session) { return run_list(*chosen, session); };
}

}  // namespace itsmc::cli
