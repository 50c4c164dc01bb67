#include <memory>

#include <fmt/format.h>

#include "cli/commands/absent_store.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/report_columns.hpp"
#include "cli/commands/unreadable.hpp"
#include "cli/session.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/client/items.hpp"

namespace itsmc::cli {
namespace {

struct StatusOptions {
  std::vector<std::string> names;
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

int run_status(const StatusOptions& options, Session& session) {
  if (answers_fields_help(session, status_columns())) return 0;
  Listing listing(session, status_columns());
  const client::EveryConnection found = client::load_connections(session.platform, options.names);
  const std::vector<client::StreamHealth> streams =
      client::sync_status(session.platform, found.ready);
  for (const client::StreamHealth& stream : streams) listing.row(status_cells(stream));
  listing.finish();
  int code = tell_unreadable(session, found.unreadable, found.ready.size());
  if (streams.empty() && found.unreadable.empty()) {
    session.talk.note("no connections yet; make one: itsmc connection add");
  }
  if (!streams.empty()) note_absent_store(session);
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
  std::string connection;
  std::int64_t limit = 50;
};

int run_history(const HistoryOptions& options, Session& session) {
  if (answers_fields_help(session, history_columns())) return 0;
  Listing listing(session, history_columns());
  const std::vector<LedgerLine> lines =
      client::sync_history(session.platform, options.connection, options.limit);
  for (const LedgerLine& line : lines) listing.row(history_cells(line));
  listing.finish();
  if (!lines.empty()) return 0;
  session.terminal.out.flush();
  if (!options.connection.empty()) {
    static_cast<void>(client::load_connection(session.platform, options.connection));
  }
  if (!note_absent_store(session)) session.talk.note("no runs yet; next: itsmc sync run");
  return 0;
}

}  // namespace

Action build_sync_status(OptionSet& options) {
  auto chosen = std::make_shared<StatusOptions>();
  options.add(Operand{"NAME", "Connections; default: all", Arity::many, append_to(chosen->names)});
  options.add({.name = "max-age",
               .value = "DURATION",
               .help = "Exit 9 when a stream's last success is older: 30m, 2h, 1d",
               .set = duration_into(chosen->max_age)});
  return [chosen](Session& session) { return run_status(*chosen, session); };
}

Action build_sync_history(OptionSet& options) {
  auto chosen = std::make_shared<HistoryOptions>();
  options.add({.name = "connection",
               .value = "NAME",
               .help = "Only this connection's",
               .set = into(chosen->connection)});
  options.add({.name = "limit",
               .value = "N",
               .help = "How many at most (default 50, 0: all)",
               .set = count_into(chosen->limit, {0, INT64_MAX}),
               .fallback = "50"});
  return [chosen](Session& session) { return run_history(*chosen, session); };
}

}  // namespace itsmc::cli
