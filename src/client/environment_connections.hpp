#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/environment_words.hpp"
#include "itsmc/client/platform.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/secret.hpp"

namespace itsmc::client {

/// The fields of one connection that ITSMC_CONNECTION_<NAME>_<KEY> gives, without secrets.
struct EnvironmentConnection {
  std::string word;  // "PROD_EU"
  std::vector<FieldText> fields;
  bool has_secret = false;
};

/// What the names of variables say: the longest key at the end of a name is the key, what is
/// before it the connection.
struct EnvironmentConnections {
  std::vector<EnvironmentConnection> connections;
  std::vector<std::string> unknown;  // variables that end in no key
};
[[nodiscard]] EnvironmentConnections environment_connections(const Platform& platform);

/// ITSMC_CONNECTION_<NAME>_<KEY>; absent when it is not set, or empty.
[[nodiscard]] std::optional<std::string> environment_field(const Platform& platform,
                                                           std::string_view connection,
                                                           std::string_view field);
/// A secret ("password", "client-secret"): ITSMC_CONNECTION_<NAME>_PASSWORD, else ITSMC_PASSWORD,
/// which is any connection's.
[[nodiscard]] std::optional<Secret> secret_of_environment(const Platform& platform,
                                                          std::string_view connection,
                                                          std::string_view field);
/// That of all alone: ITSMC_PASSWORD, ITSMC_CLIENT_SECRET.
[[nodiscard]] std::optional<Secret> secret_for_all(const Platform& platform,
                                                   std::string_view field);
/// ITSMC_<FIELD> where it is any connection's (is_for_all_connections); absent when it is not, not
/// set, or empty.
[[nodiscard]] std::optional<std::string> field_for_all(const Platform& platform,
                                                       std::string_view field);
/// The name of a connection's own variable.
[[nodiscard]] std::string environment_variable(std::string_view connection, std::string_view field);

}  // namespace itsmc::client
