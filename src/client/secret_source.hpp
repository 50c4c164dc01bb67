#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "itsmc/client/platform.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::client {

/// Where a secret comes from. A value.
struct SecretSource {
  std::string place;             // a path, "keyring", "command" or "environment"
  std::function<Secret()> take;  // runs the connection's command, where it is that
};

/// The first that has a connection's "client-secret" or "password": its own variable, the service's
/// credential, what is kept (`kept`; null: nothing is kept of this one), its command, the variable
/// for all. Absent: none has. Runs no command. Throws what reading a secret throws.
[[nodiscard]] std::optional<SecretSource> find_secret_source(const Platform& platform,
                                                             const Connection& connection,
                                                             std::string_view field,
                                                             const config::KeptSecrets* kept);

}  // namespace itsmc::client
