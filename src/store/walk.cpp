#include "itsmc/store/store.hpp"
#include "store/impl.hpp"

namespace itsmc::store {
namespace {

std::vector<Lane> read_lanes(const Db& db, std::int64_t stream) {
  std::vector<Lane> lanes;
  Statement read(db, "SELECT cursor, done FROM lane WHERE stream = ? ORDER BY lane");
  read.bind(1, stream);
  while (read.step()) lanes.push_back({std::string(read.text(0)), read.integer(1) != 0});
  return lanes;
}

std::optional<WalkState> read_walk(const Db& db, std::int64_t stream) {
  Statement read(db,
                 "SELECT by_key, marks_missing, window_from, window_until, started FROM walk "
                 "WHERE stream = ?");
  read.bind(1, stream);
  if (!read.step()) return std::nullopt;
  WalkState walk;
  walk.by_key = read.integer(0) != 0;
  walk.marks_missing = read.integer(1) != 0;
  walk.from = *read.time(2);
  walk.until = read.time(3);
  walk.started = *read.time(4);
  walk.lanes = read_lanes(db, stream);
  return walk;
}

void write_walk(const Db& db, std::int64_t stream, const WalkState& walk) {
  Statement write(db, "INSERT INTO walk VALUES(?, ?, ?, ?, ?, ?)");
  write.bind(1, stream)
      .bind(2, std::int64_t{walk.by_key})
      .bind(3, std::int64_t{walk.marks_missing});
  write.bind(4, walk.from).bind(5, walk.until).bind(6, walk.started).run();
  Statement lane(db, "INSERT INTO lane VALUES(?, ?, ?, ?)");
  for (std::size_t i = 0; i < walk.lanes.size(); ++i) {
    lane.bind(1, stream).bind(2, static_cast<std::int64_t>(i));
    lane.bind(3, walk.lanes[i].cursor).bind(4, std::int64_t{walk.lanes[i].done}).run();
  }
}

}  // namespace

std::optional<Position> Store::position(const StreamKey& stream) const {
  const Snapshot snapshot(impl_->db);
  const auto number = impl_->find_stream(stream);
  return number ? impl_->read_position(*number) : std::nullopt;
}

// A stream that has lines in the ledger only has no position: its fingerprint is null.
std::optional<Position> Store::Impl::read_position(std::int64_t stream) const {
  Statement read(db, "SELECT fingerprint, complete_until FROM stream WHERE stream = ?");
  read.bind(1, stream);
  if (!read.step() || read.is_null(0)) return std::nullopt;
  return Position{std::string(read.text(0)), read.time(1), read_walk(db, stream)};
}

void Store::begin_walk(const StreamKey& stream, const Position& position) {
  const Db& db = impl_->db;
  WriteTransaction transaction(db);
  const std::int64_t number = impl_->stream_number(stream);
  impl_->drop_walk(number);
  Statement write(db, "UPDATE stream SET fingerprint = ?, complete_until = ? WHERE stream = ?");
  write.bind(1, position.fingerprint).bind(2, position.complete_until).bind(3, number).run();
  if (position.walk) write_walk(db, number, *position.walk);
  transaction.commit();
}

void Store::Impl::drop_walk(std::int64_t stream) const {
  for (const char* sql : {"DELETE FROM walk WHERE stream = ?", "DELETE FROM lane WHERE stream = ?",
                          "DELETE FROM walk_seen WHERE stream = ?"}) {
    Statement(db, sql).bind(1, stream).run();
  }
}

}  // namespace itsmc::store
