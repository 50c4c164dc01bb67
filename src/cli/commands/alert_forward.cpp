#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/commands/creation_output.hpp"
#include "cli/display_text.hpp"
#include "cli/when.hpp"
#include "itsmc/client/alerts.hpp"
#include "itsmc/client/workspaces.hpp"
#include "itsmc/core/figures.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

struct ForwardChoice {
  std::string workspace, subscription, since;
  bool dry_run = false, acknowledge = false, once = false;
  std::optional<std::chrono::milliseconds> every;
};

std::string choose_workspace(const ForwardChoice& chosen, const Session& session) {
  if (!chosen.workspace.empty()) return chosen.workspace;
  const std::vector<std::string> names = client::workspace_names(session.platform);
  if (names.size() == 1) return names.front();
  throw Error(ErrorKind::usage,
              names.empty() ? "no workspaces yet: one says how to sign in to Azure"
                            : fmt::format("--workspace is needed: {} are configured", names.size()),
              names.empty() ? "itsmc workspace add --help" : "one of: " + join(names, ", "));
}

client::ForwardOptions options_of(const ForwardChoice& chosen, const Session& session) {
  client::ForwardOptions options{.workspace = choose_workspace(chosen, session),
                                 .subscription = chosen.subscription};
  if (!chosen.since.empty())
    options.since = read_when("since", chosen.since, session.platform.clock.now());
  if (chosen.dry_run) options.sending = client::Sending::dry_run;
  if (chosen.acknowledge) options.acknowledge = client::ForwardOptions::Acknowledge::yes;
  return options;
}

std::string counts_of(const client::ForwardReport& report, client::Sending sending) {
  std::map<std::string_view, std::int64_t> counts;
  for (const client::CreationReport& item : report.items) ++counts[to_string(item.status)];
  std::string text;
  for (const auto& [status, count] : counts) text += fmt::format(", {} {}", count, status);
  return fmt::format(
      "{} {} changed since {}{}; {} matched no action{}{}; {}", with_separators(report.alerts),
      report.alerts == 1 ? "alert" : "alerts", format_rfc3339(report.from), text, report.unmatched,
      report.suppressed == 0 ? "" : fmt::format("; {} suppressed", report.suppressed),
      report.waiting == 0
          ? ""
          : fmt::format("; {} refused and set aside, tried again later", report.waiting),
      sending == client::Sending::dry_run
          ? "nothing was written, the next run looks at the same"
          : "the next run begins at " + format_rfc3339(report.until));
}

int forward_once(const client::ForwardOptions& options, Session& session) {
  ItemRows rows(session, options.sending, Shape::list);
  client::ForwardReport report;
  try {
    report = client::forward_alerts(session.platform, options,
                                    [&](const client::CreationReport& item) { rows.row(item); });
  } catch (const Error&) {
    rows.finish();
    throw;
  }
  rows.finish();
  for (const std::string& warning : report.warnings) session.talk.warning(warning);
  for (const client::CreationReport& item : report.items) tell_of(session, item);
  session.talk.note(counts_of(report, options.sending));
  return client::exit_code(report);
}

/// A failure of one look is told, and the next one tries again.
int forward_often(const client::ForwardOptions& options, std::chrono::milliseconds every,
                  Session& session) {
  session.terminal.out.show_at_once();
  for (;;) {
    try {
      forward_once(options, session);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled || !is_retryable(error.kind())) throw;
      session.talk.error(error, {options.workspace, {}});
    }
    session.terminal.out.flush();
    if (!session.platform.clock.wait_for(every, session.platform.stop)) {
      throw Error(ErrorKind::cancelled, "interrupted", "run it again: it goes on");
    }
  }
}

int run_forward(const ForwardChoice& chosen, Session& session) {
  if (answers_fields_help(session, creation_columns())) return 0;
  if (chosen.once && chosen.every) {
    throw Error(ErrorKind::usage, "--once and --every exclude each other", "give one of the two");
  }
  const client::ForwardOptions options = options_of(chosen, session);
  session.connection = options.workspace;
  return chosen.every ? forward_often(options, *chosen.every, session)
                      : forward_once(options, session);
}

}  // namespace

Action build_alert_forward(OptionSet& options) {
  constexpr Sources k_here = Sources::command_line_and_environment;
  auto chosen = std::make_shared<ForwardChoice>();
  options.add({.name = "workspace",
               .value = "NAME",
               .help = "Whose sign-in is used; default: the only workspace",
               .set = into(chosen->workspace)});
  options.add({.name = "subscription",
               .value = "ID",
               .help = "Whose alerts; default: the workspace's subscription",
               .set = into(chosen->subscription)});
  options.add({.name = "since",
               .value = "TIME",
               .help = "Instead of where the last run ended: 2h (ago), 2026-06-20T08:00:00Z",
               .set = into(chosen->since),
               .sources = k_here});
  options.add({.name = "once",
               .value = {},
               .help = "One look, for cron (default)",
               .set = into(chosen->once),
               .sources = k_here});
  options.add({.name = "every",
               .value = "DURATION",
               .help = "Look again and again, until a signal",
               .set = duration_into(chosen->every),
               .sources = k_here});
  options.add({.name = "acknowledge",
               .value = {},
               .help = "Acknowledge the alert in Azure, with the work item's number as comment",
               .set = into(chosen->acknowledge)});
  options.add({.name = "dry-run",
               .value = {},
               .help = "Say what would be made; write nothing, move no mark",
               .set = into(chosen->dry_run),
               .sources = k_here});
  return [chosen](Session& session) { return run_forward(*chosen, session); };
}

}  // namespace itsmc::cli
