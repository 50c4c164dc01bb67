#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace itsmc {

/// Where the secrets of a connection or a workspace are kept (`--secret-store`): in files that only
/// their owner can read, or in the desktop's keyring.
enum class SecretStore : std::uint8_t { file, keyring };

/// Every word of it, in the order of the values.
inline constexpr std::array<std::string_view, 2> k_secret_stores{"file", "keyring"};

[[nodiscard]] constexpr std::string_view to_string(SecretStore store) noexcept {
  return k_secret_stores[static_cast<std::size_t>(store)];
}

}  // namespace itsmc
