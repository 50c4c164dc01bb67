#include <algorithm>
#include <exception>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/push_warnings.hpp"
#include "cli/commands/report_columns.hpp"
#include "cli/commands/sync_progress.hpp"
#include "cli/fitting_options.hpp"
#include "cli/output_file.hpp"
#include "cli/session.hpp"
#include "cli/when.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/signals.hpp"
#include "itsmc/client/sync.hpp"

namespace itsmc::cli {
namespace {

struct RunOptions {
  std::vector<std::string> names;
  bool full = false, dry_run = false;
  std::string since;
  std::int64_t jobs = 4, page_size = 5000;
  std::optional<std::int64_t> in_flight;
  std::int64_t default_in_flight = k_default_in_flight;
  std::optional<std::chrono::milliseconds> wait, max_duration, start_delay;
  std::string metrics_file, health_url;
};

client::SyncOptions sync_options(const RunOptions& chosen, const Session& session) {
  client::SyncOptions options;
  options.full = chosen.full;
  options.dry_run = chosen.dry_run;
  if (!chosen.since.empty()) {
    options.since = read_when("--since", chosen.since, session.platform.clock.now());
  }
  options.jobs = static_cast<int>(chosen.jobs);
  if (chosen.in_flight) options.in_flight = static_cast<int>(*chosen.in_flight);
  options.default_in_flight = static_cast<int>(chosen.default_in_flight);
  options.wait = chosen.wait.value_or(std::chrono::milliseconds(0));
  options.max_duration = chosen.max_duration;
  options.max_page_size = static_cast<int>(chosen.page_size);
  return options;
}

void print_reports(Session& session, const std::vector<StreamReport>& reports, Purpose purpose) {
  std::vector<Column> columns = run_columns();
  const bool sends = std::any_of(reports.begin(), reports.end(),
                                 [](const StreamReport& one) { return !one.workspace.empty(); });
  for (Column& column : columns) {
    if (sends && (column.name == "sent" || column.name == "owed")) column.shown = Shown::always;
  }
  Listing listing(session, std::move(columns), Shape::list, purpose);
  for (const StreamReport& report : reports) listing.row(run_cells(report));
  listing.finish();
}

bool is_same_failure(const StreamReport& one, const StreamReport& other) {
  return one.connection == other.connection && one.error && other.error &&
         one.error->text() == other.error->text() && one.error->hint() == other.error->hint();
}

/// What keeps a whole connection stands in the report of each of its types, and is told once.
void tell_failure(Session& session, const std::vector<StreamReport>& reports,
                  const StreamReport& report) {
  const auto is_same = [&report](const StreamReport& other) {
    return is_same_failure(report, other);
  };
  const auto first = std::find_if(reports.begin(), reports.end(), is_same);
  if (&*first != &report) return;
  const bool of_all = std::count_if(reports.begin(), reports.end(), is_same) > 1;
  session.talk.error(*report.error,
                     {report.connection, of_all ? "" : std::string(to_string(report.type))});
}

void tell(Session& session, const std::vector<StreamReport>& reports) {
  for (const StreamReport& report : reports) {
    const PushReport push{.workspace = report.workspace,
                          .connection = report.connection,
                          .type = report.type,
                          .rejected = report.rejected,
                          .cut = report.cut};
    for (const std::string& warning : push_warnings(push)) session.talk.warning(warning);
  }
  for (const StreamReport& report : reports) {
    if (report.error) tell_failure(session, reports, report);
  }
}

/// Also with --quiet: the run before the last that works is the one that can say so.
void warn_of_ends(Session& session, const std::vector<Connection>& connections) {
  for (const Connection& connection : connections) {
    const std::optional<Error> end = client::ends_unrenewed(session.platform, connection);
    if (!end) continue;
    session.talk.warning(
        fmt::format("{}: {}; next: {}", connection.name, end->text(), end->hint()));
  }
}

/// A cron job under another user's home would do nothing, and say so to nobody.
void tell_no_connections(Session& session) {
  if (!session.options.quiet) {
    session.talk.note("no connections yet; make one: itsmc connection add");
    return;
  }
  session.talk.warning(fmt::format("nothing was synced: no connections in {}",
                                   (session.platform.config_dir / "connections").string()));
}

int sync_once(const RunOptions& chosen, Session& session, std::vector<StreamReport>& reports) {
  (void)choose_columns(run_columns(), fitting_fields(session, run_columns()), session.format());
  const client::SyncOptions options = sync_options(chosen, session);
  const Purpose purpose = options.dry_run ? Purpose::answer : Purpose::report;
  const client::EveryConnection found = client::load_connections(session.platform, chosen.names);
  const std::vector<Connection>& connections = found.ready;
  if (connections.empty() && !found.unreadable.empty()) throw Error(found.unreadable.front());
  if (connections.empty()) {
    print_reports(session, {}, purpose);
    tell_no_connections(session);
    return 0;
  }
  SyncProgress progress(session.talk);
  reports = client::sync(session.platform, connections, options,
                         [&progress](const client::Progress& step) { progress.show(step); });
  session.talk.end_moving();
  print_reports(session, reports, purpose);
  session.terminal.out.flush();  // the table before the errors that explain it
  if (options.dry_run) session.talk.note("dry run: nothing was written");
  tell(session, reports);
  warn_of_ends(session, connections);
  for (const Error& unreadable : found.unreadable) session.talk.error(unreadable, {});
  const int code = client::exit_code(reports);
  return code == 0 && !found.unreadable.empty() ? exit_code(ErrorKind::partly) : code;
}

void check_health_url(const std::string& url) {
  const bool has_scheme = url.starts_with("https://") || url.starts_with("http://");
  const std::string problem = url.empty()   ? std::string()
                              : !has_scheme ? "begins with neither https:// nor http://"
                                            : normalise_url(url).problem;
  if (!problem.empty()) throw Error(ErrorKind::usage, "--health-url: " + problem);
}

/// Many machines that begin on the same minute do not ask at the same moment.
void wait_to_start(const RunOptions& chosen, Session& session) {
  if (!chosen.start_delay) return;
  const std::chrono::milliseconds wait(static_cast<std::int64_t>(
      session.platform.jitter() * static_cast<double>(chosen.start_delay->count())));
  session.talk.note(fmt::format("begins in {}, of --start-delay {}", format_duration(wait),
                                format_duration(*chosen.start_delay)));
  if (session.platform.clock.wait_for(wait, session.platform.stop)) return;
  throw Error(ErrorKind::cancelled, "interrupted before it began", "nothing was changed");
}

OutputFile metrics_file(const RunOptions& chosen) {
  return {.path = chosen.metrics_file,
          .option = "--metrics-file",
          .noun = "metrics",
          .mark = "# HELP itsmc_",
          .replacing = Replacing::anything};
}

/// What watches the run is told also when it could not begin.
int run_sync(const RunOptions& chosen, Session& session) {
  if (answers_fields_help(session, run_columns())) return 0;
  check_health_url(chosen.health_url);
  // A mistyped directory would else be made, and no collector looks there.
  if (!chosen.metrics_file.empty()) check_output_file(metrics_file(chosen));
  wait_to_start(chosen, session);
  if (!chosen.health_url.empty()) client::ping_start(session.platform, chosen.health_url);
  std::vector<StreamReport> reports;
  int code = 0;
  std::exception_ptr failure;
  try {
    code = sync_once(chosen, session, reports);
  } catch (const Error& error) {
    failure = std::current_exception();
    code = exit_code(error.kind());
  }
  if (!chosen.metrics_file.empty() && !chosen.dry_run) {
    const std::string text =
        client::current_metrics(session.platform, reports, {session.platform.clock.now(), code});
    write_output_file(metrics_file(chosen), text, session.platform.readable_mode);
  }
  if (!chosen.health_url.empty()) client::ping_end(session.platform, chosen.health_url, code);
  if (failure) std::rethrow_exception(failure);
  return code;
}

void add_limits(OptionSet& options, RunOptions& chosen) {
  options.add({.name = "jobs",
               .value = "N",
               .help = "Connections side by side (default 4)",
               .set = count_into(chosen.jobs, {1, 64}),
               .fallback = "4"});
  options.add({.name = "in-flight",
               .value = "N",
               .help = "Requests at once on one instance (default: the connection's, 4)",
               .set = count_into(chosen.in_flight, {1, k_max_in_flight}),
               .set_default = count_into(chosen.default_in_flight, {1, k_max_in_flight})});
  options.add({.name = "page-size",
               .value = "N",
               .help = "Most rows a request asks for (default 5,000)",
               .set = count_into(chosen.page_size, {1, 10'000}),
               .fallback = "5000"});
  options.add({.name = "wait",
               .value = "DURATION",
               .help = "Wait so long for another run to end (default: not at all)",
               .set = duration_into(chosen.wait)});
  options.add({.name = "max-duration",
               .value = "DURATION",
               .help = "Stop at the next safe point after this time (exit 6)",
               .set = duration_into(chosen.max_duration)});
  options.add({.name = "start-delay",
               .value = "DURATION",
               .help = "First wait for a random part of this time: for many machines on one clock",
               .set = duration_into(chosen.start_delay)});
}

void add_signals(OptionSet& options, RunOptions& chosen) {
  options.add({.name = "metrics-file",
               .value = "FILE",
               .help = "Write Prometheus text there at the end, by rename",
               .set = into(chosen.metrics_file)});
  options.add({.name = "health-url",
               .value = "URL",
               .help = "Ask URL/start at the begin and URL/EXIT-CODE at the end",
               .set = into(chosen.health_url)});
}

}  // namespace

Action build_sync_run(OptionSet& options) {
  auto chosen = std::make_shared<RunOptions>();
  options.add(Operand{"NAME", "Connections; default: all", Arity::many, append_to(chosen->names)});
  options.add({.name = "full",
               .value = {},
               .help = "Walk the whole window and mark what has disappeared",
               .set = into(chosen->full)});
  options.add({.name = "dry-run",
               .value = {},
               .help = "Read and count, write nothing",
               .set = into(chosen->dry_run)});
  options.add({.name = "since",
               .value = "TIME",
               .help = "Read from this time on: 2026-06-20, 2026-06-20T08:00:00Z, 2h (ago)",
               .set = into(chosen->since),
               .sources = Sources::command_line_and_environment});
  add_limits(options, *chosen);
  add_signals(options, *chosen);
  return [chosen](Session& session) { return run_sync(*chosen, session); };
}

}  // namespace itsmc::cli
