#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/core/work_item.hpp"
#include "store/sqlite.hpp"

namespace itsmc::store {

/// "ITSM": how `file` and we recognise a store.
inline constexpr std::int64_t k_application_id = 0x4954534D;
inline constexpr std::int64_t k_schema_version = 5;

/// The columns of work_item that come from the field table, in the order they lie in the file:
/// short ones first, so that looking at them never reads an overflow page. `id` and `open` are not
/// among them.
[[nodiscard]] std::vector<const Field*> stored_fields();
/// The name in double quotes.
[[nodiscard]] std::string quoted(std::string_view name);

/// True for the texts that are kept as 16 bytes when they are 32 lower-case hex digits.
[[nodiscard]] bool is_id_field(const Field& field) noexcept;
/// True when `text` is exactly 32 lower-case hex digits; then `bytes` holds them.
bool pack_id(std::string_view text, char (&bytes)[16]) noexcept;
void unpack_id(std::string_view bytes, char (&text)[32]) noexcept;
/// Binds an id as the file keeps it.
void bind_id(Statement& statement, int place, std::string_view id);
/// The id as it came from the partner; lives as long as `text` and the row do. Empty for a blob
/// that is no id.
[[nodiscard]] std::string_view id_text(const Statement& row, int column, char (&text)[32]);

/// Brings a new or older file to k_schema_version, in one transaction.
void migrate(const Db& db);

/// Throws Error(storage) where it may not be looked at: that is not absent, and opening it as an
/// empty store would hide its rows.
[[nodiscard]] bool is_there(const std::filesystem::path& file);

/// Makes a store file that is whole from its first moment on: built beside it, then linked to its
/// name. Does nothing when it is there, or another process was quicker. 0600 in a 0700 directory.
void make_store_file(const std::filesystem::path& file);

/// Throws Error(damaged) when the open file is not a store, or a newer one. Writes nothing.
void check_identity(const Db& db);

}  // namespace itsmc::store
