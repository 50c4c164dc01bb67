#include <algorithm>

#include <fmt/format.h>

#include "itsmc/core/text.hpp"
#include "itsmc/store/store.hpp"
#include "store/filter_sql.hpp"
#include "store/impl.hpp"
#include "store/item_reader.hpp"

namespace itsmc::store {
namespace {

bool is_of(const std::vector<StreamRow>& streams, std::int64_t number,
           std::string_view connection) {
  return std::any_of(streams.begin(), streams.end(), [&](const StreamRow& stream) {
    return stream.number == number && (connection.empty() || stream.key.connection == connection);
  });
}

}  // namespace

// Two statements: the first sorts numbers only, so that SQLite never has to sort whole rows (what
// does not fit in its cache goes to a temporary file); the second fetches each row by its number.
std::int64_t Store::list(const ItemFilter& filter,
                         const std::function<void(const StoredItem&)>& visit) const {
  const Db& db = impl_->db;
  const Snapshot snapshot(db);
  const std::vector<StreamRow> streams = impl_->streams();
  const Condition condition = condition_of(filter, streams);
  Statement keys(db, fmt::format("SELECT w.change_seq FROM {} w WHERE {} {} LIMIT ?",
                                 condition.table, condition.sql, order_of(filter)));
  const int next = condition.bind(keys);
  keys.bind(next, filter.limit > 0 ? filter.limit : std::int64_t{-1});
  ItemReader reader(db, streams);
  std::int64_t visited = 0;
  while (keys.step()) {
    reader.read(keys.integer(0), visit);
    ++visited;
  }
  if (filter.limit <= 0 || visited < filter.limit) return visited;
  Statement count(
      db, fmt::format("SELECT count(*) FROM {} w WHERE {}", condition.table, condition.sql));
  condition.bind(count);
  return count.step() ? count.integer(0) : 0;
}

void Store::find(std::string_view id_or_number, std::string_view connection,
                 const std::function<void(const StoredItem&)>& visit) const {
  const Db& db = impl_->db;
  const Snapshot snapshot(db);
  const std::vector<StreamRow> streams = impl_->streams();
  ItemReader reader(db, streams);
  // Product ids are written in lower case; people paste them in either.
  Condition by_id{"work_item_key", "", {std::int64_t{0}, stored_id(id_or_number)}};
  by_id.values.push_back(stored_id(to_lower(id_or_number)));
  Statement ids(db, "SELECT change_seq FROM work_item_key WHERE stream = ? AND id IN (?, ?)");
  Statement numbers(db,
                    "SELECT change_seq, stream FROM work_item WHERE number = ? COLLATE NOCASE "
                    "ORDER BY stream, change_seq");
  std::vector<std::int64_t> found;  // a row may answer to both
  for (const StreamRow& stream : streams) {
    if (!connection.empty() && stream.key.connection != connection) continue;
    by_id.values.front() = stream.number;
    by_id.bind(ids);
    while (ids.step()) found.push_back(ids.integer(0));
    ids.reset();
  }
  numbers.bind(1, id_or_number);
  while (numbers.step()) {
    if (is_of(streams, numbers.integer(1), connection)) found.push_back(numbers.integer(0));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::find(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(i), found[i]) ==
        found.begin() + static_cast<std::ptrdiff_t>(i)) {
      reader.read(found[i], visit);
    }
  }
}

std::vector<SummaryLine> Store::summary(const ItemFilter& filter) const {
  const Db& db = impl_->db;
  const Snapshot snapshot(db);
  const std::vector<StreamRow> streams = impl_->streams();
  const Condition condition = condition_of(filter, streams);
  Statement groups(db, fmt::format("SELECT w.stream, w.state, count(*) AS n, sum(w.open), "
                                   "max(w.updated_at) FROM work_item w WHERE {} "
                                   "GROUP BY w.stream, w.state ORDER BY n DESC, w.state",
                                   condition.sql));
  condition.bind(groups);
  std::vector<std::pair<std::int64_t, SummaryLine>> found;
  while (groups.step()) {
    SummaryLine line;
    line.state = groups.text(1);
    line.count = groups.integer(2);
    line.open = groups.integer(3);
    line.newest = groups.time(4);
    found.emplace_back(groups.integer(0), std::move(line));
  }
  std::vector<SummaryLine> lines;
  for (const StreamRow& stream : streams) {
    for (auto& [number, line] : found) {
      if (number != stream.number) continue;
      line.connection = stream.key.connection;
      line.type = stream.key.type;
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace itsmc::store
