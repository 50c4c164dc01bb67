#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "itsmc/core/item_filter.hpp"
#include "store/impl.hpp"
#include "store/sqlite.hpp"

namespace itsmc::store {

// A partner may keep the moment of creation from us; the row is then as old as its last change.
inline constexpr std::string_view k_created = "coalesce(w.created_at, w.updated_at, 0)";

struct Blob {
  std::string bytes;
};

/// A condition over `table w`, and what goes in place of its question marks, in order. What
/// people typed is never part of the SQL.
struct Condition {
  std::string_view table;  // work_item_key when it has all that is looked at, else work_item
  std::string sql;
  std::vector<std::variant<std::int64_t, std::string, Blob>> values;

  /// Binds from place 1 on; returns the next free place.
  int bind(Statement& statement) const;
};

/// " AND sql", whose values the caller puts in behind those that are there.
void add(Condition& condition, std::string_view sql);
/// The same with a time ("w.updated_at >= ?"); nothing without one.
void add_time(Condition& condition, std::string_view sql, std::optional<Timestamp> time);

/// Pure.
[[nodiscard]] Condition condition_of(const ItemFilter& filter,
                                     const std::vector<StreamRow>& streams);
/// "ORDER BY ..." that is the same for the same rows, whatever was written when. Throws
/// Error(usage) for a field that does not exist, with the nearest.
[[nodiscard]] std::string order_of(const ItemFilter& filter);
/// `id` as it is kept: 16 bytes or text.
[[nodiscard]] std::variant<std::int64_t, std::string, Blob> stored_id(std::string_view id);

}  // namespace itsmc::store
