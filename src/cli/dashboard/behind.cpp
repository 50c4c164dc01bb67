#include "cli/dashboard/behind.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/display_text.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::cli {
namespace {

using client::Dashboard;
using client::DashboardRequest;

constexpr std::int64_t k_listed = 50;  // what --limit is where nobody says it

/// A time as an option takes it; a day's begin is its date.
std::string moment(Timestamp time) {
  constexpr std::string_view k_midnight = "T00:00:00Z";
  std::string text = format_rfc3339(time);
  if (text.ends_with(k_midnight)) text.resize(text.size() - k_midnight.size());
  return text;
}

/// What is shown of a name is what it is: a command with it finds it again.
bool can_be_typed(std::string_view name) {
  return !trim(name).empty() && harmless(name) == name;
}

/// " --ci 'o'\''brien pc'"; a name that begins as an option does stands behind a "=".
std::string named(std::string_view option, std::string_view name) {
  const char between = name.starts_with('-') ? '=' : ' ';
  return fmt::format(" --{}{}{}", option, between, shell_word(name));
}

std::string types_of(const DashboardRequest& request) {
  std::string words;
  for (const WorkItemType type : request.types) words += fmt::format(" --type {}", to_string(type));
  return words;
}

std::string filters_of(const DashboardRequest& request) {
  std::string words;
  for (const std::string& name : request.connections) words += " --connection " + name;
  return words + types_of(request);
}

std::string limit_for(std::int64_t counted) {
  return counted > k_listed ? " --limit 0" : "";
}

template <typename Rows, typename Count>
std::int64_t sum(const Rows& rows, Count count) {
  std::int64_t all = 0;
  for (const auto& row : rows) all += row.*count;
  return all;
}

std::string of_items(const Dashboard& board, const DashboardRequest& request) {
  const std::string& computer = request.computer;
  if (!computer.empty() && !can_be_typed(computer)) return {};
  return fmt::format("itsmc workitem list --created-since {} --sort -created_at{}{}{}",
                     moment(board.since), filters_of(request),
                     computer.empty() ? "" : named("ci", computer),
                     limit_for(sum(board.counts.created, &store::CreatedCount::count)));
}

std::string of_first_computer(const Dashboard& board, const DashboardRequest& request) {
  const store::ComputerCount& first = board.counts.computers.front();
  if (!can_be_typed(first.name)) return {};
  return fmt::format("itsmc workitem list --created-since {}{}{}{}", moment(board.since),
                     named("ci", first.name), filters_of(request), limit_for(first.count));
}

/// Its operands are connections that are configured: one whose rows were kept has no status.
std::string of_connectors(const Dashboard& board, const DashboardRequest& request) {
  std::string names;
  for (const std::string& name : request.connections) {
    const bool has_lines = std::any_of(board.connectors.begin(), board.connectors.end(),
                                       [&](const auto& one) { return one.connection == name; });
    if (has_lines) names += ' ' + name;
  }
  return fmt::format("itsmc sync status{}{}", names, types_of(request));
}

std::string of_runs(const Dashboard& board, const DashboardRequest& request) {
  return fmt::format("itsmc sync history --since {}{}{}", moment(board.runs_since),
                     filters_of(request),
                     limit_for(sum(board.counts.messages, &store::RunMessage::runs)));
}

/// Of the notes: the store's rows lack what no sync has brought yet.
std::string of_rules(const DashboardRequest& request) {
  std::string among;
  for (const std::string& name : request.connections) {
    among += fmt::format("{}'{}'", among.empty() ? "" : ", ", name);
  }
  if (!among.empty()) among = fmt::format(" AND connection IN ({})", among);
  return fmt::format(
      "itsmc query \"SELECT connection, rule, type, number, state FROM creation WHERE rule <> ''{} "
      "ORDER BY noted_at DESC\"",
      among);
}

}  // namespace

std::string command_behind(const DashboardList& list, const Dashboard& board,
                           const DashboardRequest& request) {
  if (list.name == "work_items") return of_items(board, request);
  if (list.name == "computers") return of_first_computer(board, request);
  if (list.name == "connectors") return of_connectors(board, request);
  if (list.name == "messages") return of_runs(board, request);
  return of_rules(request);
}

std::string command_for_all(const DashboardList& list, const DashboardRequest& request) {
  const std::string& computer = request.computer;
  if (!computer.empty() && !can_be_typed(computer)) return {};
  std::string window;
  if (request.days) window = fmt::format(" --days {}", *request.days);
  if (request.since) window = " --since " + moment(*request.since);
  return fmt::format("itsmc dashboard --part {} --limit 0{}{}{}", list.part, filters_of(request),
                     computer.empty() ? "" : named("computer", computer), window);
}

}  // namespace itsmc::cli
