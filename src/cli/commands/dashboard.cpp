#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/item_filter_options.hpp"
#include "cli/dashboard/page.hpp"
#include "cli/dashboard/parts.hpp"
#include "cli/dashboard/view.hpp"
#include "cli/fitting_options.hpp"
#include "cli/output_file.hpp"
#include "cli/session.hpp"
#include "cli/when.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

constexpr std::int64_t k_most_days = 36'500;
constexpr std::int64_t k_rows_of_each = 5;
constexpr std::int64_t k_rows_of_one = 50;

struct DashboardOptions {
  FilterOptions filter;
  std::string since, part, html;
  bool force = false;
  std::optional<std::int64_t> days, limit;
};

/// Both name the window's begin: the first source that says either holds.
void settle_begin(DashboardOptions& options, const Session& session) {
  if (options.since.empty() || !options.days) return;
  const Source since = source_of(session, "since"), days = source_of(session, "days");
  if (since < days) options.days.reset();
  if (days < since) options.since.clear();
  if (since != days) return;
  const bool typed = since == Source::command_line, set = since == Source::environment;
  throw Error(
      ErrorKind::usage,
      fmt::format("{} and {}{} exclude each other", set ? environment_name("since") : "--since",
                  set ? environment_name("days") : "--days", typed || set ? "" : " of config.toml"),
      set ? "unset one of them, or give one of --since and --days" : "give one of the two");
}

/// The page is whole: what makes a list of it is refused where both are said at one place, else the
/// first place holds.
void settle_page(DashboardOptions& options, const Session& session) {
  if (options.html.empty()) return;
  const bool filtered = !session.options.jq.empty();
  const bool formatted = !filtered && session.format() != Format::table;
  const Source html = source_of(session, "html");
  const auto settle = [&](const char* option, bool said) {
    if (!said || options.html.empty()) return;
    const Source other = source_of(session, option);
    if (other < html) options.html.clear();
    if (other != html) return;
    throw Error(ErrorKind::usage,
                fmt::format("--html writes one whole page, and --{} wants something else", option),
                "give one of the two");
  };
  settle("part", !options.part.empty());
  settle("jq", filtered);
  settle("output", formatted);
  settle("fields", !session.options.fields.empty());
}

client::DashboardRequest to_request(const DashboardOptions& options, Timestamp now) {
  const ItemFilter filter = to_filter(options.filter, now);
  client::DashboardRequest request{.connections = filter.connections,
                                   .types = filter.types,
                                   .computer = filter.configuration_item,
                                   .since = std::nullopt,
                                   .days = options.days};
  if (!options.since.empty()) request.since = read_when("--since", options.since, now);
  return request;
}

OutputFile page_file(const DashboardOptions& options) {
  return {.path = options.html,
          .option = "--html",
          .noun = "dashboard",
          .mark = "<title>Work items: dashboard</title>",
          .replacing = options.force ? Replacing::anything : Replacing::former};
}

/// A file that cannot be used is damaged for the dashboard too, but hides none of the others.
int tell_unreadable(const client::Dashboard& board, Session& session) {
  session.terminal.out.flush();
  for (const Error& error : board.unreadable) session.talk.error(error, {});
  return board.unreadable.empty() ? 0 : exit_code(board.unreadable.front().kind());
}

/// A mistyped computer looks like one that nothing affects.
void note_unknown_computer(const client::DashboardRequest& request, Session& session) {
  if (request.computer.empty()) return;
  const ItemFilter filter{.configuration_item = request.computer, .limit = 1};
  if (client::list_items(session.platform, filter, [](const StoredItem&) {}) > 0) return;
  session.terminal.out.flush();
  session.talk.note(
      fmt::format("no work item in the store affects \"{}\"; itsmc ci list says what "
                  "they affect",
                  excerpt(request.computer, 60)));
}

int write_page(const DashboardOptions& options, const client::DashboardRequest& request,
               Session& session) {
  if (options.html != "-") check_output_file(page_file(options));
  const client::Dashboard board = client::dashboard(session.platform, request);
  DashboardPage page(board);
  client::visit_dashboard_items(session.platform, request, board,
                                [&page](const StoredItem& item) { page.add(item); });
  const std::string html = page.finish();
  if (options.html == "-") {
    session.terminal.out.write(html);
  } else {
    // It holds what work items say: for its owner's eyes until they share it.
    write_output_file(page_file(options), html, Privacy::owner_only);
    session.talk.note(fmt::format("written: {}; open it in a browser", options.html));
  }
  note_unknown_computer(request, session);
  return tell_unreadable(board, session);
}

/// --part X in any format but a table, or with --fields: a plain list.
void write_lists(const DashboardOptions& options, const client::Dashboard& board,
                 Session& session) {
  for (const DashboardList& list : dashboard_lists()) {
    // The messages have other columns: the JSON of the whole dashboard has both.
    if (list.part != options.part || list.name == "messages") continue;
    Listing listing(session, list.columns());
    list.rows(board, [&listing](std::span<const Cell> cells) { listing.row(cells); });
    listing.finish();
  }
}

