#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/absent_store.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/item_filter_options.hpp"
#include "cli/commands/report_columns.hpp"
#include "cli/commands/unreadable.hpp"
#include "cli/fitting_options.hpp"
#include "cli/session.hpp"
#include "cli/when.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/items.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

struct StatusOptions {
  std::vector<std::string> names, types;
  std::optional<std::chrono::milliseconds> max_age;
};

/// Why the stream is too old; absent when it is not. Pure.
std::optional<Error> staleness(const client::StreamHealth& stream,
                               std::chrono::milliseconds max_age, Timestamp now) {
  const std::string hint = fmt::format("itsmc sync run {}", stream.connection);
  if (!stream.last_success) return Error(ErrorKind::stale, "never synced", hint);
  const auto age = now - *stream.last_success;
  if (age < max_age) return std::nullopt;
  return Error(ErrorKind::stale,
               fmt::format("the last success is {} ago, allowed are {}", format_duration(age),
                           format_duration(max_age)),
               hint);
}

/// "prod: incident: failed 3m ago: the words of the failure; next: itsmc sync run prod". Pure.
std::string failure_text(const client::StreamHealth& stream, const std::string& next,
                         Timestamp now) {
  const std::string when =
      stream.last_ended ? fmt::format(" {} ago", format_duration(now - *stream.last_ended)) : "";
  std::string_view error = stream.last_error;
  const std::string named = stream.connection + ": ";
  if (error.starts_with(named)) error.remove_prefix(named.size());  // it stands before it already
  return fmt::format("{}{}: {}{}: {}; next: {}", named, to_string(stream.type), stream.last_status,
                     when, error, next);
}

/// A run that was cut short goes on with the next one.
std::string next_after(const client::StreamHealth& stream, const Connection& connection,
                       const Session& session) {
  const bool failed = stream.last_status == to_string(StreamState::failed);
  return failed ? next_after_failure(session.platform, connection)
                : "itsmc sync run " + connection.name;
}

/// Other formats have the failure in a column.
void note_failures(const std::vector<Connection>& connections,
                   const std::vector<client::StreamHealth>& streams, Session& session) {
  if (session.format() != Format::table) return;
  for (const Connection& connection : connections) {
    for (const client::StreamHealth& stream : streams) {
      if (stream.connection != connection.name || stream.last_error.empty()) continue;
      session.talk.note(failure_text(stream, next_after(stream, connection, session),
                                     session.platform.clock.now()));
    }
  }
}

/// A watch over nothing is one that was set up wrong: another user's configuration, a type that no
/// connection syncs.
std::string nothing_watched(const client::EveryConnection& found) {
  return found.ready.empty() ? "no connections yet; make one: itsmc connection add"
                             : "no connection syncs such work items";
}

/// The exit code of a look that found no stream.
int tell_nothing_watched(const client::EveryConnection& found, const StatusOptions& options,
                         Session& session) {
  if (found.ready.empty() && !found.unreadable.empty()) return 0;  // told of already
  if (!options.max_age) {
    session.talk.note(nothing_watched(found));
    return 0;
  }
  session.talk.error(
      Error(ErrorKind::stale, "--max-age: nothing is synced: " + nothing_watched(found),
            fmt::format("itsmc doctor shows the directories; connections lie in {}",
                        (session.platform.config_dir / "connections").string())),
      {});
  return exit_code(ErrorKind::stale);
}

std::vector<client::StreamHealth> asked_streams(const std::vector<Connection>& connections,
                                                const StatusOptions& options, Session& session) {
  const std::vector<WorkItemType> types = read_types(options.types);
  std::vector<client::StreamHealth> streams = client::sync_status(session.platform, connections);
  std::erase_if(streams, [&types](const client::StreamHealth& stream) {
    return !types.empty() && std::find(types.begin(), types.end(), stream.type) == types.end();
  });
  return streams;
}

int run_status(const StatusOptions& options, Session& session) {
  if (answers_fields_help(session, status_columns())) return 0;
  Listing listing(session, status_columns());
  const client::EveryConnection found = client::load_connections(session.platform, options.names);
  const std::vector<client::StreamHealth> streams = asked_streams(found.ready, options, session);
  for (const client::StreamHealth& stream : streams) listing.row(status_cells(stream));
  listing.finish();
  session.terminal.out.flush();
  if (!streams.empty()) note_absent_store(session);
  note_failures(found.ready, streams, session);
  int code = tell_unreadable(session, found.unreadable, found.ready.size());
  if (streams.empty()) return std::max(code, tell_nothing_watched(found, options, session));
  if (!options.max_age) return code;
  for (const client::StreamHealth& stream : streams) {
    const auto stale = staleness(stream, *options.max_age, session.platform.clock.now());
    if (!stale) continue;
    session.talk.error(*stale, {stream.connection, std::string(to_string(stream.type))});
    code = exit_code(ErrorKind::stale);
  }
  return code;
}

