#include "store/row_writer.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/schema.hpp"

namespace itsmc::store {
namespace {

// Places of the row's fixed parameters; the stored fields follow.
enum Place { k_change_seq = 1, k_stream, k_id, k_open, k_first_field };

std::string insert_row_sql() {
  std::string columns = "change_seq, stream, id, open";
  std::string values = "?, ?, ?, ?";
  for (const Field* field : stored_fields()) {
    columns += ", " + quoted(field->name);
    values += ", ?";
  }
  return fmt::format("INSERT INTO work_item({}) VALUES({})", columns, values);
}

constexpr std::string_view k_find_key =
    "SELECT hash, change_seq, deleted_at FROM work_item_key WHERE stream = ?1 AND id = ?2";
constexpr std::string_view k_insert_key =
    "INSERT INTO work_item_key(stream, id, change_seq, hash, open, updated_at) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
constexpr std::string_view k_update_key =
    "UPDATE work_item_key SET change_seq = ?3, hash = ?4, open = ?5, updated_at = ?6, "
    "deleted_at = NULL WHERE stream = ?1 AND id = ?2";

// SQLITE_STATIC: what `id` points to outlives the step.
void bind_packed(sqlite3_stmt* statement, int place, const PackedId& id) {
  if (id.packed) {
    sqlite3_bind_blob(statement, place, id.bytes, sizeof id.bytes, SQLITE_STATIC);
    return;
  }
  sqlite3_bind_text(statement, place, id.text.data(), static_cast<int>(id.text.size()),
                    SQLITE_STATIC);
}

void bind_key(sqlite3_stmt* statement, std::int64_t change_seq, const WorkItemView& item,
              const PackedId& id) {
  bind_packed(statement, 2, id);
  sqlite3_bind_int64(statement, 3, change_seq);
  sqlite3_bind_int64(statement, 4, static_cast<std::int64_t>(item.hash()));
  sqlite3_bind_int64(statement, 5, item.open() ? 1 : 0);
  const TimeValue updated_at = item.time_value(TimeField::updated_at);
  if (updated_at == k_no_time) {
    sqlite3_bind_null(statement, 6);
  } else {
    sqlite3_bind_int64(statement, 6, updated_at);
  }
}

}  // namespace

const std::vector<std::uint32_t>& KeyOrder::of(const WorkItemBatch& items) {
  const auto id = [&](std::size_t place) { return items[place].text(TextField::id); };
  places_.resize(items.size());
  std::iota(places_.begin(), places_.end(), 0U);
  bool in_order = true;
  for (std::size_t i = 1; i < items.size() && in_order; ++i) in_order = id(i - 1) < id(i);
  if (in_order) return places_;
  std::sort(places_.begin(), places_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = id(a).compare(id(b));
    return order != 0 ? order < 0 : a > b;  // of equal ids the last comes first, and stays
  });
  const auto same_id = [&](std::uint32_t a, std::uint32_t b) { return id(a) == id(b); };
  places_.erase(std::unique(places_.begin(), places_.end(), same_id), places_.end());
  return places_;
}

RowWriter::RowWriter(const Db& db)
    : db_(&db),
      find_key_(db, k_find_key),
      insert_key_(db, k_insert_key),
      update_key_(db, k_update_key),
      remove_row_(db, "DELETE FROM work_item WHERE change_seq = ?"),
      insert_row_(db, insert_row_sql()) {
  for (const Field* field : stored_fields()) {
    const auto kind = field->kind == FieldKind::time ? Source::Kind::time
                      : is_id_field(*field)          ? Source::Kind::id
                                                     : Source::Kind::text;
    sources_.push_back({kind, field->place});
  }
}

Applied RowWriter::put(std::int64_t stream, const WorkItemBatch& items, std::int64_t& change_seq) {
  Applied applied;
  insert_row_.bind(k_stream, stream);
  for (Statement* statement : {&find_key_, &insert_key_, &update_key_}) statement->bind(1, stream);
  const std::vector<std::uint32_t>& places = order_.of(items);
  for (const std::uint32_t place : places) {
    switch (put_row(change_seq + 1, items[place])) {
      case Outcome::created:
        ++applied.created;
        ++change_seq;
        break;
      case Outcome::updated:
        ++applied.updated;
        ++change_seq;
        break;
      case Outcome::unchanged:
        ++applied.unchanged;
        break;
    }
  }
  applied.unchanged += static_cast<std::int64_t>(items.size() - places.size());
  return applied;
}

