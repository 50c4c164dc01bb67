#include "itsmc/core/error.hpp"
#include "itsmc/store/store.hpp"
#include "store/filter_sql.hpp"
#include "store/impl.hpp"
#include "store/item_reader.hpp"
#include "store/schema.hpp"

namespace itsmc::store {
namespace {

std::string read_id(const Statement& row, int column) {
  char text[32];
  return std::string(id_text(row, column, text));
}

void keep_aside(const Db& db, const std::string& destination, std::int64_t stream,
                std::span<const Rejected> rejected) {
  Statement keep(db, "INSERT OR REPLACE INTO rejected VALUES(?, ?, ?, ?, ?, ?)");
  for (const Rejected& row : rejected) {
    keep.bind(1, destination).bind(2, stream);
    bind_id(keep, 3, row.id);
    keep.bind(4, row.change).bind(5, row.reason).bind(6, row.at).run();
  }
}

}  // namespace

void Store::Impl::ensure_destination(const std::string& destination, std::int64_t stream) const {
  Statement make(db, "INSERT OR IGNORE INTO destination(name, stream) VALUES(?, ?)");
  make.bind(1, destination).bind(2, stream).run();
}

ChangeSeq Store::acknowledged(const std::string& destination, const StreamKey& stream) const {
  const Snapshot snapshot(impl_->db);
  const auto number = impl_->find_stream(stream);
  if (!number) return 0;
  Statement mark(impl_->db, "SELECT acknowledged FROM destination WHERE name = ? AND stream = ?");
  mark.bind(1, destination).bind(2, *number);
  return mark.step() ? mark.integer(0) : 0;
}

void Store::owed(const StreamKey& stream, ChangeSeq after,
                 const std::function<Visit(ChangeSeq, const StoredItem&)>& visit) const {
  const Snapshot snapshot(impl_->db);
  const auto number = impl_->find_stream(stream);
  if (!number) return;
  ItemReader(impl_->db, impl_->streams()).read_after(*number, after, visit);
}

std::int64_t Store::count_owed(const std::string& destination, const StreamKey& stream) const {
  const Snapshot snapshot(impl_->db);
  const auto number = impl_->find_stream(stream);
  if (!number) return 0;
  Statement count(impl_->db, "SELECT count(*) FROM work_item WHERE change_seq > ? AND stream = ?");
  count.bind(1, acknowledged(destination, stream)).bind(2, *number);
  return count.step() ? count.integer(0) : 0;
}

void Store::acknowledge(const std::string& destination, const StreamKey& stream, ChangeSeq up_to,
                        std::span<const Rejected> rejected, std::span<const std::string> taken) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  const std::int64_t number = impl_->stream_number(stream);
  impl_->ensure_destination(destination, number);
  Statement move(db,
                 "UPDATE destination SET acknowledged = max(acknowledged, ?) "
                 "WHERE name = ? AND stream = ?");
  move.bind(1, up_to).bind(2, destination).bind(3, number).run();
  Statement forget(db, "DELETE FROM rejected WHERE name = ? AND stream = ? AND id = ?");
  for (const std::string& id : taken) {
    forget.bind(1, destination).bind(2, number);
    bind_id(forget, 3, id);
    forget.run();
  }
  keep_aside(db, destination, number, rejected);
  transaction.commit();
}

std::int64_t Store::owe_everything(const std::string& destination, const StreamKey& stream) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  const std::int64_t number = impl_->stream_number(stream);
  for (const char* sql :
       {"DELETE FROM rejected WHERE name = ? AND stream = ?",
        "UPDATE destination SET acknowledged = 0 WHERE name = ? AND stream = ?"}) {
    Statement(db, sql).bind(1, destination).bind(2, number).run();
  }
  Statement count(db, "SELECT count(*) FROM work_item_key WHERE stream = ?");
  count.bind(1, number);
  const std::int64_t rows = count.step() ? count.integer(0) : 0;
  count.reset();
  transaction.commit();
  return rows;
}

std::vector<Rejected> Store::rejected(const std::string& destination) const {
  const Snapshot snapshot(impl_->db);
  const std::vector<StreamRow> streams = impl_->streams();
  Statement rows(impl_->db,
                 "SELECT stream, id, change_seq, reason, at FROM rejected WHERE name = ? "
                 "ORDER BY stream, id");
  rows.bind(1, destination);
  std::vector<Rejected> all;
  while (rows.step()) {
    for (const StreamRow& stream : streams) {
      if (stream.number != rows.integer(0)) continue;
      all.push_back({stream.key, read_id(rows, 1), rows.integer(2), std::string(rows.text(3)),
                     *rows.time(4)});
    }
  }
  return all;
}

void Store::row(const StreamKey& stream, std::string_view id,
                const std::function<void(ChangeSeq, const StoredItem&)>& visit) const {
  const Snapshot snapshot(impl_->db);
  const auto number = impl_->find_stream(stream);
  if (!number) return;
  Statement key(impl_->db, "SELECT change_seq FROM work_item_key WHERE stream = ? AND id = ?");
  key.bind(1, *number);
  bind_id(key, 2, id);
  if (!key.step()) return;
  const ChangeSeq change = key.integer(0);
  ItemReader(impl_->db, impl_->streams()).read(change, [&](const StoredItem& item) {
    visit(change, item);
  });
}

void Store::forget_destination(const std::string& destination) {
  WriteTransaction transaction(impl_->db);
  for (const char* sql :
       {"DELETE FROM destination WHERE name = ?", "DELETE FROM rejected WHERE name = ?"}) {
    Statement(impl_->db, sql).bind(1, destination).run();
  }
  transaction.commit();
}

void Store::acknowledge_lines(const std::string& destination, const StreamKey& stream,
                              std::int64_t up_to_run) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  const std::int64_t number = impl_->stream_number(stream);
  impl_->ensure_destination(destination, number);
  Statement move(db,
                 "UPDATE destination SET acknowledged_run = max(acknowledged_run, ?) "
                 "WHERE name = ? AND stream = ?");
  move.bind(1, up_to_run).bind(2, destination).bind(3, number).run();
  transaction.commit();
}

}  // namespace itsmc::store