struct HistoryOptions {
  std::vector<std::string> connections, types;
  std::string run, since;
  std::int64_t limit = 50;
};

LedgerFilter to_filter(const HistoryOptions& options, Timestamp now) {
  LedgerFilter filter{.connections = options.connections,
                      .types = read_types(options.types),
                      .run = options.run,
                      .since = std::nullopt,
                      .limit = options.limit};
  if (!options.since.empty()) filter.since = read_when("--since", options.since, now);
  return filter;
}

/// One run is read whole: a field a line, errors too.
void write_upright(const std::vector<LedgerLine>& lines, Session& session) {
  const auto writer =
      make_row_writer(session.layout(Shape::one), history_columns(), session.terminal.out);
  for (const LedgerLine& line : lines) writer->row(history_cells(line));
  writer->finish();
}

void write_history(const std::vector<LedgerLine>& lines, Session& session) {
  Listing listing(session, history_columns());
  for (const LedgerLine& line : lines) listing.row(history_cells(line));
  listing.finish();
}

/// Tables have no room for what went wrong.
void lead_to_errors(const std::vector<LedgerLine>& lines, Session& session) {
  const auto failed = std::find_if(lines.begin(), lines.end(),
                                   [](const LedgerLine& line) { return !line.error.empty(); });
  if (failed == lines.end()) return;
  session.terminal.out.flush();
  session.talk.note(fmt::format("what went wrong: itsmc sync history --run {}", failed->run));
}

void explain_no_runs(const HistoryOptions& options, Session& session) {
  session.terminal.out.flush();
  for (const std::string& name : options.connections) {
    static_cast<void>(client::load_connection(session.platform, name));
  }
  if (note_absent_store(session)) return;
  if (!options.run.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("no run \"{}\" is in the ledger", excerpt(options.run, 60)),
                "itsmc sync history lists them");
  }
  const bool filtered =
      !options.since.empty() || !options.types.empty() || !options.connections.empty();
  session.talk.note(filtered ? "no runs with these filters" : "no runs yet; next: itsmc sync run");
}

int run_history(const HistoryOptions& options, Session& session) {
  if (answers_fields_help(session, history_columns())) return 0;
  const std::vector<LedgerLine> lines =
      client::sync_history(session.platform, to_filter(options, session.platform.clock.now()));
  const bool in_table =
      session.format() == Format::table && fitting_fields(session, history_columns()).empty();
  if (in_table && !options.run.empty()) {
    write_upright(lines, session);
  } else {
    write_history(lines, session);
    if (in_table) lead_to_errors(lines, session);
  }
  if (lines.empty()) explain_no_runs(options, session);
  return 0;
}

}  // namespace

Action build_sync_status(OptionSet& options) {
  auto chosen = std::make_shared<StatusOptions>();
  options.add(Operand{"NAME", "Connections; default: all", Arity::many, append_to(chosen->names)});
  options.add({.name = "type",
               .value = "A,B",
               .help = "Only of these types: incident, change-request",
               .set = list_into(chosen->types)});
  options.add({.name = "max-age",
               .value = "DURATION",
               .help = "Exit 9 when a stream's last success is older: 30m, 2h, 1d",
               .set = duration_into(chosen->max_age)});
  return [chosen](Session& session) { return run_status(*chosen, session); };
}

Action build_sync_history(OptionSet& options) {
  auto chosen = std::make_shared<HistoryOptions>();
  options.add({.name = "connection",
               .value = "A,B",
               .help = "Only of these connections",
               .set = list_into(chosen->connections)});
  options.add({.name = "type",
               .value = "A,B",
               .help = "Only of these types: incident, change-request",
               .set = list_into(chosen->types)});
  options.add({.name = "since",
               .value = "TIME",
               .help = "Runs that began since: 2026-06-20, 2026-06-20T08:00:00Z, 2h (ago)",
               .set = into(chosen->since)});
  options.add({.name = "run",
               .value = "ID",
               .help = "Only this run, whole: a field a line, what went wrong too",
               .set = into(chosen->run),
               .sources = Sources::command_line_and_environment});
  options.add({.name = "limit",
               .value = "N",
               .help = "How many at most (default 50, 0: all)",
               .set = count_into(chosen->limit, {0, INT64_MAX}),
               .fallback = "50"});
  return [chosen](Session& session) { return run_history(*chosen, session); };
}

}  // namespace itsmc::cli
