#include "itsmc/store/dashboard.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "store/filter_sql.hpp"
#include "store/impl.hpp"

namespace itsmc::store {
namespace {

const StreamKey* key_of(const std::vector<StreamRow>& streams, std::int64_t number) {
  const auto found = std::find_if(streams.begin(), streams.end(),
                                  [number](const StreamRow& row) { return row.number == number; });
  return found == streams.end() ? nullptr : &found->key;
}

std::int64_t milliseconds(Timestamp time) {
  return time.time_since_epoch().count();
}

/// One state of the store and a condition on its rows. Lives for one call.
class Counting {
 public:
  Counting(const Db& db, std::vector<StreamRow> streams, const DashboardQuery& query)
      : db_(db), streams_(std::move(streams)), query_(query) {
    ItemFilter filter;
    filter.connections = query.connections;
    filter.types = query.types;
    filter.configuration_item = query.computer;
    condition_ = condition_of(filter, streams_);
  }

  [[nodiscard]] DashboardCounts count() const {
    DashboardCounts counts;
    count_created(counts);
    count_computers(counts);
    count_older(counts);
    count_runs(counts);
    return counts;
  }

 private:
  void count_created(DashboardCounts& counts) const {
    Statement groups =
        since(fmt::format("SELECT w.stream, ({0} - ?) / ? AS slot, count(*), sum(w.open), max({0}) "
                          "FROM work_item w "
                          "WHERE {1} AND {0} >= ? GROUP BY w.stream, slot ORDER BY w.stream, slot",
                          k_created, "{}"),
              {milliseconds(query_.since), query_.interval.count()});
    while (groups.step()) {
      const StreamKey* key = key_of(streams_, groups.integer(0));
      if (key == nullptr) continue;
      const Timestamp from = query_.since + groups.integer(1) * query_.interval;
      counts.intervals.push_back({key->connection, key->type, from, groups.integer(2)});
      add(stream_of(counts.created, *key), groups);
    }
  }

  static CreatedCount& stream_of(std::vector<CreatedCount>& created, const StreamKey& key) {
    for (CreatedCount& one : created) {
      if (one.connection == key.connection && one.type == key.type) return one;
    }
    created.push_back({key.connection, key.type, 0, 0, std::nullopt});
    return created.back();
  }

  static void add(CreatedCount& to, const Statement& group) {
    to.count += group.integer(2);
    to.open += group.integer(3);
    to.newest = std::max(to.newest, group.time(4));
  }

  // Case is ignored as `workitem list --ci` ignores it, so that both count the same rows.
  void count_computers(DashboardCounts& counts) const {
    Statement groups = since(fmt::format(
        "SELECT w.configuration_item, count(*) AS n, sum(w.open), max({0}), count(*) OVER () "
        "FROM work_item w WHERE {1} AND {0} >= ? AND w.configuration_item IS NOT NULL "
        "GROUP BY w.configuration_item COLLATE NOCASE "
        "ORDER BY n DESC, w.configuration_item COLLATE NOCASE LIMIT {2}",
        k_created, "{}", query_.computers > 0 ? query_.computers : -1));
    while (groups.step()) {
      counts.computers.push_back(
          {std::string(groups.text(0)), groups.integer(1), groups.integer(2), groups.time(3)});
      counts.computers_in_all = groups.integer(4);
    }
    Statement without = since(fmt::format(
        "SELECT count(*) FROM work_item w WHERE {1} AND {0} >= ? AND w.configuration_item IS NULL",
        k_created, "{}"));
    if (without.step()) counts.without_computer = without.integer(0);
  }

  void count_older(DashboardCounts& counts) const {
    Statement older = since(
        fmt::format("SELECT count(*) FROM work_item w WHERE {1} AND {0} < ?", k_created, "{}"));
    if (older.step()) counts.older = older.integer(0);
  }

  void count_runs(DashboardCounts& counts) const {
    Statement groups(db_,
                     "SELECT stream, status, coalesce(error, ''), max(error_hint), count(*), "
                     "max(started) AS last FROM run WHERE started >= ? "
                     "GROUP BY stream, status, coalesce(error, '') ORDER BY status = 'ok', "
                     "last DESC, max(run) DESC");
    groups.bind(1, query_.runs_since);
    const auto holds = [](const auto& wanted, const auto& value) {
      return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    };
    while (groups.step()) {
      const StreamKey* key = key_of(streams_, groups.integer(0));
      if (key == nullptr || !holds(query_.connections, key->connection) ||
          !holds(query_.types, key->type)) {
        continue;
      }
      counts.messages.push_back({key->connection, key->type, std::string(groups.text(1)),
                                 std::string(groups.text(2)), std::string(groups.text(3)),
                                 groups.integer(4), groups.time(5)});
    }
  }

  /// `sql` has one "{}" for the condition; `first` goes before its values, `since` after them.
  [[nodiscard]] Statement since(const std::string& sql,
                                std::vector<std::int64_t> first = {}) const {
    Condition condition = condition_;
    condition.values.insert(condition.values.begin(), first.begin(), first.end());
    Statement statement(db_, fmt::format(fmt::runtime(sql), condition.sql));
    const int next = condition.bind(statement);
    statement.bind(next, query_.since);
    return statement;
  }

  const Db& db_;
  std::vector<StreamRow> streams_;
  const DashboardQuery& query_;
  Condition condition_;
};

}  // namespace

DashboardCounts count_dashboard(const std::filesystem::path& file, const DashboardQuery& query) {
  const Db db = open_store(file, OpenMode::read_only);
  const Snapshot snapshot(db);
  return Counting(db, read_streams(db), query).count();
}

}  // namespace itsmc::store
