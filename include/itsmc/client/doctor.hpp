#pragma once

#include <string>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/client/settings.hpp"
#include "itsmc/core/check.hpp"

namespace itsmc::client {

/// One check for config.toml, each connection, workspace and action: whether it can be used, with
/// file, line and column where not. Never throws for what it finds.
[[nodiscard]] std::vector<Check> check_configuration(const Platform& platform,
                                                     const KnownSettings& known);

/// The checks of one part of the installation.
struct Examined {
  std::string part;  // "files", "configuration", "store", "machine", "orphans", or a connection
  std::vector<Check> checks;
};
enum class Network : std::uint8_t { asked, spared };
/// Everything that can be wrong around a sync: files and their permissions, configuration, store,
/// machine, what names nothing, and the sign-in of each connection; with the network each
/// connection's door and clock. Works with a configuration that is broken. Changes nothing. Never
/// throws for what it finds.
[[nodiscard]] std::vector<Examined> examine(const Platform& platform, const KnownSettings& known,
                                            Network network);
/// The smallest code among the failed checks (damaged before sign-in before network); 0: none
/// failed.
[[nodiscard]] int exit_code(const std::vector<Examined>& examined) noexcept;

}  // namespace itsmc::client
