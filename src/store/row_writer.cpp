#include "store/row_writer.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/schema.hpp"

namespace itsmc::store {
namespace {

// Places of the upsert's fixed parameters; the stored fields follow.
enum Place { k_change_seq = 1, k_stream, k_id, k_hash, k_open, k_first_field };

std::string upsert_sql(const std::vector<const Field*>& fields) {
  std::string columns = "change_seq, stream, id, hash, open";
  std::string values = "?, ?, ?, ?, ?";
  std::string set =
      "change_seq = excluded.change_seq, hash = excluded.hash, deleted_at = NULL, "
      "open = excluded.open";
  for (const Field* field : fields) {
    const std::string name = quoted(field->name);
    columns += ", " + name;
    values += ", ?";
    set += fmt::format(", {0} = excluded.{0}", name);
  }
  return fmt::format(
      "INSERT INTO work_item AS r({}) VALUES({}) ON CONFLICT(stream, id) DO UPDATE SET {} "
      "WHERE r.hash <> excluded.hash OR r.deleted_at IS NOT NULL",
      columns, values, set);
}

// SQLITE_STATIC: `bytes` and the batch outlive the step.
void bind_packed(sqlite3_stmt* statement, int place, std::string_view text, char (&bytes)[16]) {
  if (pack_id(text, bytes)) {
    sqlite3_bind_blob(statement, place, bytes, sizeof bytes, SQLITE_STATIC);
    return;
  }
  sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
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

RowWriter::RowWriter(const Db& db) : db_(&db), upsert_(db, upsert_sql(stored_fields())) {
  for (const Field* field : stored_fields()) {
    const auto kind = field->kind == FieldKind::time ? Source::Kind::time
                      : is_id_field(*field)          ? Source::Kind::id
                                                     : Source::Kind::text;
    sources_.push_back({kind, field->place});
  }
}

Applied RowWriter::put(std::int64_t stream, const WorkItemBatch& items, std::int64_t& change_seq) {
  Applied applied;
  upsert_.bind(k_stream, stream);
  // Whatever was inserted before must not look like the number of this page's first row.
  sqlite3_set_last_insert_rowid(db_->handle(), 0);
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
  sqlite3_stmt* statement = upsert_.handle();
  sqlite3_bind_int64(statement, k_change_seq, change_seq);
  bind_packed(statement, k_id, item.text(TextField::id), id_);
  sqlite3_bind_int64(statement, k_hash, static_cast<std::int64_t>(item.hash()));
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
  const int code = sqlite3_step(statement);
  const int reset = sqlite3_reset(statement);
  if (code != SQLITE_DONE) db_->fail(reset);
  if (sqlite3_changes(db_->handle()) == 0) return Outcome::unchanged;
  // An insert leaves its rowid, an update does not: cheaper than RETURNING or a SELECT before.
  return db_->last_rowid() == change_seq ? Outcome::created : Outcome::updated;
}

// SQLITE_STATIC: nothing is copied but into the page.
void RowWriter::bind_text(int place, std::string_view text) {
  const auto bit = static_cast<std::size_t>(place);
  if (text.empty()) {
    if (bound_[bit]) sqlite3_bind_null(upsert_.handle(), place);
    bound_[bit] = false;
    return;
  }
  bound_[bit] = true;
  sqlite3_bind_text(upsert_.handle(), place, text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
}

void RowWriter::bind_time(int place, TimeValue value) {
  const auto bit = static_cast<std::size_t>(place);
  if (value == k_no_time) {
    if (bound_[bit]) sqlite3_bind_null(upsert_.handle(), place);
    bound_[bit] = false;
    return;
  }
  bound_[bit] = true;
  sqlite3_bind_int64(upsert_.handle(), place, value);
}

void RowWriter::bind_id(int place, std::string_view text) {
  if (text.empty()) {
    bind_text(place, text);
    return;
  }
  bound_[static_cast<std::size_t>(place)] = true;
  bind_packed(upsert_.handle(), place, text, other_id_);
}

void RowWriter::note_seen(std::int64_t stream, const WorkItemBatch& items) {
  if (!see_) see_.emplace(*db_, "INSERT OR IGNORE INTO walk_seen(stream, id) VALUES(?, ?)");
  see_->bind(1, stream);
  for (const std::uint32_t place : order_.of(items)) {
    bind_packed(see_->handle(), 2, items[place].text(TextField::id), id_);
    see_->run();
  }
}

}  // namespace itsmc::store
