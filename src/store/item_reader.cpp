#include "store/item_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "store/schema.hpp"

namespace itsmc::store {
namespace {

enum Column { k_stream, k_deleted_at, k_open, k_id, k_first_field };

std::string row_sql() {
  std::string sql = "SELECT stream, deleted_at, open, id";
  for (const Field* field : stored_fields()) sql += ", " + quoted(field->name);
  return sql + " FROM work_item WHERE change_seq = ?";
}

// An id kept as 16 bytes comes back as hex in `text`.
std::string_view id_text(const Statement& row, int column, char (&text)[32]) {
  if (!row.is_blob(column)) return row.text(column);
  const std::string_view bytes = row.blob(column);
  if (bytes.size() != 16) return {};
  unpack_id(bytes, text);
  return {text, sizeof text};
}

}  // namespace

ItemReader::ItemReader(const Db& db, std::vector<StreamRow> streams)
    : streams_(std::move(streams)), row_(db, row_sql()), fields_(stored_fields()) {}

void ItemReader::read(std::int64_t change_seq,
                      const std::function<void(const StoredItem&)>& visit) {
  row_.bind(1, change_seq);
  if (row_.step()) {
    const std::int64_t stream = row_.integer(k_stream);
    const auto known =
        std::find_if(streams_.begin(), streams_.end(),
                     [&](const StreamRow& candidate) { return candidate.number == stream; });
    if (known != streams_.end()) {
      read_row();
      visit({known->key.connection, known->key.type, batch_[0], row_.time(k_deleted_at)});
    }
  }
  row_.reset();
}

void ItemReader::read_row() {
  WorkItemValues values;
  char id[32];
  char other_id[32];
  values[TextField::id] = id_text(row_, k_id, id);
  values.open = row_.integer(k_open) != 0;
  int column = k_first_field;
  for (const Field* field : fields_) {
    if (row_.is_null(column)) {
      // absent, as the values are from the start
    } else if (field->kind == FieldKind::time) {
      values.time[field->place] = row_.integer(column);
    } else if (is_id_field(*field)) {
      values.text[field->place] = id_text(row_, column, other_id);
    } else {
      values.text[field->place] = row_.text(column);
    }
    ++column;
  }
  batch_.clear();
  batch_.append(values);
}

}  // namespace itsmc::store
