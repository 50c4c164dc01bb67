#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/config/config.hpp"
#include "itsmc/config/kept_secrets.hpp"
#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"

namespace itsmc::client {

/// The files of this platform's connections.
[[nodiscard]] config::ConnectionFiles files_of(const Platform& platform);
/// What is kept of the connection's secrets, in its store. The platform outlives it.
[[nodiscard]] config::KeptSecrets secrets_of(const Platform& platform,
                                             const Connection& connection);

/// Gives back what a session holds before it is forgotten, as far as the instance can be reached:
/// where a product counts licences, a forgotten session keeps one until it ends by itself.
void end_session(const Platform& platform, const Connection& connection);

/// True when the two differ in the url's port, and what signs in at the one is known at the other:
/// the same host, and a product that signs in by itself. The same instance, then.
[[nodiscard]] bool is_another_port(const Connection& before, const Connection& after);

/// Throws Error(storage) where the connection's sign-in could not be kept: told before it is asked
/// for.
void refuse_unwritable_state(const Platform& platform, const Connection& connection);

/// Warns under "sign-in" where it worked, and what its renewal needs is gone.
void doubt_sign_in(const Platform& platform, const Connection& connection,
                   std::vector<Check>& checks);
/// That no sign-in can be kept in the state directory; absent: it can. A warning while the token
/// that is there still works: syncs write nothing there. Its name is k_state_check.
[[nodiscard]] std::optional<Check> check_state(const Platform& platform,
                                               const Connection& connection);
inline constexpr std::string_view k_state_check = "state";
inline constexpr std::string_view k_state_option = "state-dir";

/// A connection of variables alone has no file that could be changed. Throws Error(usage).
void refuse_without_file(const Platform& platform, const std::string& name);

}  // namespace itsmc::client
