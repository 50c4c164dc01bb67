#pragma once

#include <vector>

#include "itsmc/client/platform.hpp"
#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

// The parts of `examine`. Each looks and changes nothing.
/// The three directories and whether secrets are for our eyes alone.
[[nodiscard]] std::vector<Check> check_files(const Platform& platform);
/// Whether the store is whole, and how much room there is.
[[nodiscard]] std::vector<Check> check_store_whole(const Platform& platform);
/// Certificates that the machine trusts, and variables that name a proxy.
[[nodiscard]] std::vector<Check> check_machine(const Platform& platform);
/// Connections, actions and secrets that name what is no longer there.
[[nodiscard]] std::vector<Check> check_orphans(const Platform& platform);
/// Each type whose last sync failed, in the words of then, with the command to type; empty: none
/// did.
[[nodiscard]] std::vector<Check> check_last_sync(const std::vector<store::StreamStatus>& streams,
                                                 const Connection& connection,
                                                 const std::string& next);
/// next_after_failure, of what check_sign_in has found already. Pure.
[[nodiscard]] std::string next_after(const std::vector<Check>& sign_in,
                                     const Connection& connection);
/// What the store says of every stream; empty where it cannot be read: told of under "store".
[[nodiscard]] std::vector<store::StreamStatus> streams_in_store(const Platform& platform);
/// Where a connection's secrets are, since when it is signed in and until when, and what was
/// refused.
[[nodiscard]] std::vector<Check> check_sign_in(const Platform& platform,
                                               const Connection& connection);

}  // namespace itsmc::client
