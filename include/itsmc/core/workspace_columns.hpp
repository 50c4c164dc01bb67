#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace itsmc {

enum class ColumnType : std::uint8_t { text, time, number };

/// A column of a workspace's table: what is declared, sent and checked reads this table.
struct WorkspaceColumn {
  std::string_view name;  // "Title_s"
  ColumnType type = ColumnType::text;
  std::string_view meaning;
};

inline constexpr std::string_view k_service_desk_table = "ServiceDesk_CL";
inline constexpr std::string_view k_service_desk_log_table = "ServiceDeskLog_CL";

/// Every column of ServiceDesk_CL: the moment of the sync, key and version of the row, then
/// product.md section 5 in its order.
[[nodiscard]] std::span<const WorkspaceColumn> service_desk_columns() noexcept;
/// Every column of ServiceDeskLog_CL: the connector's own log (itsmc reference 5).
[[nodiscard]] std::span<const WorkspaceColumn> service_desk_log_columns() noexcept;

}  // namespace itsmc
