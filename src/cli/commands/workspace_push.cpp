#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/push_warnings.hpp"
#include "cli/display_text.hpp"
#include "cli/session.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/figures.hpp"

namespace itsmc::cli {
namespace {

struct PushOptions {
  std::string name;
  std::int64_t in_flight = 4;
  bool rejected = false, resend = false, from_zero = false, verify = false;
};

constexpr Shown k_hide = Shown::not_in_tables;
constexpr Figures k_group = Figures::grouped;

std::vector<Column> push_columns() {
  return {{"workspace", "where the rows were sent"},
          {"connection", "the connection's name"},
          {"type", "incident or change-request"},
          {"status", "ok, failed or not_reached"},
          {"sent", "rows that the workspace acknowledged", Shown::always, k_group},
          {"rejected", "rows that it refused, kept aside", Shown::always, k_group},
          {"owed", "rows that it has yet to get", Shown::always, k_group},
          {"cut", "values that were longer than a column may hold", k_hide, k_group},
          {"batches", "calls that were acknowledged", k_hide, k_group},
          {"bytes", "their size before compression", k_hide, k_group},
          of_kind(Cell::Kind::real, {"seconds", "how long it took"}),
          {"in_store", "with --verify: work items in the store, deleted ones left out", k_hide,
           k_group},
          {"in_workspace", "with --verify: the same, counted in the workspace", k_hide, k_group},
          {"error", "what went wrong", k_hide},
          {"error_kind", "its kind, as in --error-format json", k_hide},
          {"hint", "the next command", k_hide}};
}

Cell count_cell(const std::optional<std::int64_t>& count) {
  return count ? integer_cell(*count) : Cell{};
}

std::string_view status_of(const PushReport& report) {
  if (!report.reached) return "not_reached";
  return report.error ? "failed" : "ok";
}

std::vector<Cell> push_cells(const PushReport& report) {
  std::vector<Cell> cells{text_cell(report.workspace), text_cell(report.connection),
                          text_cell(to_string(report.type)), text_cell(status_of(report))};
  for (const std::int64_t count :
       {report.sent, report.rejected, report.owed, report.cut, report.batches, report.bytes}) {
    cells.push_back(integer_cell(count));
  }
  cells.push_back(duration_cell(report.seconds));
  cells.push_back(count_cell(report.in_store));
  cells.push_back(count_cell(report.in_workspace));
  if (!report.error) {
    cells.resize(cells.size() + 3);
    return cells;
  }
  cells.push_back(text_cell(report.error->text()));
  cells.push_back(text_cell(to_string(report.error->kind())));
  cells.push_back(text_cell(report.error->hint()));
  return cells;
}

std::vector<Column> rejected_columns() {
  return {{"workspace", "who refused it"},
          {"connection", "the connection's name"},
          {"type", "incident or change-request"},
          {"id", "the product's own id"},
          {"reason", "the workspace's own words"},
          of_kind(Cell::Kind::time, {"at", "when it was refused"})};
}

std::vector<std::string> chosen_names(const PushOptions& chosen, const Session& session) {
  if (!chosen.name.empty()) return {chosen.name};
  return client::workspace_names(session.platform);
}

int list_rejected(const PushOptions& chosen, Session& session) {
  if (answers_fields_help(session, rejected_columns())) return 0;
  Listing listing(session, rejected_columns());
  for (const std::string& name : chosen_names(chosen, session)) {
    for (const store::Rejected& row : client::rejected_rows(session.platform, name)) {
      listing.row(std::vector<Cell>{text_cell(name), text_cell(row.stream.connection),
                                    text_cell(to_string(row.stream.type)), text_cell(row.id),
                                    text_cell(row.reason), time_cell(row.at)});
    }
  }
  listing.finish();
  return 0;
}

void show_progress(Session& session, const PushReport& report) {
  session.talk.moving(fmt::format("{}: {} {}: {} sent", report.workspace, report.connection,
                                  to_string(report.type), with_separators(report.sent)));
}

void tell(Session& session, const PushReport& report) {
  for (const std::string& warning : push_warnings(report)) session.talk.warning(warning);
  if (report.error) return session.talk.error(*report.error, {report.workspace, {}});
  if (report.in_store && report.in_store == report.in_workspace) {
    session.talk.note(fmt::format("{}: {}s of {} in the store and in the workspace: {}",
                                  report.workspace, to_string(report.type), report.connection,
                                  with_separators(*report.in_store)));
  }
}

client::PushWhat what_of(const PushOptions& chosen) {
  if (chosen.rejected) return client::PushWhat::rejected;
  return chosen.from_zero ? client::PushWhat::everything : client::PushWhat::owed;
}

void check_together(const PushOptions& chosen) {
  if (chosen.resend && !chosen.rejected) {
    throw Error(ErrorKind::usage, "--resend goes with --rejected",
                "itsmc workspace push --rejected --resend");
  }
  if (chosen.rejected && chosen.from_zero) {
    throw Error(ErrorKind::usage, "--rejected and --from-zero exclude each other",
                "give one of the two");
  }
  if (chosen.rejected && chosen.verify) {
    throw Error(ErrorKind::usage, "--rejected and --verify exclude each other",
                "give one of the two");
  }
}

std::vector<PushReport> push_one(const PushOptions& chosen, Session& session,
                                 const std::string& name) {
  std::vector<PushReport> reports =
      client::push(session.platform, name, {what_of(chosen), static_cast<int>(chosen.in_flight)},
                   [&session](const PushReport& so_far) { show_progress(session, so_far); });
  if (chosen.verify) client::verify_push(session.platform, name, reports);
  return reports;
}

/// A workspace that could not be sent to at all.
struct Unopened {
  std::string workspace;
  Error error;
};

int run_push(const PushOptions& chosen, Session& session) {
  check_together(chosen);
  if (chosen.rejected && !chosen.resend) return list_rejected(chosen, session);
  if (answers_fields_help(session, push_columns())) return 0;
  std::vector<PushReport> reports;
  std::vector<Unopened> unopened;
  Listing listing(session, push_columns(), Shape::list, Purpose::report);
  for (const std::string& name : chosen_names(chosen, session)) {
    try {
      for (PushReport& report : push_one(chosen, session, name)) {
        listing.row(push_cells(report));
        reports.push_back(std::move(report));
      }
    } catch (const Error& error) {
      if (!chosen.name.empty()) throw;
      unopened.push_back({name, error});  // it does not keep the others from theirs
    }
  }
  session.talk.end_moving();
  listing.finish();
  session.terminal.out.flush();  // the table before the errors that explain it
  for (const PushReport& report : reports) tell(session, report);
  for (const Unopened& one : unopened) session.talk.error(one.error, {one.workspace, {}});
  if (reports.empty() && unopened.empty()) {
    session.talk.note(
        "no connection is bound to a workspace; next: itsmc connection edit "
        "CONNECTION --workspace NAME");
  }
  const std::vector<Error> unreadable = client::load_every_connection(session.platform).unreadable;
  // Nobody knows whether it is bound to one of them.
  for (const Error& error : unreadable) session.talk.error(error, {});
  const int sent = client::exit_code(reports);
  const int code = sent == 0 && !unreadable.empty() ? exit_code(ErrorKind::partly) : sent;
  if (unopened.empty()) return code;
  return exit_code(reports.empty() ? unopened.front().error.kind() : ErrorKind::partly);
}

}  // namespace

Action build_workspace_push(OptionSet& options) {
  auto chosen = std::make_shared<PushOptions>();
  options.add(Operand{"NAME", "The workspace; default: all", Arity::maybe, into(chosen->name)});
  options.add({.name = "rejected",
               .value = {},
               .help = "List the rows that the workspace refused, and why; send nothing",
               .set = into(chosen->rejected),
               .sources = Sources::command_line_and_environment});
  options.add({.name = "resend",
               .value = {},
               .help = "With --rejected: send them once more, one by one",
               .set = into(chosen->resend),
               .sources = Sources::command_line_and_environment});
  options.add({.name = "from-zero",
               .value = {},
               .help = "Send every row again, not only what is owed",
               .set = into(chosen->from_zero),
               .sources = Sources::command_line_and_environment});
  options.add({.name = "verify",
               .value = {},
               .help = "Compare by a query: how many work items, and the newest version",
               .set = into(chosen->verify),
               .sources = Sources::command_line_and_environment});
  options.add({.name = "in-flight",
               .value = "N",
               .help = "Calls at once (default 4)",
               .set = count_into(chosen->in_flight, {1, 16}),
               .sources = Sources::command_line_and_environment});
  return [chosen](Session& session) { return run_push(*chosen, session); };
}

}  // namespace itsmc::cli
