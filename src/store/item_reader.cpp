#include "store/item_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "store/schema.hpp"

namespace itsmc::store {
namespace {

enum Column { k_change_seq, k_stream, k_deleted_at, k_open, k_id, k_first_field };

std::string row_sql(std::string_view where) {
  std::string sql = "SELECT change_seq, stream, deleted_at, open, id";
  for (const Field* field : stored_fields()) sql += ", " + quoted(field->name);
  return sql + " FROM work_item WHERE " + std::string(where);
}

}  // namespace

ItemReader::ItemReader(const Db& db, std::vector<StreamRow> streams)
    : db_(db),
      streams_(std::move(streams)),
      row_(db, row_sql("change_seq = ?")),
      fields_(stored_fields()) {}

const StreamRow* ItemReader::stream_of(std::int64_t number) const {
  const auto known =
      std::find_if(streams_.begin(), streams_.end(),
                   [&](const StreamRow& candidate) { return candidate.number == number; });
  return known == streams_.end() ? nullptr : &*known;
}

void ItemReader::read(std::int64_t change_seq,
                      const std::function<void(const StoredItem&)>& visit) {
  row_.bind(1, change_seq);
  if (row_.step()) {
    const StreamRow* stream = stream_of(row_.integer(k_stream));
    if (stream != nullptr) visit(read_row(row_, *stream));
  }
  row_.reset();
}

void ItemReader::read_after(std::int64_t stream, std::int64_t after,
                            const std::function<Visit(std::int64_t, const StoredItem&)>& visit) {
  const StreamRow* known = stream_of(stream);
  if (known == nullptr) return;
  Statement rows(db_, row_sql("change_seq > ? AND stream = ? ORDER BY change_seq"));
  rows.bind(1, after).bind(2, stream);
  while (rows.step()) {
    if (visit(rows.integer(k_change_seq), read_row(rows, *known)) == Visit::stop) return;
  }
}

StoredItem ItemReader::read_row(const Statement& row, const StreamRow& stream) {
  WorkItemValues values;
  char id[32];
  char other_id[32];
  values[TextField::id] = id_text(row, k_id, id);
  values.open = row.integer(k_open) != 0;
  int column = k_first_field;
  for (const Field* field : fields_) {
    if (row.is_null(column)) {
      // absent, as the values are from the start
    } else if (field->kind == FieldKind::time) {
      values.time[field->place] = row.integer(column);
    } else if (is_id_field(*field)) {
      values.text[field->place] = id_text(row, column, other_id);
    } else {
      values.text[field->place] = row.text(column);
    }
    ++column;
  }
  batch_.clear();
  batch_.append(values);
  return {stream.key.connection, stream.key.type, batch_[0], row.time(k_deleted_at)};
}

}  // namespace itsmc::store
