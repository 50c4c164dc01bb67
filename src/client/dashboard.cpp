#include "itsmc/client/dashboard.hpp"

#include <algorithm>

#include "itsmc/client/connections.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::client {
namespace {

constexpr std::chrono::hours k_day{24};
constexpr int k_hourly_up_to_days = 3;

std::filesystem::path store_file(const Platform& platform) {
  return platform.data_dir / "itsmc.db";
}

template <typename T>
bool asked_for(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

std::vector<store::StreamStatus> asked_streams(const Platform& platform,
                                               const DashboardRequest& request) {
  const store::Store store(store_file(platform), store::OpenMode::read_only);
  std::vector<store::StreamStatus> streams = store.status();
  std::erase_if(streams, [&](const store::StreamStatus& one) {
    return !asked_for(request.connections, one.stream.connection) ||
           !asked_for(request.types, one.stream.type);
  });
  return streams;
}

/// The asked connections that are configured. A removed one may still have rows.
EveryConnection asked_connections(const Platform& platform, const DashboardRequest& request,
                                  const std::vector<store::StreamStatus>& streams) {
  if (request.connections.empty()) return load_every_connection(platform);
  const std::vector<std::string> known = connection_names(platform);
  EveryConnection found;
  for (const std::string& name : request.connections) {
    const bool stored = std::any_of(streams.begin(), streams.end(),
                                    [&](const auto& one) { return one.stream.connection == name; });
    const bool configured = std::find(known.begin(), known.end(), name) != known.end();
    if (configured || !stored) found.ready.push_back(load_connection(platform, name));
  }
  return found;
}

/// The partner's clock at the last complete sync: a store that is behind still fills its window.
Timestamp end_of_window(const std::vector<store::StreamStatus>& streams, Timestamp now) {
  std::optional<Timestamp> end;
  for (const store::StreamStatus& one : streams) {
    end = std::max(end, one.position.complete_until);
  }
  return end.value_or(now);
}

/// How far a file that cannot be read would go back is unknown: as far as any may.
std::int64_t longest_window(const EveryConnection& connections) {
  int days = 0;
  if (!connections.unreadable.empty()) return k_max_sync_days;
  for (const Connection& one : connections.ready) days = std::max(days, one.sync_days);
  return days > 0 ? days : k_max_sync_days;
}

std::vector<StreamHealth> connector_lines(const Platform& platform, const DashboardRequest& request,
                                          const std::vector<Connection>& connections) {
  std::vector<StreamHealth> lines = sync_status(platform, connections);
  std::erase_if(lines, [&](const StreamHealth& l) { return !asked_for(request.types, l.type); });
  return lines;
}

/// Work items made of alerts, by rule. The notes know no computer: of the filters only the
/// connection applies.
std::vector<store::RuleCount> alert_rule_counts(const Platform& platform,
                                                const DashboardRequest& request) {
  std::vector<store::RuleCount> rules =
      store::Creations(store_file(platform), store::OpenMode::read_only).by_rule();
  std::erase_if(rules, [&](const store::RuleCount& one) {
    return !asked_for(request.connections, one.connection);
  });
  return rules;
}

}  // namespace

Dashboard dashboard(const Platform& platform, const DashboardRequest& request) {
  const std::vector<store::StreamStatus> streams = asked_streams(platform, request);
  const EveryConnection connections = asked_connections(platform, request, streams);
  const Timestamp now = platform.clock.now();
  Dashboard board;
  board.until = end_of_window(streams, now);
  const auto days = k_day * request.days.value_or(longest_window(connections));
  const Timestamp since = request.since.value_or(board.until - days);
  board.interval =
      board.until - since <= k_day * k_hourly_up_to_days ? std::chrono::hours(1) : k_day;
  // Whole days (hours): what was asked as a moment stays that moment.
  board.since = request.since ? since : since - since.time_since_epoch() % board.interval;
  store::DashboardQuery query{.connections = request.connections,
                              .types = request.types,
                              .computer = request.computer,
                              .since = board.since};
  board.runs_since = now - std::max(board.until - board.since, Timestamp::duration{});
  if (!request.since) board.runs_since -= board.runs_since.time_since_epoch() % board.interval;
  query.runs_since = board.runs_since;
  query.interval = board.interval;
  query.computers = request.computers;
  board.counts = store::count_dashboard(store_file(platform), query);
  board.connectors = connector_lines(platform, request, connections.ready);
  board.configured = connections.ready.size() + connections.unreadable.size();
  board.unreadable = connections.unreadable;
  board.alert_rules = alert_rule_counts(platform, request);
  return board;
}

void visit_dashboard_items(const Platform& platform, const DashboardRequest& request,
                           const Dashboard& dashboard,
                           const std::function<void(const StoredItem&)>& visit) {
  ItemFilter filter;
  filter.connections = request.connections;
  filter.types = request.types;
  filter.configuration_item = request.computer;
  filter.sort = "created_at";
  filter.limit = 0;
  filter.created_since = dashboard.since;
  list_items(platform, filter, visit);
}

}  // namespace itsmc::client