void require_part(const DashboardOptions& options, const Session& session) {
  const bool as_list = session.format() != Format::table && session.format() != Format::json;
  if (!options.part.empty() || (!as_list && session.options.fields.empty())) return;
  const bool by_output = as_list && session.options.fields.empty();
  throw Error(ErrorKind::usage,
              fmt::format("{}: a list of one part is wanted, and the dashboard has four",
                          by_output ? "--output" : "--fields"),
              "add --part work-items, computers, connectors or alert-rules; or -o json");
}

/// `--fields help` and `schema`, of one part or of all. The messages have other columns than the
/// status that leads their part: they are told of with all.
bool answers_fields(const DashboardOptions& options, Session& session) {
  const bool of_schema = asks_for_schema(session.options);
  if (!of_schema && !asks_for_field_names(session.options)) return false;
  if (options.part.empty() && of_schema) {
    session.terminal.out.write(dashboard_schema());
    return true;
  }
  for (const DashboardList& list : dashboard_lists()) {
    if (options.part == list.part) return answers_fields_help(session, list.columns());
    if (!options.part.empty()) continue;
    const bool first = &list == dashboard_lists().data();
    session.terminal.out.write(fmt::format("{}{} ({})\n{}", first ? "" : "\n", list.title,
                                           "--part " + std::string(list.part),
                                           fields_help(list.columns())));
  }
  return true;
}

int show_dashboard(DashboardOptions& options, Session& session) {
  settle_begin(options, session);
  settle_page(options, session);
  if (answers_fields(options, session)) return 0;
  client::DashboardRequest request = to_request(options, session.platform.clock.now());
  if (!options.html.empty()) return write_page(options, request, session);
  require_part(options, session);
  const bool drawn = session.format() == Format::table && session.options.fields.empty();
  const std::int64_t rows = options.limit.value_or(!drawn                 ? 0
                                                   : options.part.empty() ? k_rows_of_each
                                                                          : k_rows_of_one);
  request.computers = rows;
  const client::Dashboard board = client::dashboard(session.platform, request);
  if (drawn) {
    const View view{.layout = session.layout(Shape::list),
                    .rows = static_cast<std::size_t>(rows),
                    .part = options.part};
    session.terminal.out.write(dashboard_text(board, request, view));
  } else if (options.part.empty()) {
    session.terminal.out.write(dashboard_json(board));
  } else {
    write_lists(options, board, session);
  }
  note_unknown_computer(request, session);
  return tell_unreadable(board, session);
}

/// Without --part it is no list: config.toml's output and fields are other commands' then.
int run_dashboard(DashboardOptions& options, Session& session) {
  GlobalOptions fitting = session.options;
  const Format format = session.format();
  const bool as_list = format != Format::table && format != Format::json;
  if (options.part.empty() && as_list && is_default(session, "output")) fitting.output = "table";
  if (options.part.empty() && is_default(session, "fields")) fitting.fields.clear();
  Session fitted{session.platform, session.terminal,   session.talk,
                 fitting,          session.connection, session.given};
  return show_dashboard(options, fitted);
}

void add_options(OptionSet& options, DashboardOptions& chosen) {
  options.add({.name = "connection",
               .value = "A,B",
               .help = "Only of these connections",
               .set = list_into(chosen.filter.connections)});
  options.add({.name = "type",
               .value = "A,B",
               .help = "incident, change-request, event, alert",
               .set = list_into(chosen.filter.types)});
  options.add({.name = "computer",
               .value = "NAME",
               .help = "Only work items that affect this configuration item",
               .set = into(chosen.filter.ci)});
  options.add({.name = "since",
               .value = "TIME",
               .help = "Work items created since: 2026-06-20, 2026-06-20T08:00:00Z, 2h (ago); "
                       "not with --days",
               .set = into(chosen.since)});
  options.add({.name = "days",
               .value = "N",
               .help = "Created in the N days before the last sync (default: the longest "
                       "--sync-days); not with --since",
               .set = count_into(chosen.days, {1, k_most_days})});
  options.add(
      {.name = "part",
       .value = "PART",
       .help = "work-items, computers, connectors or alert-rules alone",
       .set = choice_into(chosen.part, {"work-items", "computers", "connectors", "alert-rules"})});
  options.add({.name = "limit",
               .value = "N",
               .help = "Rows of each table (default 5, with --part 50; 0: all)",
               .set = count_into(chosen.limit, {0, INT64_MAX})});
  options.add({.name = "html",
               .value = "FILE",
               .help = "Write one self-contained page of all parts to this file; - is stdout",
               .set = into(chosen.html)});
  add_force_option(options, chosen.force);
}

}  // namespace

Action build_dashboard(OptionSet& options) {
  auto chosen = std::make_shared<DashboardOptions>();
  add_options(options, *chosen);
  return [chosen](Session& session) { return run_dashboard(*chosen, session); };
}

}  // namespace itsmc::cli
