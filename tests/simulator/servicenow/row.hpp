// One record, packed: a million of them must fit.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "servicenow/schema.hpp"

namespace itsmc::sim::servicenow {

// A sys_id of at most 32 bytes, zero-padded: memcmp orders it as text is ordered bytewise
// (servicenow reference 3.4, 6: "global" is one too).
struct Key {
  std::array<char, 32> bytes{};

  Key() = default;
  explicit Key(std::string_view text) {
    std::memcpy(bytes.data(), text.data(), std::min<std::size_t>(text.size(), 32));
  }
  [[nodiscard]] std::string_view text() const {
    std::size_t size = 32;
    while (size > 0 && bytes[size - 1] == '\0') --size;
    return {bytes.data(), size};
  }
  [[nodiscard]] int compare(const Key& other) const {
    return std::memcmp(bytes.data(), other.bytes.data(), 32);
  }
  bool operator==(const Key& other) const { return compare(other) == 0; }
};

// A row IS a record's values. Columns that were never set are absent (their default holds); one
// set to "" is present and empty. Not thread-safe.
class Row {
 public:
  Key sys_id;
  std::int64_t updated_on = 0;
  std::uint32_t mod_count = 0;
  bool deleted = false;

  // The stored text of a column, nothing when never set. Not for the three columns above.
  [[nodiscard]] std::optional<std::string_view> stored(ColumnNumber column) const;
  void set(ColumnNumber column, std::string_view value);
  // The same for a row that is being filled: the column must not be set already.
  void append(ColumnNumber column, std::string_view value);
  void reserve(std::size_t bytes) { packed_.reserve(bytes); }

 private:
  // [column u8][length u16][bytes]...
  std::string packed_;
};

// Room for a value that is not stored as text.
struct Scratch {
  std::array<char, 24> room{};
};

// The value of any column, defaults applied; valid as long as the row and the scratch are.
std::string_view value_of(const Schema& schema, const Row& row, ColumnNumber column,
                          Scratch& scratch);

}  // namespace itsmc::sim::servicenow
