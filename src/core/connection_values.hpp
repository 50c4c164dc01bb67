#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "itsmc/core/connection.hpp"

namespace itsmc {

/// Reads one field's words into its place in `connection`: the rules that hold whatever the other
/// fields say. Returns the reason why the value cannot be used; empty when it can.
[[nodiscard]] std::string set_field(Connection& connection, std::string_view field,
                                    std::string_view value);

/// True for a field that says how to work with an instance, not which one or as whom: ITSMC_<FIELD>
/// and config.toml may give it to all connections (product.md section 8).
[[nodiscard]] bool is_for_all_connections(std::string_view field) noexcept;

/// "true", "yes", "1", "on" or their opposites, in any case; absent: neither.
[[nodiscard]] std::optional<bool> parse_switch(std::string_view text);

/// The reason why it cannot name a connection or a workspace; empty when it can.
[[nodiscard]] std::string problem_of_name(std::string_view name);

/// What an Entra tenant is when nobody names one: the domain of "user@domain".
[[nodiscard]] std::string tenant_of(std::string_view username);

}  // namespace itsmc
