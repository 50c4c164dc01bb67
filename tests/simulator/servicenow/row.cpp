#include "servicenow/row.hpp"

#include <charconv>

#include "shared/clock.hpp"

namespace itsmc::sim::servicenow {
namespace {

constexpr std::size_t k_head = 3;
constexpr std::size_t k_longest = 65535;

std::size_t length_at(const std::string& packed, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(packed[at + 1])) |
         static_cast<std::size_t>(static_cast<unsigned char>(packed[at + 2])) << 8;
}

}  // namespace

std::optional<std::string_view> Row::stored(ColumnNumber column) const {
  for (std::size_t at = 0; at < packed_.size();) {
    const std::size_t length = length_at(packed_, at);
    if (static_cast<ColumnNumber>(packed_[at]) == column) {
      return std::string_view(packed_).substr(at + k_head, length);
    }
    at += k_head + length;
  }
  return std::nullopt;
}

void Row::set(ColumnNumber column, std::string_view value) {
  const std::string copy(value);  // it may be a view into this row
  for (std::size_t at = 0; at < packed_.size();) {
    const std::size_t size = k_head + length_at(packed_, at);
    if (static_cast<ColumnNumber>(packed_[at]) == column) {
      packed_.erase(at, size);
      break;
    }
    at += size;
  }
  append(column, copy);
}

void Row::append(ColumnNumber column, std::string_view value) {
  value = value.substr(0, k_longest);
  packed_ += static_cast<char>(column);
  packed_ += static_cast<char>(value.size() & 255);
  packed_ += static_cast<char>(value.size() >> 8);
  packed_ += value;
}

std::string_view value_of(const Schema& schema, const Row& row, ColumnNumber column,
                          Scratch& scratch) {
  switch (column) {
    case k_sys_id:
      return row.sys_id.text();
    case k_updated_on:
      write_utc(row.updated_on, scratch.room.data());
      return {scratch.room.data(), 19};
    case k_mod_count: {
      const auto end = std::to_chars(scratch.room.data(), scratch.room.data() + 24, row.mod_count);
      return {scratch.room.data(), static_cast<std::size_t>(end.ptr - scratch.room.data())};
    }
    default:
      break;
  }
  if (const auto stored = row.stored(column)) return *stored;
  return schema.column(column).default_value;
}

}  // namespace itsmc::sim::servicenow
