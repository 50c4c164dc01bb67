#pragma once

#include <vector>

#include "itsmc/core/check.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/time.hpp"
#include "itsmc/http/transport.hpp"

namespace itsmc::client {

/// The lines dns, tcp, tls and clock of `connection test`, out of one look at the door. Pure.
[[nodiscard]] std::vector<Check> judge_door(const Connection& connection,
                                            const http::Inspection& seen, Timestamp now);

/// True when a line of the door failed: nothing behind it can be asked.
[[nodiscard]] bool is_shut(const std::vector<Check>& door);

}  // namespace itsmc::client
