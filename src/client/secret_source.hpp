#pragma once

#include <cstdint>
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
  enum class From : std::uint8_t { own_variable, credential, kept, command, shared_variable };
  From from;
  std::string place;             // a path, "keyring", "command" or "environment"
  std::function<Secret()> take;  // runs the owner's command, where it is that
};

/// Whose secret it is, and where it may lie. What it refers to outlives the look.
struct SecretOwner {
  std::string_view key;             // what its secrets go by: "prod", "workspace.law"
  const std::string& command;       // empty: none gives the secret
  const config::KeptSecrets* kept;  // null: nothing is kept of this one
};

/// The first that has the owner's "client-secret" or "password": the service's credential, what is
/// kept, the command, the variable for all. Absent: none has. Runs no command. Throws what reading
/// a secret throws.
[[nodiscard]] std::optional<SecretSource> find_secret_source(const Platform& platform,
                                                             const SecretOwner& owner,
                                                             std::string_view field);

/// The same of a connection, whose own variable comes first.
[[nodiscard]] std::optional<SecretSource> find_secret_source(const Platform& platform,
                                                             const Connection& connection,
                                                             std::string_view field,
                                                             const config::KeptSecrets* kept);

/// What to type where no client secret is kept: the login that works off a terminal too, or, for a
/// connection of variables alone, the variables first. Runs no command, throws nothing.
[[nodiscard]] std::string client_secret_hint(const Platform& platform,
                                             const Connection& connection);

}  // namespace itsmc::client
