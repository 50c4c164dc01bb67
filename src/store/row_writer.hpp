#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "itsmc/core/work_item.hpp"
#include "itsmc/store/store.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"

namespace itsmc::store {

/// The rows of a batch in the order in which the store should meet them: by id, each id once.
/// Key order is what makes SQLite fast; of rows with the same id the last one counts.
class KeyOrder {
 public:
  /// The places of the batch's rows; lives until the next call. No work when they are in order.
  [[nodiscard]] const std::vector<std::uint32_t>& of(const WorkItemBatch& items);

 private:
  std::vector<std::uint32_t> places_;
};

/// An id as the file keeps it: 16 bytes where it is 32 hex digits, else its text. `text` points
/// into the batch.
struct PackedId {
  void set(std::string_view id) noexcept {
    text = id;
    packed = pack_id(id, bytes);
  }

  char bytes[16] = {};
  std::string_view text;
  bool packed = false;
};

/// The hot path: puts a work item into the store when it is new or differs. Keeps the two tables in
/// step. Lives inside the Db's lifetime. One thread. Allocates nothing per row.
class RowWriter {
 public:
  explicit RowWriter(const Db& db);

  /// Writes the batch's rows in key order, each change under the number after `change_seq`, which
  /// moves on. Repeats of an id inside the batch count as unchanged.
  Applied put(std::int64_t stream, const WorkItemBatch& items, std::int64_t& change_seq);
  /// Notes the ids as seen by the stream's walk. After `put` of the same batch.
  void note_seen(std::int64_t stream, const WorkItemBatch& items);

 private:
  enum class Outcome { created, updated, unchanged };
  /// Where a column's value comes from; the columns stand in the order of stored_fields().
  struct Source {
    enum class Kind : std::uint8_t { text, id, time } kind;
    std::uint8_t place;
  };
  Outcome put_row(std::int64_t change_seq, const WorkItemView& item);
  bool insert_key(std::int64_t change_seq, const WorkItemView& item);
  void insert_row(std::int64_t change_seq, const WorkItemView& item);
  void replace_row(std::int64_t change_seq, const WorkItemView& item);
  void bind_text(int place, std::string_view text);
  void bind_id(int place, std::string_view text);
  void bind_time(int place, TimeValue value);
  void finish(Statement& statement);

  const Db* db_;
  Statement find_key_, insert_key_, update_key_, remove_row_, insert_row_;
  std::optional<Statement> see_;
  KeyOrder order_;
  std::vector<Source> sources_;
  std::bitset<128> bound_;   // places that are not null now: most stay null from row to row
  bool expects_new_ = true;  // rows come in runs of new ones and of known ones: one look is saved
  PackedId id_, other_id_;   // of the row in hand; of its one field that holds another's id
};

}  // namespace itsmc::store