RowWriter::Outcome RowWriter::put_row(std::int64_t change_seq, const WorkItemView& item) {
  id_.set(item.text(TextField::id));
  if (expects_new_ && insert_key(change_seq, item)) {
    insert_row(change_seq, item);
    return Outcome::created;
  }
  bind_packed(find_key_.handle(), 2, id_);
  if (!find_key_.step()) {
    find_key_.reset();
    insert_key(change_seq, item);
    insert_row(change_seq, item);
    expects_new_ = true;
    return Outcome::created;
  }
  expects_new_ = false;
  const bool is_known =
      find_key_.integer(0) == static_cast<std::int64_t>(item.hash()) && find_key_.is_null(2);
  remove_row_.bind(1, find_key_.integer(1));
  find_key_.reset();
  if (is_known) return Outcome::unchanged;
  replace_row(change_seq, item);
  return Outcome::updated;
}

// False when the key is there already.
bool RowWriter::insert_key(std::int64_t change_seq, const WorkItemView& item) {
  bind_key(insert_key_.handle(), change_seq, item, id_);
  finish(insert_key_);
  return sqlite3_changes(db_->handle()) != 0;
}

// remove_row_ knows which one already.
void RowWriter::replace_row(std::int64_t change_seq, const WorkItemView& item) {
  bind_key(update_key_.handle(), change_seq, item, id_);
  finish(update_key_);
  finish(remove_row_);
  insert_row(change_seq, item);
}

void RowWriter::insert_row(std::int64_t change_seq, const WorkItemView& item) {
  sqlite3_stmt* statement = insert_row_.handle();
  sqlite3_bind_int64(statement, k_change_seq, change_seq);
  bind_packed(statement, k_id, id_);
  sqlite3_bind_int64(statement, k_open, item.open() ? 1 : 0);
  int place = k_first_field;
  for (const Source& source : sources_) {
    if (source.kind == Source::Kind::time) {
      bind_time(place, item.time_value(static_cast<TimeField>(source.place)));
    } else if (source.kind == Source::Kind::text) {
      bind_text(place, item.text(static_cast<TextField>(source.place)));
    } else {
      bind_id(place, item.text(static_cast<TextField>(source.place)));
    }
    ++place;
  }
  finish(insert_row_);
}

void RowWriter::finish(Statement& statement) {
  const int code = sqlite3_step(statement.handle());
  const int again = sqlite3_reset(statement.handle());
  if (code != SQLITE_DONE) db_->fail(again);
}

// SQLITE_STATIC: nothing is copied but into the page.
void RowWriter::bind_text(int place, std::string_view text) {
  const auto bit = static_cast<std::size_t>(place);
  if (text.empty()) {
    if (bound_[bit]) sqlite3_bind_null(insert_row_.handle(), place);
    bound_[bit] = false;
    return;
  }
  bound_[bit] = true;
  sqlite3_bind_text(insert_row_.handle(), place, text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
}

void RowWriter::bind_time(int place, TimeValue value) {
  const auto bit = static_cast<std::size_t>(place);
  if (value == k_no_time) {
    if (bound_[bit]) sqlite3_bind_null(insert_row_.handle(), place);
    bound_[bit] = false;
    return;
  }
  bound_[bit] = true;
  sqlite3_bind_int64(insert_row_.handle(), place, value);
}

void RowWriter::bind_id(int place, std::string_view text) {
  if (text.empty()) {
    bind_text(place, text);
    return;
  }
  bound_[static_cast<std::size_t>(place)] = true;
  other_id_.set(text);
  bind_packed(insert_row_.handle(), place, other_id_);
}

void RowWriter::note_seen(std::int64_t stream, const WorkItemBatch& items) {
  if (!see_) see_.emplace(*db_, "INSERT OR IGNORE INTO walk_seen(stream, id) VALUES(?, ?)");
  see_->bind(1, stream);
  for (const std::uint32_t place : order_.of(items)) {
    id_.set(items[place].text(TextField::id));
    bind_packed(see_->handle(), 2, id_);
    see_->run();
  }
}

}  // namespace itsmc::store
