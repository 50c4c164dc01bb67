#include <fmt/format.h>

#include "itsmc/store/store.hpp"
#include "store/impl.hpp"
#include "store/schema.hpp"

namespace itsmc::store {
namespace {

bool walk_marks_missing(const Db& db, std::int64_t stream) {
  Statement walk(db, "SELECT marks_missing FROM walk WHERE stream = ?");
  walk.bind(1, stream);
  return walk.step() && walk.integer(0) != 0;
}

// The next number of the one counter. Read and written under the same write lock, so that no two
// changes share a number, whichever process made them.
std::int64_t last_change_seq(const Db& db) {
  return db.integer("SELECT value FROM meta WHERE name = 'change_seq'");
}

void set_change_seq(const Db& db, std::int64_t value) {
  Statement set(db, "UPDATE meta SET value = ? WHERE name = 'change_seq'");
  set.bind(1, value).run();
}

void move_lane(const Db& db, std::int64_t stream, const PageCommit& page) {
  Statement move(db, "UPDATE lane SET cursor = ?, done = ? WHERE stream = ? AND lane = ?");
  move.bind(1, page.after.cursor).bind(2, std::int64_t{page.after.done});
  move.bind(3, stream).bind(4, static_cast<std::int64_t>(page.lane)).run();
  if (db.changes() == 0) {
    throw Error(ErrorKind::unforeseen,
                fmt::format("a page came for lane {}, which no walk of the stream has", page.lane));
  }
}

void count_pages(const Db& db, std::int64_t run, std::span<const PageCommit> pages,
                 const Applied& applied) {
  std::int64_t hidden = 0;
  for (const PageCommit& page : pages) hidden += page.hidden;
  Statement count(db,
                  "UPDATE run SET pages = pages + ?, fetched = fetched + ?, created = created + ?, "
                  "updated = updated + ?, unchanged = unchanged + ?, hidden = hidden + ? "
                  "WHERE run = ?");
  count.bind(1, static_cast<std::int64_t>(pages.size())).bind(2, applied.rows());
  count.bind(3, applied.created).bind(4, applied.updated).bind(5, applied.unchanged);
  count.bind(6, hidden).bind(7, run).run();
}

}  // namespace

Applied Store::apply(const StreamKey& stream, std::int64_t run, const PageCommit& page) {
  return apply(stream, run, std::span(&page, 1));
}

Applied Store::apply(const StreamKey& stream, std::int64_t run, std::span<const PageCommit> pages) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  const std::int64_t number = impl_->stream_number(stream);
  const bool marks_missing = walk_marks_missing(db, number);
  const std::int64_t before = last_change_seq(db);
  std::int64_t change_seq = before;
  RowWriter& writer = impl_->row_writer();
  Applied sum;
  for (const PageCommit& page : pages) {
    const Applied applied = writer.put(number, page.items, change_seq);
    if (marks_missing) writer.note_seen(number, page.items);
    move_lane(db, number, page);
    sum.created += applied.created;
    sum.updated += applied.updated;
    if (page.reading == PageCommit::Reading::first) sum.unchanged += applied.unchanged;
  }
  if (change_seq != before) set_change_seq(db, change_seq);
  count_pages(db, run, pages, sum);
  transaction.commit();
  return sum;
}

Applied Store::preview(const StreamKey& stream, const WorkItemBatch& items) const {
  const Db& db = impl_->db;
  const Snapshot snapshot(db);
  Applied applied;
  const auto number = impl_->find_stream(stream);
  KeyOrder order;
  const std::vector<std::uint32_t>& places = order.of(items);
  applied.unchanged = static_cast<std::int64_t>(items.size() - places.size());
  Statement known(db, "SELECT hash, deleted_at FROM work_item_key WHERE stream = ? AND id = ?");
  known.bind(1, number.value_or(0));
  for (const std::uint32_t place : places) {
    const std::string_view id = items[place].text(TextField::id);
    bind_id(known, 2, id);
    if (!known.step()) {
      ++applied.created;
    } else if (!known.is_null(1) ||
               known.integer(0) != static_cast<std::int64_t>(items[place].hash())) {
      ++applied.updated;
    } else {
      ++applied.unchanged;
    }
    known.reset();
  }
  return applied;
}

std::int64_t Store::finish_walk(const StreamKey& stream, std::int64_t run, Timestamp complete_until,
                                Timestamp now) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  const std::int64_t number = impl_->stream_number(stream);
  Statement open_lanes(db, "SELECT count(*) FROM lane WHERE stream = ? AND NOT done");
  open_lanes.bind(1, number);
  if (open_lanes.step() && open_lanes.integer(0) != 0) {
    // Ending here would leave a gap, and would mark what the lane had yet to show as deleted.
    throw Error(ErrorKind::unforeseen, "a walk cannot end before each of its lanes has");
  }
  const std::int64_t marked = walk_marks_missing(db, number) ? impl_->mark_missing(number, now) : 0;
  impl_->drop_walk(number);
  Statement position(db, "UPDATE stream SET complete_until = ? WHERE stream = ?");
  position.bind(1, complete_until).bind(2, number).run();
  Statement count(db, "UPDATE run SET deleted = deleted + ? WHERE run = ?");
  count.bind(1, marked).bind(2, run).run();
  transaction.commit();
  return marked;
}

// Rows changed after the walk began are the next delta's business, and rows outside its window it
// could not have seen.
std::int64_t Store::Impl::mark_missing(std::int64_t stream, Timestamp now) const {
  // The nth row found gets the nth number after the counter's: a changed row moves to the end.
  db.run(
      "CREATE TEMP TABLE IF NOT EXISTS missing(nth INTEGER PRIMARY KEY, id BLOB, old INTEGER);"
      "DELETE FROM temp.missing");
  Statement find(db,
                 "INSERT INTO temp.missing(id, old) SELECT w.id, w.change_seq FROM walk k "
                 "JOIN work_item_key w ON w.stream = k.stream WHERE k.stream = ? "
                 "AND w.deleted_at IS NULL AND w.updated_at >= k.window_from "
                 "AND w.updated_at < min(k.started, coalesce(k.window_until, k.started)) "
                 "AND NOT EXISTS (SELECT 1 FROM walk_seen n WHERE n.stream = w.stream "
                 "AND n.id = w.id) ORDER BY w.id");
  find.bind(1, stream).run();
  const std::int64_t marked = db.changes();
  if (marked == 0) return 0;
  const std::int64_t before = last_change_seq(db);
  Statement mark_key(db,
                     "UPDATE work_item_key SET change_seq = ?1 + m.nth, deleted_at = ?2 "
                     "FROM temp.missing m WHERE stream = ?3 AND work_item_key.id = m.id");
  mark_key.bind(1, before).bind(2, now).bind(3, stream).run();
  Statement mark_row(db,
                     "UPDATE work_item SET change_seq = ?1 + m.nth, deleted_at = ?2 "
                     "FROM temp.missing m WHERE work_item.change_seq = m.old");
  mark_row.bind(1, before).bind(2, now).run();
  set_change_seq(db, before + marked);
  return marked;
}

}  // namespace itsmc::store
